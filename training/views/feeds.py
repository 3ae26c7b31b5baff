"""Calendar feeds: the public one, and one's own behind an address nobody guesses."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from enterprises.services import person_of

from .. import feeds
from ..models import Round


def _answer(content):
    response = HttpResponse(content, content_type=feeds.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="rounds.ics"'
    return response


class PublicFeedView(View):
    """Every published round."""

    def get(self, request):
        return _answer(feeds.calendar_of(feeds.public_sessions(), _("质量学堂培训班")))


class PersonFeedView(View):
    """One person's; calendars fetch it without signing in."""

    def get(self, request, token):
        known = feeds.person_of_token(token)
        if known is None:
            raise Http404
        response = _answer(feeds.calendar_of(feeds.sessions_of(*known), str(feeds.KINDS[known[1]]), links=True))
        response["Cache-Control"] = "private, max-age=300"
        response["Referrer-Policy"] = "no-referrer"
        return response


class FeedsView(LoginRequiredMixin, View):
    """The addresses of one's own feeds, to be put into a calendar."""

    def get(self, request):
        person = person_of(request.user)
        kinds = [feeds.LEARNER]
        if person and Round.objects.filter(trainers=person).exists():
            kinds.append(feeds.TRAINER)
        own = [
            (feeds.KINDS[kind], request.build_absolute_uri(reverse("rounds:feed", args=[feeds.token_of(person, kind)])))
            for kind in kinds
            if person
        ]
        own.append((_("所有公开的班"), request.build_absolute_uri(reverse("rounds:feed-public"))))
        return render(request, "training/feeds.html", {"feeds": own})
