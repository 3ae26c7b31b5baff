"""消息: one's own inbox and how one wants to be told."""

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.paging import newest_page
from enterprises.services import person_of

from . import services
from .models import Notice, NoticePreference

PAGE = 30


class PreferenceForm(forms.ModelForm):
    class Meta:
        model = NoticePreference
        fields = ["sms", "email", "digest"]


class InboxView(LoginRequiredMixin, View):
    """What one was told, the newest first. Looking marks nothing: 全部看过 is a button."""

    def get(self, request):
        person = person_of(request.user)
        rows = Notice.objects.filter(person=person) if person else Notice.objects.none()
        page = newest_page(rows, request.GET, PAGE)
        return render(request, "notices/inbox.html", {"page": page, "unread": services.unread(person)})


class ReadView(LoginRequiredMixin, View):
    """看过 one, or all."""

    def get(self, request):
        return redirect("notices:inbox")

    def post(self, request):
        person = person_of(request.user)
        key = request.POST.get("notice", "")
        if person:
            services.mark_read(person, [int(key)] if key.isdecimal() and len(key) < 18 else None)
        return redirect("notices:inbox")


class PreferenceView(LoginRequiredMixin, View):
    """By text message, by e-mail, at once or in the evening."""

    def row(self, request):
        person = person_of(request.user)
        return NoticePreference.objects.filter(person=person).first() or NoticePreference(person=person)

    def get(self, request):
        return render(request, "notices/preference.html", {"form": PreferenceForm(instance=self.row(request))})

    def post(self, request):
        person = person_of(request.user)
        form = PreferenceForm(request.POST)
        if person is None:
            messages.error(request, _("请先填写姓名和单位，再设置消息。"))
        elif form.is_valid():
            services.set_preference(person, **form.cleaned_data)
            messages.success(request, _("记下了。"))
        return redirect("notices:preference")
