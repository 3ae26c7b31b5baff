"""Of all uploads only pictures of the CMS have an address under /media/; papers of people never do."""

import io

import pytest
from django.conf import settings
from django.core.files.images import ImageFile
from django.core.management import call_command
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from enterprises.models import Appointment

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def picture():
    out = io.BytesIO()
    Pillow.new("RGB", (400, 300), "teal").save(out, "PNG")
    file = ImageFile(out, name="首件.png")
    return get_image_model().objects.create(title="首件", file=file, collection=Collection.get_first_root_node())


def test_a_picture_of_a_page_is_for_everyone(client, picture):
    answer = client.get(picture.get_rendition("width-200").url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "public" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    with Pillow.open(io.BytesIO(b"".join(answer.streaming_content))) as shown:
        assert shown.size == (200, 150)


def test_a_picture_of_a_closed_collection_and_a_lost_file_are_not_there(client, picture):
    below = Collection.get_first_root_node().add_child(name="内部").add_child(name="更里面")
    picture.collection = below
    picture.save()
    url = picture.get_rendition("width-200").url
    assert client.get(url).status_code == 200
    closed = CollectionViewRestriction.objects.create(collection=below.get_parent(), restriction_type="login")
    assert client.get(url).status_code == 404
    closed.delete()
    rendition = picture.get_rendition("width-200")
    rendition.file.storage.delete(rendition.file.name)
    assert client.get(url).status_code == 404


def test_an_original_is_for_editors_as_long_as_they_are(world, client, client_of, picture):
    call_command("setup_roles", stdout=io.StringIO())
    editor = client_of(world.editor)
    answers = [each.get(picture.file.url).status_code for each in (client, client_of(world.wang), editor)]
    assert answers == [404, 404, 200]
    Appointment.objects.filter(user=world.editor).update(expires_on="2020-01-01")
    assert editor.get(picture.file.url).status_code == 404


def test_no_paper_of_a_person_has_an_address_by_its_name(world, client_of, admin_client, picture):
    papers = [
        *(
            "certificates/2026/x.pdf",
            "evidence/2026/x.jpg",
            "imports/2026/01/x.xlsx",
            "exports/x.zip",
            "prior-studies/x.pdf",
        ),
        *("films/x.mp4", "decks/x.pdf", "documents/x.pdf", "x.txt", "images/deep/x.png"),
    ]
    tries = [*papers, "images/../certificates/2026/x.pdf", "images/%2e%2e/certificates/2026/x.pdf", "images/..%2Fx.txt"]
    tries += [
        "images/x.png",
        "images/" + picture.file.name.partition("/")[2],
        "original_images/..%2Fx.txt",
        "images/",
        "",
    ]
    for name in [*papers, "images/x.png"]:
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"private")
    for client in (client_of(world.city), admin_client):
        assert {name: client.get(f"/media/{name}").status_code for name in tries} == dict.fromkeys(tries, 404)
