"""Films: taken by their bytes, served in pieces, with a poster from a task."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from courses import assigning, completion, posters, services
from courses.models import Film, LessonPage, LessonProgress, Path

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\n头一件先别往下干\n".encode()


def make_film(seconds):
    """A real film, ten pictures a second."""
    import av
    from PIL import Image

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10 * seconds):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (12 * number % 256, 80, 120)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


@pytest.fixture(scope="module")
def mp4():
    return make_film(2)


def film(content, captions=CAPTIONS):
    return Film(
        title="首件怎么量",
        file=SimpleUploadedFile("a.mp4", content),
        captions=SimpleUploadedFile("a.vtt", captions),
    )


def test_a_film_says_how_long_it_is_and_gets_a_poster(mp4):
    row = film(mp4)
    row.full_clean()
    row.save()
    assert 1.5 < row.seconds < 2.5
    assert posters.draw_missing() == 1
    row.refresh_from_db()
    assert row.poster.read().startswith(b"\xff\xd8")
    assert posters.draw_missing() == 0


@pytest.mark.parametrize("content", [b"%PDF-1.4 not a film", b"\x00\x00\x00\x18ftypisom" + b"\x00" * 100, b""])
def test_what_only_calls_itself_a_film_is_refused(content):
    with pytest.raises(ValidationError):
        film(content or b"x").full_clean()


def test_a_truncated_film_and_wrong_subtitles_are_refused(mp4):
    with pytest.raises(ValidationError):
        film(mp4[: len(mp4) // 3]).full_clean()
    with pytest.raises(ValidationError):
        film(mp4, b"1\n00:00:00 --> 00:00:02\nsrt").full_clean()


@pytest.fixture
def stored(db):
    row = Film(title="片", seconds=10)
    row.file.save("b.mp4", ContentFile(bytes(range(200)) * 5), save=False)
    row.captions.save("b.vtt", ContentFile(CAPTIONS), save=False)
    row.save()
    return row


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        (None, 200, 0, 999),
        ("bytes=0-99", 206, 0, 99),
        ("bytes=950-", 206, 950, 999),
        ("bytes=-10", 206, 990, 999),
        ("bytes=900-5000", 206, 900, 999),
        ("bytes=1000-", 416, 0, -1),
        ("bytes=5-2", 416, 0, -1),
        ("bytes=0-1,5-6", 200, 0, 999),
        ("bytes=-", 200, 0, 999),
        ("bytes=0-" + "9" * 5000, 200, 0, 999),
    ],
)
def test_a_player_gets_the_piece_it_asks_for(client, stored, asked, status, first, last):
    answer = client.get(f"/study/films/{stored.pk}.mp4", **({"HTTP_RANGE": asked} if asked else {}))
    assert answer.status_code == status
    assert answer["Accept-Ranges"] == "bytes"
    if status == 416:
        assert answer["Content-Range"] == "bytes */1000"
        return
    assert b"".join(answer.streaming_content) == (bytes(range(200)) * 5)[first : last + 1]
    assert answer["Content-Length"] == str(last - first + 1)
    assert answer.get("Content-Range") == (f"bytes {first}-{last}/1000" if status == 206 else None)


def test_a_piece_of_another_version_is_the_whole_and_nothing_new_is_nothing(client, stored):
    url = f"/study/films/{stored.pk}.mp4"
    etag = client.get(url)["ETag"]
    assert client.get(url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"old"').status_code == 200
    assert client.get(url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE=etag).status_code == 206
    assert client.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert client.get(f"/study/films/{stored.pk}.jpg").status_code == 404


def test_a_lesson_knows_the_films_that_must_be_seen_and_shows_them(course, stored):
    lesson = LessonPage.objects.filter(course=course).first()
    lesson.body = [("film", {"film": stored, "needed": True}), ("film", {"film": stored, "needed": False})]
    lesson.save_revision().publish()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert lesson.films == {stored.key: 10.0}
    shown = str(lesson.body.render_as_block())
    for part in (f'data-film="{stored.key}"', 'kind="captions"', "playsinline", 'data-speed="1.5"'):
        assert part in shown


def test_another_cut_in_the_place_of_a_film_is_told_to_the_lessons_that_need_it(world, course, stored, mp4, client):
    """By the editors' form: a shorter film, which who had begun the longer one can still finish."""
    lesson = LessonPage.objects.filter(course=course).first()
    lesson.body = [("film", {"film": stored, "needed": True})]
    lesson.save_revision().publish()
    enrolment = services.enrol(world.wang.person, course)
    row = LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, updated_at=clock.now(), watched={stored.key: [[0, 1.9], [5, 9]]}
    )
    world.city.is_superuser = world.city.is_staff = True
    world.city.save()
    client.force_login(world.city)
    before = stored.uploaded_at
    form = {"title": "片", "file": SimpleUploadedFile("c.mp4", mp4), "transcript": ""}
    assert client.post(f"/admin/snippets/courses/film/edit/{stored.pk}/", form).status_code == 302
    stored.refresh_from_db()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert (lesson.films, stored.seconds < 3, stored.uploaded_at > before) == ({stored.key: stored.seconds}, True, True)
    assert completion.unseen_films(lesson, row) == []
    row.watched = {stored.key: [[0, 0.5], [5, 9]]}  # what lies behind the end of this cut was never in it
    assert completion.unseen_films(lesson, row) == [stored.key]


def test_a_film_a_lesson_shows_is_not_deleted(world, course, stored, client):
    lesson = LessonPage.objects.filter(course=course).first()
    lesson.body = [("film", {"film": stored, "needed": True})]
    lesson.save_revision().publish()
    world.city.is_superuser = world.city.is_staff = True
    world.city.save()
    client.force_login(world.city)
    url = f"/admin/snippets/courses/film/delete/{stored.pk}/"
    assert "/usage/" in client.post(url)["Location"]
    assert Film.objects.filter(pk=stored.pk).exists()
    lesson.body = []
    lesson.save_revision().publish()
    client.post(url)
    assert not Film.objects.filter(pk=stored.pk).exists()


def test_a_path_that_was_assigned_is_not_deleted(world, course, client):
    path = Path.objects.create(title="一线上岗", layer="frontline")
    rule = assigning.create(world.city, path=path, layers=["frontline"])
    world.city.is_superuser = world.city.is_staff = True
    world.city.save()
    client.force_login(world.city)
    url = f"/admin/snippets/courses/path/delete/{path.pk}/"
    assert "/edit/" in client.post(url)["Location"]
    assert Path.objects.filter(pk=path.pk).exists()
    rule.delete()
    client.post(url)
    assert not Path.objects.exists()
