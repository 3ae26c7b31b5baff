"""Writing to a class; who was told what about a round, who has not been reached, and once more."""

from django.contrib import messages as flash
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for
from notices import services
from notices.models import Notice

from ... import messages
from ...announcing import subject_of
from ...forms.people import MessageForm
from ...models import Registration, Round, RoundMessage
from .access import DeskView, number

A_PAGE = 50


class MessageView(DeskView):
    """发消息: written, looked at with its count, sent. What is sent is what was looked at."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        start = {"key": messages.new_key()}
        if number(request.GET.get("to")):
            start |= {"audience": RoundMessage.Audience.PICKED, "picked": [request.GET["to"]]}
        return self.answer(round_, self.form(round_, initial=start))

    def form(self, round_, *args, **kwargs):
        rows = Registration.objects.live().filter(round=round_).select_related("person").order_by("sequence")
        return MessageForm(*args, rows=rows, **kwargs)

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        form, shown = self.form(round_, request.POST), None
        if form.is_valid():
            try:
                if "send" in request.POST:
                    key = form.cleaned_data["key"]
                    message = messages.send(round_.pk, key=key, actor=request.user, **form.values)
                    flash.success(request, _("发出去了，一共 %(n)s 人。") % {"n": message.people})
                    return redirect(f"{reverse('desk:told', args=[pk])}?message={message.pk}")
                shown = messages.preview(round_, **form.values)
            except DomainError as refused:
                form.add_error("text" if refused.code in messages.ABOUT_THE_TEXT else None, refused.sentence)
        return self.answer(round_, form, shown, 200 if shown else 422)

    def answer(self, round_, form, shown=None, status=200):
        context = {"round": round_, "form": form, "shown": shown}
        return render(self.request, "training/desk_message.html", context, status=status)


class ToldView(DeskView):
    """The messages about a round or, of them, one that was written to it; those that reached nobody first asked for."""

    def dispatch(self, request, *args, pk, **kwargs):
        self.only = request.GET.get("only") == "unreached"
        self.message = RoundMessage.objects.filter(round=pk, pk=number(request.GET.get("message"))).first()
        return super().dispatch(request, *args, pk=pk, **kwargs)

    def rows(self, pk):
        rows = Notice.objects.about(subject_of(pk))
        return rows.filter(event=self.message.event) if self.message else rows

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        rows = self.rows(pk)
        listed = (rows.unreached() if self.only else rows).select_related("person").prefetch_related("deliveries")
        context = {
            "round": round_,
            "only": self.only,
            "message": self.message,
            "messages_sent": list(round_.messages.select_related("sent_by__person")[:A_PAGE]),
            "unreached": rows.unreached().count(),
            "page": keyset_page(listed, "created_at", request.GET, A_PAGE, newest_first=True),
        }
        return render(request, "training/desk_told.html", context)

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        if "everybody" in request.POST:
            again, nowhere = messages.resend_unreached(round_, self.rows(pk), actor=request.user)
            flash.success(request, _("给 %(n)s 位没送到的又发了一次。") % {"n": again})
            if nowhere:
                said = _("这几位没有别的路可送，请打电话或当面告诉：%(names)s。")
                flash.warning(request, said % {"names": "、".join(nowhere[:20])})
            return redirect(request.get_full_path())
        notice = get_object_or_404(Notice.objects.about(subject_of(pk)), pk=number(request.POST.get("notice")))
        try:
            services.resend(notice.pk, actor=request.user)
            flash.success(request, _("已经再发一次。"))
        except DomainError as refused:
            flash.error(request, refused.sentence)
        return redirect(request.get_full_path())
