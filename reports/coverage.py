"""What is still missing in the content: clause × layer × tool, case, lesson, question."""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from courses.models import LessonPage
from enterprises.models import District
from guide.models import CaseClause, CasePage, CaseQuota, ClausePage, ClauseTool
from guide.models.base import LAYER_WORDS
from quizzes.models import Question

KINDS = {"tool": _("工具"), "case": _("案例"), "lesson": _("课"), "question": _("题")}


@dataclass
class Cell:
    """How many there are for a clause, a layer and a kind; ``concerned``: whether the clause is of that layer at all."""

    count: int
    concerned: bool

    @property
    def missing(self):
        return self.concerned and not self.count


@dataclass
class Line:
    clause: object
    cells: list

    @property
    def missing(self):
        return sum(cell.missing for cell in self.cells)


def matrix():
    """A Line for each live clause that is no chapter, its cells in the order of layers, within them of KINDS. Five queries.

    What is said of 8.5 holds for 8.5.1 too; not the other way round.
    """
    clauses = list(ClausePage.objects.live().filter(is_chapter=False).defer_streamfields().order_by("path"))
    counts = Counter()
    for number, layer, kind in _facts():
        for clause in clauses:
            here = clause.number_2015 or clause.number_2026
            if here == number or here.startswith(f"{number}."):
                counts[clause.pk, layer, kind] += 1
    return [
        Line(
            clause,
            [Cell(counts[clause.pk, layer, kind], layer in clause.layers) for layer in LAYER_WORDS for kind in KINDS],
        )
        for clause in clauses
    ]


def _facts():
    """(clause number, layer, kind) once for each piece of content."""
    tools = ClauseTool.objects.filter(page__live=True, tool__live=True)
    for number, layers in tools.values_list("page__number_2015", "tool__layers"):
        yield from ((number, layer, "tool") for layer in layers)
    cases = CaseClause.objects.filter(page__live=True, clause__live=True)
    for number, layers in cases.values_list("clause__number_2015", "page__layers"):
        yield from ((number, layer, "case") for layer in layers)
    for numbers, layer in LessonPage.objects.live().values_list("clauses", "course__layer"):
        yield from ((number, layer, "lesson") for number in numbers.split())
    questions = Question.objects.exclude(status=Question.Status.RETIRED)
    for numbers, layer in questions.values_list("clause", "layer"):
        yield from ((number, layer, "question") for number in numbers.split())


@dataclass
class Quota:
    """How many cases of real enterprises each district has out this year, against what the notice asks; ``notice`` may be None."""

    year: int
    notice: object
    districts: list

    @property
    def lacking(self):
        """How many districts have fewer than they are to send in."""
        return sum(missing > 0 for _name, _count, missing in self.districts)


def case_quota():
    """The Quota of this year; ``districts`` are (name, published, still to come) in official order. Three queries."""
    year = clock.today().year
    notice = CaseQuota.of(year)
    counts = Counter(CasePage.objects.of_year(None, year).values_list("district", flat=True))
    least = notice.least if notice else 0
    rows = District.objects.values_list("pk", "name")
    return Quota(year, notice, [(name, counts[key], max(least - counts[key], 0)) for key, name in rows])


def questions_about(page):
    """The questions that name this very clause, for its editor (registered in ``guide.related.beside``). One query."""
    number = page.number_2015 or page.number_2026
    named = Question.objects.exclude(status=Question.Status.RETIRED).filter(clause__contains=number)
    rows = named.order_by("key").values_list("pk", "key", "topic", "layer", "clause") if number else []
    return _("试题"), [
        (f"{key} · {topic} · {LAYER_WORDS.get(layer, '—')}", reverse("desk:question", args=[pk]))
        for pk, key, topic, layer, numbers in rows
        if number in numbers.split()
    ]
