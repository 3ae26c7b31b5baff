"""工作台: the quizzes with what waits, and what their papers say about the questions."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.big_sheets import write_sheet
from core.querysets import count_of
from core.spreadsheets import CONTENT_TYPE

from .. import analysis, statistics
from ..kinds.choices import true_false
from ..kinds.rules import LETTERS
from ..models import Analysis, Appeal, Attempt, Kind, QuestionRevision
from ..policies import marks_all, quizzes_at_desk
from .marking import MarkerView

_CHOICES = ("single", "multiple", "true_false")


class QuizListView(MarkerView):
    """Every quiz with how many papers are being written, wait for a marker or have a score, and the appeals to answer."""

    def get(self, request):
        attempts, state = Attempt.objects.all(), Attempt.State
        appeals = Appeal.objects.filter(state__in=[Appeal.State.OPEN, Appeal.State.PROPOSED])
        rows = quizzes_at_desk(request.user).defer("blueprint").order_by("title", "pk")
        rows = rows.annotate(
            writing=count_of(attempts.filter(state=state.IN_PROGRESS), "quiz"),
            to_mark=count_of(attempts.filter(state=state.MARKING), "quiz"),
            graded=count_of(attempts.filter(state=state.GRADED), "quiz"),
            appeals=count_of(appeals, "attempt__quiz"),
        )
        page = Paginator(rows, 30).get_page(request.GET.get("page"))
        return render(request, "quizzes/desk/quizzes.html", {"page_obj": page})


class AnalysisView(MarkerView):
    """The newest figures of a quiz. POST has them worked out anew; a GET never does."""

    def get(self, request, pk):
        quiz = get_object_or_404(quizzes_at_desk(request.user), pk=pk)
        running = quiz.analyses.filter(state=Analysis.State.RUNNING).first()
        if request.htmx and running:
            return render(request, "components/polled_progress.html", _progress(request, running))
        done = quiz.analyses.filter(state=Analysis.State.DONE).first()
        context = {"quiz": quiz, "running": running, "done": done}
        if running:
            context |= _progress(request, running)
        if done:
            context |= _figures(done) | {"may_regrade": marks_all(request.user)}
        response = render(request, "quizzes/desk/analysis.html", context)
        if request.htmx:
            response["HX-Refresh"] = "true"
        return response

    def post(self, request, pk):
        quiz = get_object_or_404(quizzes_at_desk(request.user), pk=pk)
        row = analysis.begin(quiz, request.user)
        if row.state == Analysis.State.DONE:
            messages.success(request, _("算好了。"))
        return redirect("desk:quiz-analysis", pk)


class AnalysisExportView(MarkerView):
    """The same figures as a workbook."""

    def get(self, request, pk):
        quiz = get_object_or_404(quizzes_at_desk(request.user), pk=pk)
        done = quiz.analyses.filter(state=Analysis.State.DONE).first()
        if done is None:
            raise Http404
        header = [
            _("题号"), _("题型"), _("题干"), _("答卷"), _("难度 p"), _("与其余题的相关"), _("高低组差 D"), _("用时中位数（秒）"),
            _("选项：高分组/中间/低分组"), _("建议"),
        ]  # fmt: skip
        rows = [
            (
                item["key"],
                item["kind"].label,
                item["stem"],
                item["n"],
                item["facility"],
                item["rest"],
                item["difference"],
                item["seconds"],
                "\n".join(f"{one['name']}：{'/'.join(map(str, one['counts']))}" for one in item["choices"]),
                "\n".join(item["advice"]),
            )
            for item in _figures(done)["items"]
        ]
        name = f"{quiz.title}-{_('题目分析')}-{done.made_at:%Y-%m-%d}.xlsx"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "analysis.xlsx"
            write_sheet(path, _("题目分析"), header, rows, widths=(20, 8, 50, 8, 8, 10, 10, 10, 40, 60))
            # An open file outlives its folder.
            return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _progress(request, row):
    return {"url": request.path, "label": row.get_state_display(), "value": row.done, "most": row.total or 1}


def _figures(row):
    """What the page and the workbook show of a stored Analysis; the hardest question first."""
    result = row.result
    revisions = QuestionRevision.objects.select_related("question").in_bulk([int(pk) for pk in result["items"]])
    items = [_item(revisions[int(pk)], item) for pk, item in result["items"].items()]
    most = max([*result["bins"], 1])
    width = 100 // len(result["bins"])
    kinds = {"kr20": "KR-20", "alpha": _("克龙巴赫 α"), "nested": _("概化系数（每人题目不同）")}
    return {
        "figures": result,
        "first_rate": _percent(result["first_rate"]),
        "final_rate": _percent(result["final_rate"]),
        "reliability_name": kinds.get(result["reliability_kind"], _("信度")),
        "bins": [
            {
                "range": f"{n * width}–{(n + 1) * width}",
                "n": count,
                "height": round(100 * count / most),
                "x": 16 + n * 27,
            }
            for n, count in enumerate(result["bins"])
        ],
        "items": sorted(items, key=lambda item: item["facility"]),
        "few": result["n"] < statistics.ENOUGH,
        "enough": statistics.ENOUGH,
    }


def _item(revision, item):
    names = {}
    if revision.kind in _CHOICES:
        options = true_false() if revision.kind == "true_false" else revision.options
        names = {n: text if revision.kind == "true_false" else f"{LETTERS[n]} {text}" for n, text in enumerate(options)}
    right = {0 if revision.answer else 1} if revision.kind == "true_false" else set(revision.answer if names else ())
    choices = [
        {
            "name": name,
            "right": number in right,
            "counts": item["choices"].get(str(number), [0, 0, 0]),
            "share": _percent(sum(item["choices"].get(str(number), [0])) / item["n"]) if item["n"] else 0,
        }
        for number, name in names.items()
    ]
    return item | {
        "key": revision.question.key,
        "number": revision.number,
        "stem": revision.stem,
        "kind": Kind(revision.kind),
        "percent": _percent(item["facility"]),
        "difference_percent": max(0, _percent(item["difference"] or 0)),
        "choices": choices,
        "advice": statistics.advice(item, right, names),
    }


def _percent(share):
    return None if share is None else round(100 * share)
