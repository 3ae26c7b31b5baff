"""Online study in the demo: paths, an assignment, people at every stage of a course, study elsewhere, a question; a film and a PDF."""

import io
from datetime import timedelta

import av
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from core import clock
from courses import asking, assigning, decks, posters, prior, progress, services
from courses.models import CoursePage, Deck, Film, LessonPage, Path, PathStep
from enterprises.models import Layer, Membership

WORDS = {Layer.TOP: "老板", Layer.MIDDLE: "班组长", Layer.FRONTLINE: "一线"}
SLIDES = {
    "share-course.png": "示例课件第 1 页：首件先停下来量",
    "share-tool.png": "示例课件第 2 页：量完当场填表",
    "share-case.png": "示例课件第 3 页：不合格的放进红盒子",
}
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:06.000\n示例：头一件先别往下干，两个人各量一遍\n"


def build(organisers, memberships, users):
    """What the screens of study show; nothing without the courses (``load_content``)."""
    courses = list(CoursePage.objects.live().order_by("path"))
    if not courses:
        return
    CoursePage.objects.update(organiser=organisers["天津示例认证有限公司"])
    paths = {layer: _path(layer, word, courses) for layer, word in WORDS.items()}
    # Read anew: the list was made before the accounts were.
    learner = Membership.objects.select_related("person__user", "enterprise__district").get(
        person__user=users["learner"]
    )
    course = next(course for course in courses if course.layer == Layer.FRONTLINE)
    _add_example(course)
    district = learner.enterprise.district
    for title, due in ((paths[Layer.FRONTLINE], 7), (paths[Layer.MIDDLE], 30)):
        rule = assigning.create(
            users["city"],
            path=title,
            layers=[title.layer],
            district=district,
            due_on=clock.today() + timedelta(days=due),
        )
        assigning.apply(users["city"], rule, assigning.plan(rule).fingerprint)
    rule = assigning.create(users["contact"], path=paths[Layer.TOP], enterprise=_own(users), keeps_up=True, due_days=30)
    assigning.apply(users["contact"], rule, assigning.plan(rule).fingerprint)
    same = [row for row in memberships if row.enterprise.district_id == district.pk and row.layer == Layer.FRONTLINE]
    for number, row in enumerate([learner, *(row for row in same if row != learner)][:12]):
        _study(row, course, lessons=(3, 0, 6, 1, 2)[number % 5])
    _elsewhere(learner, same, users)
    _questions(learner, course, users)


def _own(users):
    return users["contact"].appointments.get().enterprise


def _path(layer, word, courses):
    path = Path.objects.create(title=f"示例：{word}上岗前学的", layer=layer)
    wanted = [course for course in courses if course.layer == layer]
    for place, course in enumerate(wanted):
        PathStep.objects.create(path=path, course=course, sort_order=place)
    return path


def _study(membership, course, lessons):
    """So many lessons read as an honest reader reads them, in the last days."""
    begun = clock.now() - timedelta(days=3)
    with clock.moved_to(begun):
        enrolment = services.enrol(membership.person, course, membership=membership)
    for number, lesson in enumerate(course.lessons().filter(required=True)[:lessons]):
        opened = begun + timedelta(hours=5 * number)
        spent = lesson.minutes * 60
        with clock.moved_to(opened + timedelta(seconds=spent)):
            progress.report_progress(enrolment, lesson, percent=100, opened_at=opened, spans=[(0, spent)])


def _elsewhere(learner, others, users):
    proof = ContentFile(b"%PDF-1.4 example", name="示例证明.pdf")
    facts = {"platform": "zrpx", "title": "示例：全面质量管理入门", "class_hours": 4}
    for number, row in enumerate([learner, *others[-2:]]):
        proof.seek(0)
        asked = prior.hand_in(row.person, **facts, finished_on=clock.today() - timedelta(days=40 + number), proof=proof)
        if number == 0:
            prior.decide(users["city"], asked, approve=True)


def _questions(learner, course, users):
    lesson = course.lessons().first()
    answered = asking.ask(learner.person, lesson, "卡尺没有校准标签，还能用来量首件吗？")
    asking.answer(users["trainer"], answered, "先停用，换一把在有效期里的；送校准以后贴上标签再用。")
    asking.ask(learner.person, lesson, "两个人量出来差 0.02，算谁的？")


# A lesson that shows what a lesson can show --------------------------------------------------------------------------


def _add_example(course):
    film = Film(title="示例：首件怎么量")
    film.file.save("demo.mp4", ContentFile(_mp4()), save=False)
    film.captions.save("demo.vtt", ContentFile(CAPTIONS.encode()), save=False)
    film.transcript = "头一件先别往下干，两个人各量一遍。"
    film.seconds = 6.0
    film.save()
    posters.draw(film.pk)
    deck = Deck(title="示例课件：首件三样", count=len(SLIDES))
    content = _pdf()
    deck.file.save("demo.pdf", ContentFile(content), save=False)
    deck.size = len(content)
    deck.save()
    decks.draw(deck.pk)
    lesson = LessonPage(
        title="示例：看视频、翻课件",
        slug="example",
        key="示例",
        minutes=2,
        lead="视频能调快慢、换手机接着看；课件一页一页翻。",
        required=False,
        body=[
            ("film", {"film": film, "needed": True}),
            ("deck", {"heading": "翻课件", "deck": deck, "first": None, "last": None}),
        ],
    )
    course.add_child(instance=lesson)
    lesson.save_revision().publish()


def _mp4():
    """Six seconds of two calipers closing on a piece, 20 KB."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 480, 270, "yuv420p"
        for number in range(60):
            picture = Image.new("RGB", (480, 270), "#f3f1ea")
            pen = ImageDraw.Draw(picture)
            gap = max(100 - 2 * number, 0)
            pen.rectangle((200, 110, 280, 190), fill="#8a8f98")
            pen.rectangle((170 - gap, 80, 198 - gap, 220), fill="#1d2733")
            pen.rectangle((282 + gap, 80, 310 + gap, 220), fill="#1d2733")
            pen.text((20, 20), "DEMO", fill="#a8321f")
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return out.getvalue()


def _pdf():
    """Pages that are pictures with their words behind them, as a scanner makes them: the words need no font."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    for name, words in SLIDES.items():
        with Image.open(settings.BASE_DIR / "lms/static/img" / name) as picture:
            canvas.setPageSize(picture.size)
            text = canvas.beginText(10, 10)
            text.setFont("STSong-Light", 12)
            text.setTextRenderMode(3)
            text.textLine(words)
            canvas.drawText(text)
            canvas.drawImage(ImageReader(picture), 0, 0)
            canvas.showPage()
    canvas.save()
    return out.getvalue()
