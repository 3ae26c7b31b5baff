"""Bringing the courses kept as files into the page tree: a folder a course, ``course.yaml`` and a Markdown file a lesson."""

import re

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import markdown
from core.exceptions import DomainError
from core.page_loading import PageLoader, Report
from enterprises.models import Layer, Pilot
from guide.models import CasePage, ClausePage, ToolPage
from quizzes.services import ensure_quiz

from .models import CourseIndexPage, CoursePage, LessonPage

LEAD = "十来分钟一课，手机上就能学。先挑自己那一门；不登录也能看，登录了记进度、发证明。"
HOW, MISTAKES, TRIES, ONWARD = "怎么做", "常见的错", "明天上班，试这三样", "接着看"
"""Headings that make a block of their own: HOW ends a heading over ``###`` steps, the others are whole headings."""

LAYERS = Layer.values
"""Courses stand in this order: the owner's, the middle's, the floor's."""

FULL_MARKS = 100

_GUIDE_LINK = re.compile(r"\]\(/guide/([\w-]+)/\)")
_CASE_LINK = re.compile(r"\]\(/guide/cases/([\w-]+)/\)")
_TOOL_CODE = re.compile(r"\bTB\d\d\b")
_STEP_NUMBER = re.compile(r"^第[一二三四五六七八九十]步[：:]\s*")


def load_courses(path, parent):
    """Every folder under ``path`` as a course below /courses/ under ``parent``; returns a Report.

    Safe to run again: what has not changed is left, what an editor has changed since is left and reported. A course's
    quiz is made or brought up to date together with its page, and only then. One transaction.

    Raises DomainError ``content.…`` naming the file and what is wrong in it; then nothing at all has been loaded.
    """
    report = Report()
    with transaction.atomic():
        index = PageLoader(parent, report).load(CourseIndexPage, "courses", LEAD, _fill_index)
        loader = PageLoader(index, report)
        sources = [_read_course(file) for file in path.glob("*/course.yaml")]
        for source in sorted(sources, key=lambda one: (LAYERS.index(_layer(one)), one.name)):
            _load_course(source, path, loader, report)
    return report


def _fill_index(page):
    page.title, page.lead = _("课程"), LEAD


def _load_course(source, path, loader, report):
    slug = _wanted(source, "slug")
    course = loader.load(CoursePage, slug, source.fingerprint(), lambda page: _fill_course(page, source))
    lessons = PageLoader(course, report)
    for lesson in sorted(map(markdown.read, (path / source.name).parent.glob("*.md")), key=_place):
        onward = _onward(lesson)

        def fill(page, lesson=lesson, onward=onward):
            _fill_lesson(page, lesson, slug, onward)

        chosen = [[page.pk for page in pages] for pages in onward.values()]
        fingerprint = lesson.fingerprint(*chosen) if any(chosen) else lesson.fingerprint()
        lessons.load(LessonPage, _wanted(lesson, "key").lower(), fingerprint, fill)


def _wanted(source, name):
    value = source.meta.get(name)
    if value in (None, "", []):
        raise DomainError("content.field", _("{name} 里少了“{field}”，请补上。").format(name=source.name, field=name))
    return value


def _place(source):
    """F2 before F10."""
    return [int(piece) if piece.isdigit() else piece for piece in re.split(r"(\d+)", _wanted(source, "key"))]


# The course and its quiz ---------------------------------------------------------------------------------------------


def _read_course(file):
    name = f"{file.parent.name}/{file.name}"
    try:
        meta = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DomainError(
            "content.head", _("{name} 读不懂：{error}").format(name=name, error=str(error).replace("\n", " "))
        ) from error
    if not isinstance(meta, dict):
        raise DomainError("content.head", _("{name} 要写成一行一个“名字: 值”，请照旁边的课程改。").format(name=name))
    return markdown.Source(name, meta)


def _layer(source):
    layer = _wanted(source, "layer")
    if layer not in LAYERS:
        raise DomainError(
            "content.layers",
            _("{name} 的 layer 不认识“{what}”，只能写 {known} 当中的一个。").format(
                name=source.name, what=layer, known="、".join(LAYERS)
            ),
        )
    return layer


def _fill_course(page, source):
    page.title = _wanted(source, "title")
    page.code = str(_wanted(source, "code"))
    page.layer = _layer(source)
    page.summary = _wanted(source, "summary")
    page.edition = source.meta.get("edition") or CoursePage._meta.get_field("edition").default
    page.quiz = _course_quiz(page.slug, source) if source.meta.get("quiz") else None
    page.prerequisite = _named(CoursePage, "slug", source, "prerequisite")
    page.pilot = _named(Pilot, "slug", source, "pilot")


def _named(model, field, source, key):
    """The row a course file names under ``key``, None when it names none. A course it follows must come before it."""
    name = source.meta.get(key)
    if not name:
        return None
    row = model.objects.filter(**{field: name}).first()
    if row is None:
        raise DomainError(
            "content.unknown",
            _("{name} 的 {key} 写的“{what}”还没有，请先把它载入，或改成有的。").format(
                name=source.name, key=key, what=name
            ),
        )
    return row


def _course_quiz(slug, source):
    """The Quiz at the end of a course: so many questions of these topics."""
    wanted = source.meta["quiz"]
    title = wanted.get("title") or _("{course}：结课测验").format(course=source.meta["title"])
    words = {"topic": wanted.get("topics", [])}
    return _quiz(f"course-{slug}", source, title, words, draw=10, percent=source.meta.get("pass_percent", 80))


def _lesson_quiz(course, source):
    """The Quiz of a lesson. Five questions of the bank that name the lesson, unless ``topics`` or ``keys`` say others."""
    wanted = source.meta["quiz"]
    key = _wanted(source, "key")
    words = {word: wanted[name] for name, word in (("topics", "topic"), ("keys", "keys")) if wanted.get(name)}
    title = wanted.get("title") or _("{key} 小测").format(key=key)
    return _quiz(f"lesson-{course}-{key.lower()}", source, title, words or {"lesson": key}, draw=5, percent=80)


def _quiz(key, source, title, words, *, draw, percent):
    """One row of the blueprint: ``draw`` questions that match ``words``, a hundred points in all."""
    wanted = source.meta["quiz"]
    draw = wanted.get("draw", len(words.get("keys", ())) or draw)
    try:
        return ensure_quiz(
            key,
            {
                "title": title,
                "pass_percent": wanted.get("pass_percent", percent),
                "minutes": wanted.get("minutes"),
                "attempts_allowed": wanted.get("attempts", 0),
                "blueprint": [words | {"draw": draw, "points": max(FULL_MARKS // draw, 1)}],
            },
        )
    except ValidationError as error:
        raise DomainError(
            "content.quiz",
            _("{name} 的 quiz 写得不对：{why}").format(name=source.name, why="；".join(error.messages)),
        ) from error


# A lesson ------------------------------------------------------------------------------------------------------------


def _onward(source):
    """{clauses, tools, cases}: the pages of the guide that stand under 接着看, named by link or code, and the clauses of the head."""
    told = markdown.sections(source.body).get(ONWARD, "")
    slugs = [str(number).replace(".", "-") for number in source.meta.get("clauses") or []] + _GUIDE_LINK.findall(told)
    return {
        "clauses": _in_order(ClausePage, "slug", slugs),
        "tools": _in_order(ToolPage, "code", _TOOL_CODE.findall(told)),
        "cases": _in_order(CasePage, "slug", _CASE_LINK.findall(told)),
    }


def _in_order(model, field, names):
    """The pages of these names that exist, each once, in the order they were named."""
    found = {
        getattr(page, field): page for page in model.objects.filter(**{f"{field}__in": names}).defer_streamfields()
    }
    return [found[name] for name in dict.fromkeys(names) if name in found]


def _fill_lesson(page, source, course, onward):
    page.title = _wanted(source, "title")
    page.key = _wanted(source, "key")
    page.minutes = _wanted(source, "minutes")
    page.lead = source.meta.get("lead") or ""
    page.clauses = " ".join(str(number) for number in source.meta.get("clauses") or [])
    page.required = not source.meta.get("optional", False)
    quiz = source.meta.get("quiz")
    page.quiz = _lesson_quiz(course, source) if quiz else None
    page.quiz_needed = bool(quiz and quiz.get("needed"))
    page.body = [_block(heading, text, onward) for heading, text in markdown.sections(source.body).items() if heading]
    if not page.body:
        raise DomainError("content.body", _("{name} 没有正文，请至少写一节（## 小标题）。").format(name=source.name))


def _block(heading, text, onward):
    """One ``##`` section as the block its heading asks for."""
    if heading == MISTAKES:
        pairs = map(markdown.bold_lead, markdown.list_items(text))
        mistakes = [{"mistake": mistake, "better": markdown.rich_text(better)} for mistake, better in pairs]
        return "mistakes", {"heading": heading, "mistakes": mistakes}
    if heading == TRIES:
        return "tries", {"heading": heading, "things": [markdown.plain(item) for item in markdown.list_items(text)]}
    if heading == ONWARD:
        return "onward", {"heading": heading, "content": content(text)} | onward
    steps = markdown.sections(text, 3)
    if heading.endswith(HOW) and any(steps):
        return "how", _how(heading, steps)
    return "section", {"heading": heading, "content": content(text)}


def _how(heading, steps):
    """Steps are prose only: a drawing inside one is shown before them all, where it is looked at while reading them."""
    introduction = content(steps.pop("", ""))
    told = []
    for title, text in steps.items():
        pieces = markdown.paragraphs(text)
        drawn = [figure for figure in map(markdown.figure, pieces) if figure]
        introduction += [("figure", figure) for figure in drawn]
        prose = "\n\n".join(piece for piece in pieces if not markdown.figure(piece))
        told.append({"title": _STEP_NUMBER.sub("", title), "text": markdown.rich_text(prose)})
    return {"heading": heading, "introduction": introduction, "steps": told}


def content(body):
    """Markdown as the value of LessonContent: as ``core.markdown.stream``, but a quoted block is a callout."""
    blocks, run = [], []
    for piece in [*markdown.paragraphs(body), None]:
        quoted = piece is not None and piece.startswith(">")
        if piece is not None and not quoted:
            run.append(piece)
            continue
        blocks += markdown.stream("\n\n".join(run))
        run = []
        if quoted:
            blocks.append(("callout", {"text": markdown.rich_text(re.sub(r"^> ?", "", piece, flags=re.MULTILINE))}))
    return blocks
