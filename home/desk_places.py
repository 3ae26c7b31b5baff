"""The places of the 工作台, in rooms: a head of a few words leads to all of it. None of it costs a query of its own."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Role
from enterprises.policies import rights_of
from enterprises.policies.giving import givable
from quizzes.policies_bank import may_read_bank


def _counts(user):
    return rights_of(user).counts


def _registry(user):
    return rights_of(user).registry


def _audits(user):
    """Auditors and the city's administrators."""
    return bool(rights_of(user).roles & {Role.AUDITOR, Role.CITY_ADMIN})


def _rounds(user):
    """Who is only named as trainer has no appointment; an editor has one, and no rounds."""
    return rights_of(user).desk or not may_read_bank(user)


def _helps(user):
    return rights_of(user).counts or bool(rights_of(user).led_organisers)


def _teaches(user):
    return rights_of(user).city or bool(rights_of(user).organisers)


def _own(user):
    return bool(rights_of(user).organisers) and not rights_of(user).counts


def _organiser(user):
    return min(rights_of(user).organisers)


def _teaches_rounds(user):
    """Who decides about rounds: the city, organisers, and who is only named as trainer."""
    return rights_of(user).city or bool(rights_of(user).organisers) or not (rights_of(user).desk or may_read_bank(user))


@dataclass(frozen=True)
class Place:
    """One place: its address by name, its word, who may go there, what else belongs to it though it lies elsewhere (beginnings of
    addresses, ``*`` for the key of a row), and for a page about one row of the user's own whose ``key`` that is."""

    name: str
    title: str
    may_open: callable
    beside: tuple = ()
    key: callable = None

    def address(self, user):
        """Where it is, for who may open it."""
        return reverse(self.name, args=[self.key(user)] if self.key else None)

    def fits(self, path, user):
        """How much of ``path`` this place accounts for, in characters."""
        prefixes = [self.address(user), *self.beside]
        found = (len(prefix) for prefix in prefixes if fnmatchcase(path, f"{prefix}*") and prefix != "/desk/")
        return max(found, default=0)


ROOMS = (
    (
        _("总览"),
        [
            Place("desk:overview", _("总览"), _counts),
            Place("desk:targets", _("目标"), _counts, ("/desk/figures/",)),
            Place("desk:organiser-table", _("按单位"), _counts, ("/desk/organisers/*/figures/",)),
            Place("desk:gaps", _("缺什么"), _counts),
            Place("desk:meeting", _("会议屏"), lambda user: rights_of(user).city),
        ],
    ),
    (
        _("台账"),
        [
            Place("desk:entries", _("台账"), _counts),
            Place("desk:returns", _("月报"), _counts, ("/desk/amendments/",)),
            Place("desk:workbooks", _("导出的表"), _counts),
        ],
    ),
    (
        _("期次"),
        [
            Place("desk:rounds", _("期次"), _rounds, ("/desk/sessions/", "/desk/evidence/", "/desk/explain/")),
            Place("desk:certificates", _("证明"), lambda user: rights_of(user).desk, ("/certificates/batches/",)),
            Place("desk:calendar", _("日历"), _rounds),
            Place("desk:kits", _("讲师资料"), _teaches_rounds),
            Place("desk:requests", _("请假和补签"), _teaches_rounds),
            Place("desk:wanted", _("登记意向"), lambda user: rights_of(user).desk),
            Place("desk:corrections", _("更正单"), _rounds),
            Place("desk:organiser-figures", _("本单位的数"), _own, ("/desk/organisers/*/figures/",), _organiser),
        ],
    ),
    (
        _("学习"),
        [
            Place("desk:study", _("进度"), _counts),
            Place("desk:assignments", _("学习任务"), _counts),
            Place("desk:priors", _("校外学习"), _counts),
            Place("desk:asked", _("学员提问"), _teaches),
        ],
    ),
    (
        _("企业"),
        [
            Place("desk:enterprises", _("企业"), _registry),
            Place("desk:people", _("人员"), _registry),
            Place("desk:imports", _("导入导出"), _registry, ("/desk/export/",)),
            Place("desk:duplicates", _("查重"), _registry),
        ],
    ),
    (_("帮扶"), [Place("desk:assistances", _("帮扶"), _helps, ("/desk/experts/", "/desk/conflicts/"))]),
    (
        _("考试"),
        [
            Place("desk:questions", _("题库"), may_read_bank),
            Place("desk:papers", _("试卷"), may_read_bank),
            Place("desk:marking", _("阅卷"), _teaches),
            Place("desk:quizzes", _("成绩分析"), _teaches, ("/desk/appeals/", "/desk/regrades/")),
        ],
    ),
    (
        _("管理"),
        [
            Place(
                "desk:appointments",
                _("授权"),
                lambda user: rights_of(user).city or bool(givable(user)),
                ("/desk/organisers/",),
            ),
            Place("desk:audit", _("操作日志"), _audits),
            Place("desk:retention", _("到期清理"), _audits),
        ],
    ),
)
"""(word of the room, its places)."""


def places_for(user, path):
    """``(rooms, places)``: the rooms this user may enter and the places of the one ``path`` is in (none when it has but one),
    each as (title, address, whether one is there)."""
    open_rooms = [(title, [place for place in places if place.may_open(user)]) for title, places in ROOMS]
    open_rooms = [(title, places) for title, places in open_rooms if places]
    every = [place for _title, places in open_rooms for place in places]
    here = max(every, key=lambda place: place.fits(path, user), default=None)
    if here and not here.fits(path, user) and path != "/desk/":
        here = None
    rooms = [(title, places[0].address(user), here in places) for title, places in open_rooms]
    inside = next((places for _title, places in open_rooms if here in places), [])
    inside = [(place.title, place.address(user), place is here) for place in inside] if len(inside) > 1 else []
    return rooms, inside
