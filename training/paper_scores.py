"""The exam of a round on paper: the score sheet to fill in, and its way back. Looked at, confirmed in one transaction.

A line holds a total, or the answer to each question, which is graded as online. The look is the writing itself, rolled back.
Nothing that is there already is overwritten; the same workbook again changes nothing.
"""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock, tables
from core.audit_trail import record
from core.exceptions import DomainError
from core.spreadsheets import Column, write_form
from core.text import mask_phone, normalise, normalise_name
from enterprises.imports import columns
from quizzes import printing
from quizzes.models import PrintedPaper

from . import closing, resits
from .eligibility import context_of
from .models import Registration, Round, ScoreImport

MAX_ROWS = 500
HEAD_ROWS = 10
KEPT_DAYS = 90
"""A score sheet repeats names: after that long its lines are forgotten. What it wrote stays where scores are."""

MOST_COLUMNS = 46
"""Question columns of a template; with more questions, those of one letter share a column."""

NEW, SAME, KEPT, EMPTY, REFUSED = "new", "same", "kept", "empty", "refused"
State = ScoreImport.State

FIELDS = (
    columns.Field("sequence", lazy("序号"), str, ("报名号", "编号", "报名序号"), width=7),
    columns.Field("name", lazy("姓名"), str, ("学员", "学员姓名"), required=True, width=12),
    columns.Field("phone", lazy("手机号"), str, ("手机", "电话", "联系电话", "手机后四位"), width=14),
    columns.Field("total", lazy("总分"), str, ("成绩", "得分", "分数", "总成绩"), width=8),
)
_QUESTION = re.compile(r"^第?(\d{1,3})题?(?:满分[\d.]+分?|得分)?$")
_RANGE = re.compile(r"^第?\s*(\d{1,3})\s*[-–—~～至到]\s*(\d{1,3})\s*题?$")
_EXAMPLE = lazy("示例（可删）")


def context_of_round(round_):
    """What its printed papers are printed for."""
    return f"round:{round_.pk}"


def prints(round_):
    """Papers printed for the round, the newest first."""
    rows = PrintedPaper.objects.filter(context=context_of_round(round_)).select_related("made_by__person", "quiz")
    return rows.defer("paper", "key")


def draw(round_, *, actor):
    """Another PrintedPaper of the round's exam. Raises DomainError ``exam.none`` and those of ``quizzes.printing.draw``."""
    if round_.exam_quiz is None:
        raise DomainError("exam.none", _("这个班还没有选考卷，请先在“改”里选好，再出纸卷。"))
    heading = f"{round_.title} · {round_.label}"
    return printing.draw(round_.exam_quiz, actor, context=context_of_round(round_), heading=heading)


# The sheet to fill in -----------------------------------------------------------------------------------------------


def template(round_, printed=None):
    """The score sheet of a round as .xlsx bytes, its people on it: with a printed paper a column a question, else a total."""
    people = Registration.objects.on_the_list().filter(round=round_).select_related("person").order_by("sequence")
    head = [Column(str(field.label), field.width) for field in FIELDS]
    asked = [Column(label, width) for label, width in _headings(printed)] if printed else []
    examples = [[None, str(_EXAMPLE), None, "86" if not asked else None, *[None] * len(asked)]]
    return write_form(
        _("成绩登记表 %(title)s") % {"title": f"{round_.label}{f' 卷号{printed.code}' if printed else ''}"},
        [*head, *asked],
        landscape=True,
        printed=[[str(row.sequence), row.person.name, mask_phone(row.person.phone)] for row in people] or [[""]],
        examples=examples,
        usage=_usage(printed),
    )


def _headings(printed):
    """[(heading, width)] of the question columns; questions of one letter share one where there are too many."""
    numbers = list(range(1, len(printed.paper) + 1))
    merged = []
    for number in numbers:
        short = len(numbers) > MOST_COLUMNS and printed.paper[number - 1]["kind"] in ("single", "true_false")
        if short and merged and merged[-1][1] == "short" and len(merged[-1][0]) < 10:
            merged[-1][0].append(number)
        else:
            merged.append(([number], "short" if short else "one"))
    for group, _kind in merged:
        item = printed.paper[group[0] - 1]
        if len(group) > 1:
            yield f"{group[0]}-{group[-1]}", 14
        elif printing.is_by_hand(item):
            yield _("第%(n)s题（满分%(most)s）") % {"n": group[0], "most": item["points"]}, 10
        else:
            yield _("第%(n)s题") % {"n": group[0]}, 6 if item["kind"] in ("single", "true_false") else 9


def _usage(printed):
    lines = [
        _("名单上的人已经填好，一人一行；没来考的空着，不动。"),
        _("只有总分：填“总分”一列。逐题登记：照答题卡填，总分由系统判；两样都填，要对得上。"),
    ]
    if printed:
        lines += [
            _("单选填一个字母，多选把字母连着写（ACD），判断填“对”或“错”，没答的空着。"),
            _("填空照抄，几个空用竖线 | 隔开；数值只填数字；匹配和排序把字母按顺序写，没写的用 - 占位。"),
            _("简答和案例填老师给的分。一列有几道题的（如 1-10），把字母连着写，没答的用 - 占位。"),
        ]
    return [(_("怎么填"), lines)]


# The way back -------------------------------------------------------------------------------------------------------


def receive(round_, upload, *, printed, resit, actor):
    """Take in a filled sheet (an uploaded file with a ``name``); returns the ScoreImport, looked at.

    ``printed`` is the PrintedPaper the answers belong to, None for totals alone. Raises DomainError ``table.*``,
    ``import.header``, ``score.columns``, ``score.rows``, ``score.quiz`` and ``exam.none``.
    """
    if not round_.has_exam:
        raise DomainError("exam.none", _("这个班没有考试，不用登记成绩。"))
    if printed and printed.quiz_id != round_.exam_quiz_id:
        raise DomainError("score.quiz", _("这份纸卷不是这个班现在的考卷，请选这个班出的纸卷。"))
    lines = list(islice(tables.read(upload, upload.name), MAX_ROWS + HEAD_ROWS + 1))
    if not lines:
        raise DomainError("table.empty", _("文件里一行内容也没有，请看看是不是选错了文件。"))
    number, header = columns.find_header(FIELDS, lines[:HEAD_ROWS])
    sheet = Sheet(header, printed)
    rows = [[line, cells] for line, cells in lines if line > number and any(cells)]
    if not rows or len(rows) > MAX_ROWS:
        raise DomainError("score.rows", _("表头下面要有 1 到 %(n)s 行成绩，请核对文件。") % {"n": MAX_ROWS})
    if "name" not in sheet.places or not ("total" in sheet.places or sheet.questions):
        raise DomainError("score.columns", _("要有“姓名”一列，再加“总分”或“第1题”这样的列，请照成绩登记表填。"))
    batch = ScoreImport.objects.create(
        round=round_,
        printed=printed,
        resit=resit,
        file_name=upload.name[-200:],
        header=header,
        rows=rows,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    record(actor, "score.upload", batch, changes={"rows": [None, len(rows)]})
    return look(batch.pk)


def look(batch_id):
    """What would happen to each line now; writes nothing but that. Returns the ScoreImport."""
    batch = ScoreImport.objects.select_related("uploaded_by", "printed").get(pk=batch_id)
    if batch.state == State.DONE:
        return batch
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=batch.round_id)
        outcome = _enter(batch, batch.uploaded_by)
        transaction.set_rollback(True)
    batch.outcome = outcome
    batch.save(update_fields=["outcome"])
    return batch


@transaction.atomic
def write(batch_id, *, actor):
    """Write the good lines. Asked again it is done already. Returns the ScoreImport; DomainError ``score.nothing``."""
    # The round first, as everybody else does.
    Round.objects.select_for_update().get(score_imports=batch_id)
    batch = ScoreImport.objects.select_for_update(of=("self",)).select_related("printed").get(pk=batch_id)
    if batch.state == State.DONE:
        return batch
    batch.outcome = _enter(batch, actor)
    counted = counts(batch)
    if not (counted[NEW] or counted[SAME] or counted[KEPT]):
        raise DomainError("score.nothing", _("没有一行能登记，请照退回的原因改好再传。"))
    batch.state = State.DONE
    batch.save(update_fields=["outcome", "state"])
    record(actor, "score.write", batch, changes={"counts": [None, dict(counted)]})
    return batch


def counts(batch):
    """Counter of what happened, or would happen, to the lines: new, same, kept, empty, refused."""
    return Counter(what for _line, what, *_rest in batch.outcome)


def refused_rows(batch):
    """[(column: sentence, cells)] of the lines that were refused, in their order."""
    cells = dict(map(tuple, batch.rows))
    return [
        (f"{column}：{sentence}" if column else sentence, cells[line])
        for line, what, column, sentence, *_rest in batch.outcome
        if what == REFUSED
    ]


def forget(before):
    """Forget the lines of sheets older than that moment. Returns how many."""
    old = ScoreImport.objects.filter(uploaded_at__lt=before).exclude(rows=[])
    return old.update(rows=[], outcome=[])


class Sheet:
    """Which column of a filled sheet holds what: ``places`` {field: place}, ``questions`` {place: [positions]}."""

    def __init__(self, header, printed):
        self.header = header
        self.places = {name: header.index(text) for name, text in columns.match(FIELDS, header).items()}
        self.questions = {}
        count = len(printed.paper) if printed else 0
        for place, text in enumerate(header):
            positions = [number for number in _numbers(text) if number <= count]
            if positions:
                self.questions[place] = positions

    def text(self, cells, name):
        place = self.places.get(name)
        return normalise(cells[place]) if place is not None and place < len(cells) else ""

    def label(self, name):
        place = self.places.get(name)
        return self.header[place] if place is not None else ""

    def given(self, cells):
        """({position: text}, {position: heading}). Raises DomainError ``score.letters`` with ``column`` for a shared column."""
        given, named = {}, {}
        for place, positions in self.questions.items():
            text = cells[place].strip() if place < len(cells) else ""
            if not text:
                continue
            letters = re.sub(r"[\s,，、;；.。]", "", text) if len(positions) > 1 else None
            if letters is not None and len(letters) != len(positions):
                raise DomainError(
                    "score.letters",
                    _("这一列有 %(n)s 道题，写了 %(have)s 个，没答的请用 - 占位。")
                    % {"n": len(positions), "have": len(letters)},
                    column=self.header[place],
                )
            for position, one in zip(positions, [text] if letters is None else letters, strict=True):
                given[position], named[position] = one, self.header[place]
        return given, named


def _numbers(heading):
    found = _RANGE.match(normalise(heading))
    if found and 0 < int(found[1]) < int(found[2]):
        return list(range(int(found[1]), int(found[2]) + 1))
    found = _QUESTION.match(columns.heading_key(heading))
    return [int(found[1])] if found and int(found[1]) else []


@dataclass
class _Roster:
    by_sequence: dict
    by_name: dict

    @classmethod
    def of(cls, round_id):
        rows = list(Registration.objects.on_the_list().filter(round=round_id).select_related("person", "round"))
        by_name = {}
        for row in rows:
            by_name.setdefault(row.person.name, []).append(row)
        return cls({row.sequence: row for row in rows}, by_name)

    def find(self, sheet, cells):
        """The Registration of a line. Raises DomainError ``score.who`` with ``column``."""
        name, sequence, phone = (sheet.text(cells, field) for field in ("name", "sequence", "phone"))
        name = normalise_name(name)
        if not name:
            raise _who(sheet, "name", _("这一行没有姓名，请照名单填上；不要的行整行删掉。"))
        if sequence:
            row = self.by_sequence.get(int(sequence)) if sequence.isdecimal() and len(sequence) < 9 else None
            if row is None or row.person.name != name:
                raise _who(
                    sheet, "sequence", _("名单上 %(n)s 号不是“%(name)s”，请核对序号和姓名。"), n=sequence, name=name
                )
            return row
        rows = self.by_name.get(name, [])
        if not rows:
            raise _who(sheet, "name", _("名单上没有“%(name)s”，请核对姓名，或先把人加进名单。"), name=name)
        if phone:
            rows = [row for row in rows if _same_phone(row.person.phone, phone)]
            if not rows:
                raise _who(sheet, "phone", _("手机号和名单上的%(name)s对不上，请核对。"), name=name)
        if len(rows) > 1:
            raise _who(sheet, "name", _("名单上有 %(n)s 位%(name)s，请填上序号。"), n=len(rows), name=name)
        return rows[0]


def _who(sheet, field, sentence, **words):
    return DomainError("score.who", sentence % words, column=sheet.label(field))


def _same_phone(kept, text):
    """The number whole, masked as our sheets show it, or its last four figures."""
    return bool(kept) and text in (kept, mask_phone(kept), kept[-4:])


def _enter(batch, actor):
    """Write every good line in the order of the file; returns the outcome."""
    sheet, roster = Sheet(batch.header, batch.printed), _Roster.of(batch.round_id)
    outcome, seen = [], {}
    for line, cells in batch.rows:
        if normalise(sheet.text(cells, "name")) == normalise(str(_EXAMPLE)):
            continue
        try:
            with transaction.atomic():
                row = roster.find(sheet, cells)
                before = seen.setdefault(row.pk, line)
                if before != line:
                    raise _who(sheet, "name", _("与第 %(n)s 行是同一个人，请删掉其中一行。"), n=before)
                what, sentence, score = _enter_one(batch, sheet, row, cells, actor)
            outcome.append([line, what, "", sentence, score, row.pk])
        except DomainError as refused:
            outcome.append([line, REFUSED, refused.params.get("column", ""), refused.sentence, "", None])
    return outcome


def _enter_one(batch, sheet, row, cells, actor):
    """(what, sentence, score as text) of one person's line."""
    given, named = sheet.given(cells)
    total = sheet.text(cells, "total")
    if not given and not total:
        return EMPTY, _("没有填，不动"), ""
    most = batch.printed.max_score if batch.printed else Decimal(100)
    wanted = _total(total, most, sheet.label("total")) if total else None
    if not given:
        return _enter_total(batch, row, wanted, most, actor)
    try:
        attempt, is_new = printing.hand_in(
            batch.printed, row.person, context_of(row), given, actor=actor, resit=batch.resit
        )
    except DomainError as refused:
        column = named.get(refused.params.get("position"), "")
        raise DomainError(refused.code, refused.sentence, column=column) from None
    if wanted is not None and wanted != attempt.score:
        raise DomainError(
            "score.differs",
            _("总分写的是 %(said)s，按答案判是 %(score)s，请核对答案，或把总分空着。")
            % {"said": _plain(wanted), "score": _plain(attempt.score)},
            column=sheet.label("total"),
        )
    score = f"{_plain(attempt.score)}／{_plain(attempt.max_score)}"
    if not is_new:
        return SAME, _("登记过了，没有变化"), score
    if row.round.is_settled:
        return NEW, _("答卷记下了；班已结班，成绩要在期次里更正"), score
    return NEW, "", score


def _enter_total(batch, row, total, most, actor):
    """A total given by hand: the mark out of 100, to half a point down."""
    mark = (total * 200 / most).to_integral_value(rounding=ROUND_FLOOR) / Decimal(2)
    score = _plain(mark)
    if batch.resit and row.mark is not None and mark <= row.mark:
        # A resit that came out as the first try did was sat all the same.
        taken = resits.take(row, mark, actor=actor)
        if taken or mark < row.mark:
            return KEPT, _("补考没有更高，留原来的 %(mark)s 分") % {"mark": _plain(row.mark)}, score
    if row.mark == mark:
        return SAME, _("登记过了，没有变化"), score
    if row.mark is not None and not batch.resit:
        raise DomainError(
            "score.there",
            _("已经有成绩 %(mark)s 分，没有覆盖。确是补考，请勾上“这是补考”再传；登错了，请在期次的“成绩”里改。")
            % {"mark": _plain(row.mark)},
        )
    closing.enter_mark(row, mark, actor=actor, resit=batch.resit, reason=batch.file_name)
    return NEW, "", score


def _total(text, most, column):
    try:
        total = Decimal(text.removesuffix("分"))
    except InvalidOperation:
        total = None
    if total is None or not total.is_finite() or not 0 <= total <= most:
        raise DomainError("score.total", _("总分要填 0 到 %(most)s 的数字。") % {"most": _plain(most)}, column=column)
    return total


def _plain(number):
    return f"{number.normalize():f}"
