"""缺什么: what is known to be missing from the figures, row by row, each with the screen that mends it."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.policies import policy_for
from core.querysets import count_of
from core.text import mask_name
from enterprises.models import Enterprise, Layer, SizeClass
from ledger import counts
from training.closing import PHOTOS
from training.models import Correction, Evidence, Registration, Round, Session

from .completeness import closed_rounds, homeless, narrowed_to, person_times, unclosed_rounds


@dataclass(frozen=True)
class Gap:
    """One row: ``what`` is concerned and ``more`` about it, the day ``since`` when, what to do (``mend``) and where (``url``)."""

    what: str
    more: str
    since: date
    mend: str
    url: str


PAGE = 30

# Each kind: its rows as a queryset, and a page of them as Gaps ---------------------------------------------------------

MENDS = {
    Round.State.EXAM: lazy("登完成绩再结班"),
    Round.State.TO_CLOSE: lazy("补齐材料，点“结班”"),
}


def _unclosed(scope, user):
    waiting = count_of(Registration.objects.on_the_list(), "round")
    return unclosed_rounds(scope).select_related("owner").annotate(waiting=waiting).order_by("ends_on", "pk")


def _run_by(user, keys):
    """Those of the rounds that this user may change; the others are mended by who holds them."""
    return set(policy_for(Round).changeable(user).filter(pk__in=keys).values_list("pk", flat=True))


def _by(owner, mend):
    return _("请%(owner)s：%(mend)s") % {"owner": owner.name, "mend": mend}


def _unclosed_gaps(scope, rows, user):
    found, ours = [], _run_by(user, [row.pk for row in rows])
    for row in rows:
        mend = MENDS.get(row.state, _("核对名单、提交考勤，再结班"))
        found.append(
            Gap(
                f"{row.title}　{row.label}",
                _("%(owner)s，%(n)s 人等着计入") % {"owner": row.owner.name, "n": row.waiting},
                row.ends_on,
                mend if row.pk in ours else _by(row.owner, mend),
                f"{reverse('desk:round', args=[row.pk])}#closing",
            )
        )
    return found


def _papers(scope, user):
    def filed(kind):
        return count_of(Evidence.objects.filter(kind=kind), "round")

    rows = closed_rounds(scope).annotate(
        wanted=count_of(Session.objects.all(), "round"),
        signed=filed(Evidence.Kind.SIGN_IN),
        photos=filed(Evidence.Kind.PHOTO),
        marked=filed(Evidence.Kind.MARKS),
    )
    rows = rows.filter(Q(signed__lt=F("wanted")) | Q(photos__lt=PHOTOS) | Q(has_exam=True, marked=0))
    return rows.select_related("owner").order_by("ends_on", "pk")


def _papers_gaps(scope, rows, user):
    found, ours = [], _run_by(user, [row.pk for row in rows])
    for row in rows:
        lacks = []
        if row.signed < row.wanted:
            lacks.append(_("签到表 %(have)s／%(need)s") % {"have": row.signed, "need": row.wanted})
        if row.photos < PHOTOS:
            lacks.append(_("照片 %(have)s／%(need)s") % {"have": row.photos, "need": PHOTOS})
        if row.has_exam and not row.marked:
            lacks.append(_("试卷和成绩单"))
        mend = _("补传：%(what)s") % {"what": "、".join(lacks)}
        url = f"{reverse('desk:round', args=[row.pk])}#closing"
        mend = mend if row.pk in ours else _by(row.owner, mend)
        found.append(Gap(f"{row.title}　{row.label}", row.owner.name, row.ends_on, mend, url))
    return found


@dataclass(frozen=True)
class _Counted:
    """Rows in order whose number is known without asking for them."""

    rows: object
    n: int

    def count(self):
        return self.n

    def __getitem__(self, stretch):
        return self.rows[stretch]


def _entries(scope, **named):
    rows = scope.entries().filter(**named).select_related("person", "activity__owner", "enterprise")
    return rows.order_by("-occurred_on", "-pk")


def _homeless(scope, user):
    return _Counted(_entries(scope, enterprise=None), homeless(scope))


def _layerless(scope, user):
    rows, other = _entries(scope, layer=Layer.OTHER).exclude(enterprise=None), narrowed_to(scope, layer=Layer.OTHER)
    return _Counted(rows, person_times(other) - homeless(other) if other else 0)


def _homeless_gaps(scope, rows, user):
    return _entry_gaps(
        rows, user, _("提更正单，写上单位；另一位批了才改账"), _("先在人员里补任职，以后学完的课就有单位")
    )


def _layerless_gaps(scope, rows, user):
    return _entry_gaps(rows, user, _("提更正单，写上层级；真是“其他”的不用动"), _("先在人员里补层级，以后学完的课就有"))


def _entry_gaps(entries, user, mend, otherwise):
    """An entry of a round is mended by a 更正单 of who holds it; one of an online course only by what comes later."""
    keys = {entry.activity.key.removeprefix("round:") for entry in entries if entry.activity.key.startswith("round:")}
    seats = Registration.objects.filter(round__in=keys, person__in={entry.person_id for entry in entries})
    seats = {(f"round:{round_}", person): pk for round_, person, pk in seats.values_list("round", "person", "pk")}
    found, ours = [], {f"round:{pk}" for pk in _run_by(user, keys)}
    for entry in entries:
        seat = seats.get((entry.activity.key, entry.person_id))
        if seat is None:
            how, url = otherwise, reverse("desk:person", args=[entry.person_id])
        elif entry.activity.key in ours:
            how, url = mend, reverse("desk:correct", args=[entry.activity.key.removeprefix("round:")])
            url = f"{url}?registration={seat}"
        else:
            how, url = _by(entry.activity.owner, mend), reverse("desk:entry", args=[entry.pk])
        more = f"{entry.enterprise.name}，{entry.activity.title}" if entry.enterprise_id else entry.activity.title
        found.append(Gap(mask_name(entry.person.name), more, entry.occurred_on, how, url))
    return found


def _sizeless(scope, user):
    """[(key of an enterprise, 人次)] of those counted whose size nobody has filled in to this day, most 人次 first."""
    asked = narrowed_to(scope, size_class=SizeClass.UNKNOWN)
    found = counts.grouped(asked, "enterprise", want=counts.TIMES) if asked else {}
    unknown = set(Enterprise.objects.filter(size_class=SizeClass.UNKNOWN).values_list("pk", flat=True)) if found else ()
    rows = [(key, people.person_times) for (key,), people in found.items() if key in unknown]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _sizeless_gaps(scope, rows, user):
    keys = [key for key, _n in rows]
    names = Enterprise.objects.in_bulk(keys)
    last = scope.entries().filter(size_class=SizeClass.UNKNOWN, enterprise__in=keys).order_by()
    last = dict(last.values_list("enterprise").annotate(last=Max("occurred_on")))
    return [
        Gap(
            names[key].name,
            _("%(n)s 人次分不出是不是小微") % {"n": f"{n:,}"},
            last[key],
            _("填从业人员、营业收入；已经记的照当时，以后记的就分得出"),
            reverse("desk:enterprise", args=[key]),
        )
        for key, n in rows
    ]


def _corrections(scope, user):
    rows = policy_for(Correction).visible(user).filter(state=Correction.State.ASKED)
    return rows.filter(registration__round__in=closed_rounds(scope)).order_by("asked_at", "pk")


def _corrections_gaps(scope, rows, user):
    found, ours = [], _run_by(user, [row.registration.round_id for row in rows])
    for row in rows:
        round_, mend = row.registration.round, _("另一位来批，批了才改账")
        found.append(
            Gap(
                mask_name(row.registration.person.name),
                f"{round_.title}，{row.reason}",
                row.asked_at,
                mend if round_.pk in ours else _by(round_.owner, mend),
                reverse("desk:correction", args=[row.pk]),
            )
        )
    return found


KINDS = {
    "unclosed": (lazy("没结班"), lazy("讲完了、没结班的班，一个数也没算进来。"), _unclosed, _unclosed_gaps),
    "papers": (lazy("缺佐证"), lazy("结了班，材料不齐：数算了，别人来查拿不出依据。"), _papers, _papers_gaps),
    "homeless": (lazy("没写单位"), lazy("算人次，不算家数，也不归任何区。"), _homeless, _homeless_gaps),
    "layerless": (lazy("层级是其他"), lazy("有单位，层级却是“其他”：多半是报名时没选。"), _layerless, _layerless_gaps),
    "sizeless": (lazy("没填规模"), lazy("分不出是不是小微，“其中小微”里就没有它。"), _sizeless, _sizeless_gaps),
    "corrections": (lazy("更正单待批"), lazy("批了，数还会变。"), _corrections, _corrections_gaps),
}
"""{name: (its word, why it matters, its rows, a page of them as Gaps)}, the most harmful first."""


def worklist(scope, user, wanted="", page=1):
    """({kind: how many}, the kind shown, its page with ``gaps``). The kind is ``wanted``, else the first that has any. About
    ten queries, however many rows."""
    rows = {name: find(scope, user) for name, (_word, _why, find, _gaps) in KINDS.items()}
    pages = {name: Paginator(found, PAGE) for name, found in rows.items()}
    counted = {name: each.count for name, each in pages.items()}
    first = next((name for name, n in counted.items() if n), "unclosed")
    shown = wanted if wanted in KINDS else first
    stretch = pages[shown].get_page(page)
    stretch.gaps = KINDS[shown][3](scope, list(stretch), user)
    return counted, shown, stretch
