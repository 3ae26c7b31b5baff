"""满意度问卷: eight items in five grades and one open question, anonymous, one for each person who came.

How it stays anonymous (docs/security.md): a sheet holds neither person nor time; who has handed one in is a tick beside it, and
both are written in one transaction. Results are shown only after the survey is closed; closing writes the sheets anew in random
order and forgets the ticks, so that afterwards neither order nor transaction joins a sheet to a person.
"""

import re
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from ledger.models import FEWEST_ANSWERS, Activity, ActivityFact

from .models import Attendance, Registration, Round, Survey, SurveyAnswer, SurveyTick

ITEMS = (
    lazy("内容实用，用得上"),
    lazy("讲得懂"),
    lazy("讲师"),
    lazy("组织和服务"),
    lazy("教材、工具表能拿回去用"),
    lazy("时间安排"),
    lazy("总体满意"),
    lazy("愿意推荐给同行"),
)
"""The eight items, in the order of the sheet."""

OVERALL = 6
"""The item that decides whether a sheet is valid, and 满意度."""

GRADES = ((5, lazy("很满意")), (4, lazy("满意")), (3, lazy("一般")), (2, lazy("不满意")), (1, lazy("很不满")))
SATISFIED = "45"

FEWEST = FEWEST_ANSWERS
"""Below so many valid sheets no result is shown, here and in every figure of the ledger."""

ENOUGH_PERCENT = 60
"""Below this share of those who came, the sample is called small."""

_SHEET = re.compile(r"^([0-5]{8})(?:[\s,，]+(.*))?$")


@dataclass(frozen=True)
class Item:
    """One item: how many gave each grade, best first, and the mean (None without grades)."""

    label: str
    counts: list
    mean: float | None

    @property
    def total(self):
        return sum(self.counts)


@dataclass(frozen=True)
class Results:
    """``issued``: people who came; ``returned``: sheets; ``valid``: of them those that answer the overall item.

    ``satisfied`` and what follows are None or empty while the survey is open and below FEWEST valid sheets.
    """

    issued: int
    returned: int
    valid: int
    closed: bool
    satisfied: int | None = None
    mean: float | None = None
    items: tuple = ()
    comments: tuple = ()

    @property
    def is_shown(self):
        return self.satisfied is not None

    @property
    def share(self):
        """满意度: (满意 + 很满意) ÷ valid sheets, 0 to 1; None when not shown."""
        return self.satisfied / self.valid if self.is_shown else None

    @property
    def is_small(self):
        """Fewer sheets than ENOUGH_PERCENT of those who came."""
        return self.valid * 100 < self.issued * ENOUGH_PERCENT


def attendees(round_):
    """Registrations of those who came to at least one session: each is given one sheet."""
    came = Attendance.objects.filter(session__round=round_, state__in=Attendance.COUNTED)
    return Registration.objects.on_the_list().filter(round=round_, pk__in=came.values("registration"))


def opens_at(round_):
    """When sheets are taken: from the start of the last session; None for a round without sessions."""
    return round_.sessions.order_by("-starts_at").values_list("starts_at", flat=True).first()


def refusal(registration):
    """Why this person cannot hand in a sheet now, as a DomainError; None when they can.

    Codes: ``survey.not_attended``, ``survey.too_early``, ``survey.over``, ``survey.answered``.
    """
    round_ = Round.objects.get(pk=registration.round_id)
    opens = opens_at(round_)
    if round_.is_settled or Survey.objects.filter(round=round_).exclude(closed_at=None).exists():
        return DomainError("survey.over", _("问卷已经收了，谢谢您来上课。有话想说，请直接找主办单位。"))
    if opens is None or clock.now() < opens:
        return DomainError("survey.too_early", _("最后一课开始以后才能填，下课前扫码就行。"))
    if not attendees(round_).filter(pk=registration.pk).exists():
        return DomainError(
            "survey.not_attended", _("没有您的到课记录，填不了；您要是来了，请找讲师补签，再打开这一页。")
        )
    if SurveyTick.objects.filter(registration=registration).exists():
        return DomainError("survey.answered", _("您交过一份了，每人一份。不记名，所以交了就改不了。"))
    return None


def answer(registration_id, grades, comment=""):
    """Hand in one's sheet: ``grades`` are eight whole numbers 1–5 in the order of ITEMS.

    Raises DomainError ``survey.grades`` and the codes of ``refusal``; asking twice, also at once, leaves one sheet. Nothing of
    it goes into the audit trail.
    """
    if len(grades) != len(ITEMS) or any(grade not in range(1, 6) for grade in grades):
        raise DomainError("survey.grades", _("八题都要选一个，才能交。"))
    try:
        with transaction.atomic():
            # The round first, as closing does: who hands in at that moment is in, or finds the survey closed.
            Round.objects.select_for_update(of=("self",)).get(registrations=registration_id)
            row = Registration.objects.select_for_update(of=("self",)).get(pk=registration_id)
            refused = refusal(row)
            if refused:
                raise refused
            survey, _created = Survey.objects.get_or_create(round_id=row.round_id)
            SurveyTick.objects.create(survey=survey, registration=row)
            text = "".join(map(str, grades))
            SurveyAnswer.objects.create(survey=survey, grades=text, comment=comment.strip()[:300])
    except IntegrityError:
        raise DomainError("survey.answered", _("您交过一份了，每人一份。不记名，所以交了就改不了。")) from None


@transaction.atomic
def close(round_id, *, actor):
    """收卷: no more sheets from phones, results can be read. Returns the Survey; closing again changes nothing.

    Raises DomainError ``survey.too_early`` before the last session begins.
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    opens = opens_at(round_)
    if opens is None or clock.now() < opens:
        raise DomainError("survey.too_early", _("最后一课还没开始，现在收卷太早。"))
    list(Registration.objects.select_for_update().filter(round=round_).order_by("pk").values_list("pk"))
    survey, _created = Survey.objects.get_or_create(round=round_)
    return seal(survey, actor)


def seal(survey, actor):
    """Close the survey, forget who answered, and write the sheets anew in random order; under the lock of all registrations."""
    if survey.closed_at is not None:
        return survey
    survey.closed_at = clock.now()
    survey.closed_by = actor
    survey.save()
    sheets = list(survey.answers.values_list("grades", "comment", "on_paper"))
    survey.answers.all().delete()
    survey.ticks.all().delete()
    secrets.SystemRandom().shuffle(sheets)
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(survey=survey, grades=grades, comment=comment, on_paper=on_paper)
        for grades, comment, on_paper in sheets
    )
    record(actor, "training.survey_close", survey, changes={"sheets": [None, len(sheets)]})
    return survey


def read_sheets(text):
    """[(grades, comment)] of sheets typed one a line: eight digits 0–5 (0: left empty), then perhaps the comment.

    Raises DomainError ``survey.line`` naming the first line that cannot be read, ``survey.none`` without any.
    """
    sheets = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        found = _SHEET.match(line)
        if not found:
            raise DomainError(
                "survey.line",
                _(
                    "第 %(n)s 行读不懂：先写 8 个数字（每题 1—5，没填的写 0），空一格再写意见，例如 55455545 想先改点检表。"
                )
                % {"n": number},
            )
        sheets.append((found[1], (found[2] or "").strip()[:300]))
    if not sheets:
        raise DomainError("survey.none", _("一份也没有写，请一行写一份。"))
    return sheets


def keep_papers(survey, sheets):
    """Keep sheets filled in on paper; under the round's lock. Raises DomainError ``survey.too_many`` when there would be more
    sheets than people who came."""
    issued, returned = attendees(survey.round).count(), survey.answers.count()
    if returned + len(sheets) > issued:
        raise DomainError(
            "survey.too_many",
            _("到过课的 %(issued)s 人，已经收了 %(returned)s 份，再加 %(n)s 份就多了；请核对是不是录过，或先补齐考勤。")
            % {"issued": issued, "returned": returned, "n": len(sheets)},
        )
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(survey=survey, grades=grades, comment=comment, on_paper=True) for grades, comment in sheets
    )


@transaction.atomic
def add_papers(round_id, sheets, *, actor):
    """Sheets from paper, before closing the round (``read_sheets``); afterwards ``supplementing.late_papers``.

    Raises DomainError ``round.closed``, ``survey.too_early``, ``survey.too_many``.
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，纸质问卷请走“补记”，要写原因。"))
    opens = opens_at(round_)
    if opens is None or clock.now() < opens:
        raise DomainError("survey.too_early", _("最后一课开始以后才能录问卷。"))
    survey, _created = Survey.objects.get_or_create(round=round_)
    keep_papers(survey, sheets)
    record(actor, "training.survey_papers", survey, changes={"sheets": [None, len(sheets)]})


def results(round_):
    """The Results of a round's survey. Three queries."""
    survey = Survey.objects.filter(round=round_).first()
    issued = attendees(round_).count()
    if survey is None:
        return Results(issued, 0, 0, False)
    sheets = list(survey.answers.values_list("grades", "comment"))
    valid = [grades for grades, _comment in sheets if grades[OVERALL] != "0"]
    closed = survey.closed_at is not None
    if not closed or len(valid) < FEWEST:
        return Results(issued, len(sheets), len(valid), closed)
    items = tuple(_item(label, [grades[n] for grades in valid]) for n, label in enumerate(ITEMS))
    return Results(
        issued,
        len(sheets),
        len(valid),
        closed,
        satisfied=sum(grades[OVERALL] in SATISFIED for grades in valid),
        mean=items[OVERALL].mean,
        items=items,
        comments=tuple(sorted(comment for _grades, comment in sheets if comment)),
    )


def _item(label, given):
    given = [int(grade) for grade in given if grade != "0"]
    counts = [given.count(grade) for grade, _label in GRADES]
    return Item(str(label), counts, sum(given) / len(given) if given else None)


def facts_of(round_):
    """{(district, ActivityFact.Name): n} for the ledger; empty without a sheet: no data is not 0.

    A sheet does not say where its person works: the district is the organiser's, as for 场次, as it was when the round was posted.
    """
    survey = Survey.objects.filter(round=round_).first()
    sheets = [] if survey is None else list(survey.answers.values_list("grades", flat=True))
    if not sheets:
        return {}
    valid = [int(grades[OVERALL]) for grades in sheets if grades[OVERALL] != "0"]
    posted = list(Activity.objects.as_of().filter(key=round_.activity_key).values_list("district", flat=True))
    district = posted[0] if posted else round_.owner.district_id
    return {
        (district, ActivityFact.Name.SURVEYED): attendees(round_).count(),
        (district, ActivityFact.Name.ANSWERED): len(valid),
        (district, ActivityFact.Name.SATISFIED): sum(grade >= 4 for grade in valid),
        (district, ActivityFact.Name.GRADES): sum(valid),
    }
