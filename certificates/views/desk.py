"""工作台: finding certificates, correcting and revoking one, many as one file."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.paging import newest_page
from core.policies import policy_for
from enterprises.policies import rights_of
from enterprises.views.staff import StaffView

from .. import batches, public, rendering, services
from ..forms import BatchForm, CorrectForm, FilterForm, RevokeForm
from ..models import Batch, Certificate, CertificateEvent
from .public import HEADINGS, timeline


class CertificateView(StaffView):
    """For who has anything to do at the desk; each sees what the policy says."""

    def is_welcome(self, user):
        return rights_of(user).desk

    def rows(self):
        return policy_for(Certificate).visible(self.request.user).newest()

    def row(self, number, action=None):
        rows = policy_for(Certificate)
        return rows.get(self.request.user, action, number=number, replaced_by=None)


def chosen(rows, form):
    """The rows a FilterForm asks for; what makes no sense is passed over."""
    form.is_valid()
    asked = form.cleaned_data
    if asked.get("q"):
        rows = rows.search(asked["q"].strip())
    if asked.get("state"):
        rows = rows.in_state(asked["state"])
    if asked.get("series"):
        key = asked["series"].strip()
        rows = rows.filter(series__key__in=[key, f"{settings.CERTIFICATE_PREFIX}-{key}"])
    if asked.get("year"):
        rows = rows.filter(issued_on__year=asked["year"])
    return rows


class CertificateListView(CertificateView):
    """证明: the newest first, found by number, person or enterprise."""

    def get(self, request):
        form = FilterForm(request.GET)
        rows = chosen(self.rows(), form)
        context = {
            "form": form,
            "page": newest_page(rows, request.GET),
            "batch_form": BatchForm(),
            "asked": bool(request.GET.keys() & {"q", "state", "series", "year"}),
            "batches": Batch.objects.filter(asked_by=request.user).only("title", "kind", "state", "asked_at")[:5],
        }
        return render(request, "certificates/desk_list.html", context)


class CertificateBatchView(CertificateView):
    """All that the list shows, as one file."""

    def get(self, request):
        return redirect("desk:certificates")

    def post(self, request):
        form = FilterForm(request.GET)
        rows = chosen(self.rows(), form)
        return ask(request, rows, form.cleaned_data.get("series") or form.cleaned_data.get("q") or _("证明"))


def ask(request, rows, title):
    """Ask for a file and go where it will be; a refusal is said on the page one came from."""
    form = BatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选做成什么。"))
        return redirect(request.path)
    try:
        batch = batches.ask(rows, form.cleaned_data["kind"], title=title, actor=request.user)
    except DomainError as refused:
        messages.error(request, refused.sentence)
        return redirect(request.path)
    return redirect("certificates:batch", batch.pk)


class CertificateDetailView(CertificateView):
    """One certificate with every version, its history, and what may be done with it."""

    def get(self, request, number):
        return self.page(self.row(number))

    def page(self, row, status=200, **forms):
        found = public.public_words(row, row.holder_id)
        may = policy_for(Certificate).may(self.request.user, "change", row)
        event = CertificateEvent.objects.filter(certificate__number=row.number, kind=CertificateEvent.Kind.REVOKED)
        context = {
            "row": row,
            "found": found,
            "heading": HEADINGS[row.status],
            "timeline": timeline(found),
            "versions": Certificate.objects.filter(number=row.number).order_by("-version"),
            "may": may and not row.erased_at,
            "revocation": event.first() if row.revoked else None,
            "lost": bool(row.pdf) and not row.pdf.storage.exists(row.pdf.name),
            "correct_form": CorrectForm(
                prefix="correct", initial={name: row.words[name] for name in CorrectForm.WORDS}
            ),
            "revoke_form": RevokeForm(prefix="revoke", initial={"authority": row.words["organiser"]}),
        }
        return render(self.request, "certificates/desk_detail.html", context | forms, status=status)


class CertificateAct(CertificateDetailView):
    """One act on a certificate: ``kind`` names the form."""

    kind = ""

    def get(self, request, number):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:certificate", number)

    def post(self, request, number):
        row = self.row(number, "change")
        form = {"correct": CorrectForm, "revoke": RevokeForm}[self.kind](request.POST, prefix=self.kind)
        if form.is_valid():
            try:
                said = self.act(row, form.cleaned_data)
            except DomainError as refused:
                field = refused.params.get("field")
                form.add_error(field if field in form.fields else None, refused.sentence)
            else:
                messages.success(request, said)
                return redirect("desk:certificate", number)
        return self.page(row, status=422, **{f"{self.kind}_form": form})


class CorrectView(CertificateAct):
    kind = "correct"

    def act(self, row, data):
        changes = {name: data[name] for name in CorrectForm.WORDS}
        new = services.correct(row, changes, actor=self.request.user, reason=data["reason"])
        if new.version == row.version:
            return _("内容和原来一样，没有出新的一版。")
        return _("更正好了：出了第 %(n)s 版，编号不变；原来那张纸查验时会提示已更正。") % {"n": new.version}


class RevokeView(CertificateAct):
    kind = "revoke"

    def act(self, row, data):
        services.revoke(row, actor=self.request.user, reason=data["reason"], authority=data["authority"])
        return _("已撤销。编号不再给别人用，查验的人会看到原因。")


class RestoreView(CertificateView):
    """A lost file, or one that could not be made, is made from the frozen words."""

    def get(self, request, number):
        return redirect("desk:certificate", number)

    def post(self, request, number):
        row = self.row(number, "change")
        try:
            rendering.restore(row.pk, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("文件照发证时的内容重做好了。"))
        return redirect("desk:certificate", number)


class BatchView(CertificateView):
    """How far a file is, for who asked for it; the page asks again by itself."""

    def is_welcome(self, user):
        return True

    def batch(self, pk):
        return policy_for(Batch).get(self.request.user, pk=pk)

    def get(self, request, pk):
        batch = self.batch(pk)
        context = {"batch": batch, "total": len(batch.keys), "percent": batch.done * 100 // max(len(batch.keys), 1)}
        context["desk"] = rights_of(request.user).desk
        return render(request, "certificates/_batch_state.html" if request.htmx else "certificates/batch.html", context)


class BatchFileView(BatchView):
    def get(self, request, pk):
        batch = self.batch(pk)
        if not batch.file:
            return redirect("certificates:batch", pk)
        name = f"{batch.title}_{batch.get_kind_display().split('，')[0]}.{batches.ENDINGS[batch.kind]}"
        return FileResponse(batch.file.open("rb"), as_attachment=True, filename=name)
