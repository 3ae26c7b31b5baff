"""The front page: making it, and what it gathers from the other rooms."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site

from core import clock
from core.page_loading import PageLoader, Report
from courses.models import CoursePage, LessonPage
from courses.models.pages import class_hours
from training.models import Round

DOORS = (
    {
        "layer": "top",
        "word": _("老板"),
        "who": _("最高管理者"),
        "ask": _("返工退货，一年吃掉多少？"),
        "go": _("看老板的质量课"),
        "figure": "img/fig-owner.svg",
    },
    {
        "layer": "middle",
        "word": _("中层"),
        "who": _("主任、部门负责人"),
        "ask": _("规矩一大摞，怎么真跑起来？"),
        "go": _("把体系跑起来"),
        "figure": "img/fig-middle.svg",
    },
    {
        "layer": "frontline",
        "word": _("一线"),
        "who": _("操作工、检验员"),
        "ask": _("这一件，怎么一次就干对？"),
        "go": _("干好每一件"),
        "figure": "img/fig-front.svg",
    },
)
ASKED = (
    "坏件怎么办？",
    "换模后第一件怎么检？",
    "卡尺多久校一次？",
    "内审怎么做？",
    "客户微信里说改一下？",
    "审核员会问什么？",
)
LESSONS_PER_DOOR = 3


def ensure_home():
    """The HomePage as the root of the default site, made when missing; returns (page, Report). Safe to run again."""
    from .models import HomePage

    report = Report()
    root = Page.get_first_root_node()
    site = Site.objects.filter(is_default_site=True).first()
    home = HomePage.objects.filter(depth=2).first()
    if home is None:
        # The page Wagtail's first migration leaves behind stands where ours belongs.
        for welcome in root.get_children().filter(slug="home").exact_type(Page):
            welcome.delete()
        root.refresh_from_db()

        def fill(page):
            page.title = "首页"
            page.headline = "车间里遇到的事，照平时的话问"
            page.lead = "不用记条款号。讲解、课程、现成的表格，一次给齐。"
            page.asked = [("asked", {"text": text, "page": None}) for text in ASKED]

        home = PageLoader(root, report).load(HomePage, "home", "home", fill)
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="质量学堂")
    elif site.root_page_id != home.pk:
        site.root_page = home
        site.site_name = site.site_name or "质量学堂"
        site.save()
    return home, report


def doors():
    """The three doors: dicts of DOORS with ``url``, ``class_hours`` and up to three ``lessons`` (key, title, minutes). Two queries.

    A door shows the first course of its layer; without one it stands empty.
    """
    courses = {}
    for course in CoursePage.objects.live().select_related("quiz").order_by("path"):
        courses.setdefault(course.layer, course)
    lessons = {}
    listed = LessonPage.objects.live().filter(course__in=[course.pk for course in courses.values()])
    for lesson in listed.order_by("path").values("course", "key", "title", "minutes"):
        lessons.setdefault(lesson["course"], []).append(lesson)
    return [door | _behind(courses.get(door["layer"]), lessons, door["layer"]) for door in DOORS]


def _behind(course, lessons, layer):
    shown = lessons.get(course.pk, []) if course else []
    minutes = sum(lesson["minutes"] for lesson in shown)
    if course and course.quiz:
        minutes += course.quiz.minutes or 0
    return {
        "url": f"/courses/?layer={layer}",
        "class_hours": class_hours(minutes) if course else None,
        "lessons": shown[:LESSONS_PER_DOOR],
    }


def upcoming_rounds():
    """Rounds one can still register for, soonest first, at most three, as the front page shows them.

    Each: day (date), title, url, meta, state, state_kind (a badge's kind), note. One query.
    """
    rounds = (
        Round.objects.filter(state=Round.State.OPEN, ends_on__gte=clock.today())
        .select_related("owner")
        .with_seats_taken()
        .order_by("starts_on", "pk")
    )
    return [_row(round_) for round_ in rounds[:3]]


FEW_SEATS = 5


def _row(round_):
    left = max(round_.seats - round_.taken, 0)
    state, kind = (
        (_("可排候补"), "") if not left else (_("快满了"), "amber") if left <= FEW_SEATS else (_("报名中"), "jade")
    )
    note = gettext("还剩 %(n)s 位") if left else gettext("前面 %(n)s 位")
    return {
        "day": round_.starts_on,
        "title": round_.title,
        "url": reverse("rounds:detail", args=[round_.pk]),
        "meta": " · ".join(filter(None, [round_.venue, round_.owner.name, round_.get_fee_nature_display()])),
        "state": state,
        "state_kind": kind,
        "note": note % {"n": left or round_.waiting},
    }
