"""Evidence, marks and closing."""

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of

from ... import closing
from ...forms import EvidenceForm
from ...models import Evidence, Registration, Round
from .access import DeskView, RoundAct


class EvidenceView(RoundAct):
    """Several files at once; one that cannot be taken is named and does not hold the others up."""

    done = lazy("材料已收好。")

    def act(self, request):
        form = EvidenceForm(request.POST, request.FILES)
        if not form.is_valid():
            raise DomainError("evidence.missing", _("请选种类并挑一个文件。"))
        files, refused = form.cleaned_data["files"], []
        for file in files:
            try:
                closing.attach(self.round, kind=form.cleaned_data["kind"], file=file, actor=request.user)
            except DomainError as error:
                refused.append(error.sentence)
        if refused:
            kept = len(files) - len(refused)
            told = _("收好 %(n)s 份；") % {"n": kept} if kept else ""
            raise DomainError("evidence.refused", told + "".join(refused))


class EvidenceFileView(DeskView):
    """A piece of evidence, for who may see the round."""

    def get(self, request, pk):
        row = get_object_or_404(Evidence.objects.select_related("round"), pk=pk)
        # A signed sheet shows every name: for who sees the whole roster, not for a district that sees only its own rows.
        policy_for(Round).get(request.user, None if rights_of(request.user).city else "change", pk=row.round_id)
        return FileResponse(row.file.open(), as_attachment=True, filename=row.name)


class MarksView(RoundAct):
    """成绩: one field per person, mark_<registration>; empty fields are left alone. All or nothing."""

    done = lazy("成绩已登记。")

    def act(self, request):
        with transaction.atomic():
            for row in Registration.objects.on_the_list().filter(round=self.round).select_related("person"):
                text = request.POST.get(f"mark_{row.pk}", "").strip()
                if not text:
                    continue
                try:
                    mark = Decimal(text)
                    if not mark.is_finite():
                        raise InvalidOperation
                except InvalidOperation:
                    raise DomainError(
                        "mark.range", _("%(name)s 的成绩要填数字，例如 86 或 86.5。") % {"name": row.person.name}
                    ) from None
                if row.mark != mark:
                    closing.enter_mark(row, mark, actor=request.user)


class CloseView(RoundAct):
    done = lazy("已结班：人次记进台账，合格的人有了证明。")

    def act(self, request):
        closing.close_round(self.round.pk, actor=request.user)
