"""纸笔考试 of a round: papers to print, the score sheet out and back in."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.big_sheets import write_sheet
from core.exceptions import DomainError
from core.policies import policy_for

from ... import paper_scores
from ...models import Round, ScoreImport
from .access import DeskView, number
from .imports import workbook

WORDS = {
    "new": gettext_lazy("登记"),
    "same": gettext_lazy("没有变化"),
    "kept": gettext_lazy("留原来的"),
    "empty": gettext_lazy("没填"),
    "refused": gettext_lazy("退回"),
}


class PaperExamView(DeskView):
    """The papers printed for a round and the sheets that came back. POST: ``act`` draw or upload."""

    def round(self, request, pk):
        policy_for(Round).get(request.user, "change", pk=pk)
        return Round.objects.select_related("exam_quiz", "owner").get(pk=pk)

    def get(self, request, pk, **context):
        round_ = self.round(request, pk)
        batches = list(round_.score_imports.select_related("uploaded_by__person")[:20])
        for batch in batches:
            batch.counted = paper_scores.counts(batch)
        context |= {"round": round_, "prints": list(paper_scores.prints(round_)), "batches": batches}
        return render(request, "training/desk_paper_exam.html", context, status=422 if "error" in context else 200)

    def post(self, request, pk):
        round_ = self.round(request, pk)
        if request.POST.get("act") == "draw":
            try:
                row = paper_scores.draw(round_, actor=request.user)
            except DomainError as refused:
                messages.error(request, refused.sentence)
            else:
                messages.success(request, _("出好了，卷号 %(code)s。") % {"code": row.code})
            return redirect("desk:paper-exam", pk)
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise DomainError("score.file", _("请选一个 xlsx 或 csv 文件。"))
            printed = _chosen(round_, request.POST)
            resit = bool(request.POST.get("resit"))
            batch = paper_scores.receive(round_, upload, printed=printed, resit=resit, actor=request.user)
        except DomainError as refused:
            return self.get(request, pk, error=refused.sentence)
        return redirect("desk:paper-scores", pk, batch.pk)


def _chosen(round_, data):
    """The printed paper named by a form or an address; None for none."""
    wanted = number(data.get("printed"))
    return get_object_or_404(paper_scores.prints(round_).defer(None), pk=wanted) if wanted else None


class PaperTemplateView(PaperExamView):
    """The score sheet with the people of the round; ``?printed=`` gives it a column for each question."""

    http_method_names = ["get"]

    def get(self, request, pk):
        round_ = self.round(request, pk)
        return workbook(paper_scores.template(round_, _chosen(round_, request.GET)), "scores.xlsx")


class PaperScoresView(PaperExamView):
    """One sheet: what would happen to each line, and the acts."""

    def batch(self, request, pk, batch):
        self.round_ = self.round(request, pk)
        rows = ScoreImport.objects.select_related("uploaded_by", "printed").defer("printed__paper", "printed__key")
        return get_object_or_404(rows, pk=batch, round=self.round_)

    def get(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        cells, sheet = dict(map(tuple, row.rows)), paper_scores.Sheet(row.header, None)
        context = {
            "round": self.round_,
            "batch": row,
            "counts": paper_scores.counts(row),
            "lines": [
                (line, what, WORDS.get(what, what), sheet.text(cells.get(line, []), "name"), column, said, score)
                for line, what, column, said, score, _key in row.outcome
            ],
        }
        return render(request, "training/desk_paper_scores.html", context)

    def post(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        try:
            if request.POST.get("act") == "look":
                paper_scores.look(row.pk)
            else:
                done = paper_scores.counts(paper_scores.write(row.pk, actor=request.user))
                messages.success(
                    request,
                    _("登记 %(new)s 人，没有变化 %(same)s 人，退回 %(out)s 行。")
                    % {"new": done["new"], "same": done["same"] + done["kept"], "out": done["refused"]},
                )
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:paper-scores", pk, batch)


class PaperRefusedView(PaperScoresView):
    """The refused lines as the sheet they came in, with the reason in front."""

    http_method_names = ["get"]

    def get(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        header = [text or _("（第 %(n)s 列）") % {"n": place + 1} for place, text in enumerate(row.header)]
        width = len(header)
        lines = [[said, *(cells + [""] * width)[:width]] for said, cells in paper_scores.refused_rows(row)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "refused.xlsx"
            write_sheet(path, _("退回的行"), [_("错误原因"), *header], lines, widths=[60] + [12] * width, red=0)
            return workbook(path.read_bytes(), "refused.xlsx")
