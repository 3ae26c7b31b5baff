"""What the exam screens share: whose paper it is, which device this is, numbers as they are shown."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache

from ..models import Attempt


def writer_of(request):
    """The name of this device for this sign-in. Derived from the session, so a page never has to carry or reveal it."""
    return salted_hmac("quizzes.writer", request.session.session_key or "").hexdigest()[:32]


def for_the_person(view):
    """Signed in, never cached, and somebody else's attempt is a 404 wherever a service finds it out."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Attempt.DoesNotExist:
            raise Http404 from None

    return never_cache(login_required(inner))


def plain(number):
    """A Decimal without superfluous zeros: 80.00 -> 80, 2.50 -> 2.5."""
    return f"{number.normalize():f}"


def number_of(text):
    """A position from a form; None when it is no number."""
    if isinstance(text, int):
        return text
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 4 else None


def person_of(request):
    return getattr(request.user, "person", None)


def is_elsewhere(request, row):
    return bool(row.writer) and row.writer != writer_of(request)


def other_device(request, row, status):
    url = reverse("quizzes:take_over", args=[row.pk])
    return render(request, "quizzes/other_device.html", {"attempt": row, "take_over_url": url}, status=status)
