"""The bank at the 工作台: who comes in, finding, writing a question of each kind without script, states, duplicates, files."""

import base64
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core.models import AuditRecord
from quizzes import importing
from quizzes.exchange import sheet_writing
from quizzes.models import BankImport, Picture, Question, QuestionRevision, Quiz, ReviewedPair
from quizzes.pictures import keep, keep_drawing
from quizzes.services import load_questions

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LIST = "/desk/questions/"


@pytest.fixture
def client_of(client):
    def make(user):
        client.force_login(user)
        return client

    return make


@pytest.fixture
def editor(world, client_of):
    return client_of(world.editor)


def page(answer):
    return answer.content.decode()


def picture(size=(20, 10), kind="JPEG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


# The list ------------------------------------------------------------------------------------------------------------


def test_the_list_filters_and_costs_the_same_with_one_and_three(editor, make_question):
    load_questions([make_question("a-1", topic="检验", clause="8.6")])

    def queries(**words):
        with CaptureQueriesContext(connection) as seen:
            answer = editor.get(LIST, words)
        assert answer.status_code == 200
        return len(seen), page(answer)

    queries()  # what every page keeps
    with_one, _html = queries()
    load_questions([make_question("b-2", "true_false", topic="采购", clause="8.4"), make_question("c-3", difficulty=3)])
    with_three, html = queries()
    assert with_one == with_three <= 8
    assert all(key in html for key in ("a-1", "b-2", "c-3"))
    for words, found in [
        ({"q": "题干b"}, {"b-2"}),
        ({"q": "C-3"}, {"c-3"}),
        ({"topic": "采购"}, {"b-2"}),
        ({"clause": "8.6"}, {"a-1", "c-3"}),
        ({"kind": "true_false"}, {"b-2"}),
        ({"difficulty": "3"}, {"c-3"}),
        ({"status": "draft"}, set()),
        ({"layer": "nonsense"}, {"a-1", "b-2", "c-3"}),
    ]:
        html = queries(**words)[1]
        assert {key for key in ("a-1", "b-2", "c-3") if f">{key}<" in html} == found, words


def test_who_teaches_sees_what_may_be_used_and_changes_nothing(world, client_of, make_question):
    load_questions([make_question("good"), make_question("old")])
    Question.objects.filter(key="old").update(status="retired")
    good, old = Question.objects.order_by("key")
    client = client_of(world.jia_trainer)
    html = page(client.get(LIST))
    assert ">good<" in html and ">old<" not in html and "查重" not in html
    assert client.get(f"{LIST}{good.pk}/").status_code == 200
    assert client.get(f"{LIST}{old.pk}/").status_code == 404
    assert client.post(f"{LIST}{good.pk}/", {"status": "retired", "reason": "x"}).status_code == 403
    assert client.get(f"{LIST}{good.pk}/edit/").status_code == 403


# One question --------------------------------------------------------------------------------------------------------

KINDS = {
    "single": ({"option": ["甲", "乙", ""], "right": ["1"]}, ["甲", "乙"], [1]),
    "multiple": ({"option": ["甲", "", "丙"], "right": ["0", "2"]}, ["甲", "丙"], [0, 1]),
    "true_false": ({"right": "no"}, [], False),
    "fill": ({"stem": "放 ___ 区", "accepted": ["待检|黄区", ""]}, [], [["待检", "黄区"]]),
    "numeric": (
        {"value": "12.50", "tolerance": "0.1", "unit": "mm"},
        [],
        {"value": "12.50", "tolerance": "0.1", "unit": "mm"},
    ),
    "matching": (
        {"left": ["红", "黄", ""], "right": ["坏", "等", "好"]},
        {"left": ["红", "黄"], "right": ["坏", "等", "好"]},
        [0, 1],
    ),
    "ordering": ({"step": ["停", "隔", "报"]}, ["停", "隔", "报"], [0, 1, 2]),
    "short": (
        {"model": "停机", "text": ["停", "报"], "share": ["40", "60"]},
        [],
        {"model": "停机", "rubric": [{"text": "停", "share": 40}, {"text": "报", "share": 60}]},
    ),
    "case": (
        {"model": "是", "part": ["是不是", "证据"], "text": ["", "标签"], "share": ["50", "50"]},
        ["是不是", "证据"],
        {"model": "是", "rubric": [{"text": "", "share": 50}, {"text": "标签", "share": 50}]},
    ),
}
COMMON = {
    "stem": "问一问",
    "topic": "检验",
    "difficulty": "2",
    "clause": "8.6",
    "explanation": "一\r\n二",
    "do": "save",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_kind_is_written_shown_and_saved_again_unchanged(editor, kind):
    sent, options, answer = KINDS[kind]
    url = f"{LIST}new/{kind}/"
    assert editor.get(url).status_code == 200
    assert editor.post(url, {"do": "save"}).status_code == 422
    assert not Question.objects.exists()
    made = editor.post(url, COMMON | sent)
    question = Question.objects.get()
    assert made.url == f"{LIST}{question.pk}/"
    revision = question.revisions.get()
    assert (question.status, question.difficulty, revision.kind) == ("draft", 2, kind)
    assert (revision.options, revision.answer, revision.explanation) == (options, answer, "一\n二")
    assert editor.get(made.url).status_code == 200
    # The form brings back what was saved; sent as it came, nothing changes.
    form = editor.get(f"{made.url}edit/").context["form"]
    again = {name: form[name].value() or "" for name in form.fields if name not in ("picture", "drop_picture")}
    again |= {name: [row[name] for row in form.part.rows] for name in form.part.names}
    if kind in ("single", "multiple"):
        again["right"] = [str(row["number"]) for row in form.part.rows if row["right"]]
    if kind == "true_false":
        again["right"] = form.part.choice
    if kind in ("short", "case"):
        again["model"] = form.part.model
    editor.post(f"{made.url}edit/", again | {"do": "save"})
    assert question.revisions.count() == 1
    editor.post(f"{made.url}edit/", again | {"explanation": "三", "do": "save"})
    assert list(question.revisions.values_list("number", "explanation")) == [(1, "一\n二"), (2, "三")]
    assert list(AuditRecord.objects.order_by("pk").values_list("action", flat=True)) == [
        "question.create",
        "question.edit",
    ]


def test_more_rows_without_script_and_nothing_saved_meanwhile(editor):
    sent = COMMON | {"option": ["甲", "乙", "丙", "丁"], "right": ["3"], "do": "more"}
    answer = editor.post(f"{LIST}new/single/", sent)
    form = answer.context["form"]
    assert answer.status_code == 200 and not form.errors and len(form.part.rows) == 6
    assert [row["option"] for row in form.part.rows][:4] == ["甲", "乙", "丙", "丁"] and form.part.rows[3]["right"]
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        ("single", {"right": []}, "做上记号"),
        ("single", {"right": ["2"]}, "空的选项"),
        ("single", {"option": ["甲", "甲"], "right": ["0"]}, "重复"),
        ("fill", {"stem": "没有空"}, "___"),
        ("numeric", {"value": "很多"}, "12.5"),
        ("matching", {"left": ["红", "黄"], "right": ["坏", ""]}, "配上右边"),
        ("short", {"share": ["40", "50"]}, "100"),
        ("short", {"model": ""}, "参考答案"),
        ("true_false", {"right": ""}, "对还是错"),
        ("true_false", {"key": "有 空格"}, "题号"),
        ("true_false", {"topic": ""}, "主题"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(editor, kind, change, sentence):
    answer = editor.post(f"{LIST}new/{kind}/", COMMON | KINDS[kind][0] | change)
    assert answer.status_code == 422 and sentence in page(answer) and not Question.objects.exists()


def test_a_picture_is_made_safe_needs_words_and_stays_through_an_edit(editor):
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    sent = COMMON | {"right": "yes", "picture": SimpleUploadedFile("a.jpg", picture(exif=exif))}
    assert "看不到图的人" in page(editor.post(f"{LIST}new/true_false/", sent))
    sent["picture"] = SimpleUploadedFile("a.jpg", picture(exif=exif))
    url = editor.post(f"{LIST}new/true_false/", sent | {"picture_alt": "一块红牌"}).url
    kept = Picture.objects.get()
    with kept.file.open("rb") as file, Image.open(file) as image:
        assert image.format == "PNG" and not image.getexif()
    html = page(editor.get(url))
    assert kept.url in html and 'alt="一块红牌"' in html
    editor.post(f"{url}edit/", COMMON | {"right": "yes", "picture_alt": "红牌"})
    assert QuestionRevision.objects.last().picture == kept
    editor.post(f"{url}edit/", COMMON | {"right": "yes", "drop_picture": "on"})
    assert (QuestionRevision.objects.last().picture, QuestionRevision.objects.last().picture_alt) == (None, "")
    for content in (b"<svg onload='x()'/>", b"x" * (5 * 2**20 + 1)):
        sent["picture"] = SimpleUploadedFile("a.png", content)
        assert editor.post(f"{LIST}new/true_false/", sent | {"picture_alt": "牌"}).status_code == 422


def test_states_need_a_reason_and_a_way(editor, make_question):
    load_questions([make_question("a")])
    question = Question.objects.get()
    url = f"{LIST}{question.pk}/"

    def change(status, reason="因为改版"):
        return editor.post(url, {"status": status, "reason": reason})

    assert change("retired", "").status_code == 422
    assert change("retired").status_code == 302
    assert "请先改回草稿" in page(change("approved"))
    assert change("draft").status_code == change("approved").status_code == 302
    assert change("approved").status_code == 302  # again
    acts = AuditRecord.objects.order_by("pk").values_list("action", "reason")
    assert list(acts) == [(f"question.{act}", "因为改版") for act in ("retired", "draft", "approved")]
    assert "因为改版" in page(editor.get(url))


def test_a_question_whose_picture_has_no_words_is_not_approved(editor, make_question):
    load_questions([make_question("a")])
    question = Question.objects.get()
    Question.objects.update(status="draft")
    words = QuestionRevision.objects.values("kind", "stem", "options", "answer", "explanation").get()
    QuestionRevision.objects.create(question=question, number=2, picture=keep(picture()), **words)
    answer = editor.post(f"{LIST}{question.pk}/", {"status": "approved", "reason": "看过"})
    assert answer.status_code == 422 and "文字说明" in page(answer)


def test_the_page_says_where_a_question_is_used_and_shows_old_revisions(editor, make_question):
    load_questions([make_question("a")])
    load_questions([make_question("a", stem="新的说法")])
    question = Question.objects.get()
    Quiz.objects.create(key="q1", title="按题号的卷子", blueprint=[{"keys": ["a"], "draw": 1, "points": 5}])
    Quiz.objects.create(key="q2", title="按主题的卷子", blueprint=[{"topic": ["检验"], "draw": 1, "points": 5}])
    Quiz.objects.create(key="q3", title="别的卷子", blueprint=[{"topic": "采购", "draw": 1, "points": 5}])
    html = page(editor.get(f"{LIST}{question.pk}/"))
    assert "按题号的卷子" in html and "按主题的卷子" in html and "别的卷子" not in html
    old = page(editor.get(f"{LIST}{question.pk}/?revision=1"))
    assert "新的说法" in html and "新的说法" not in old and "现在用的是第 2 版" in old


# Duplicates ----------------------------------------------------------------------------------------------------------


def test_questions_alike_are_shown_until_somebody_has_looked(editor, make_question):
    stem = "车间换模以后做出来的第一件，应当先做什么再接着生产？"
    load_questions(
        [
            make_question("a", stem=stem, options=["先送首检", "接着生产"], answer=[0]),
            make_question("b", stem=stem.replace("应当", "应该"), options=["先送首检", "接着生产"], answer=[0]),
            make_question("c", stem="合同评审由谁签字才算数？", options=["老板", "保安"], answer=[0]),
        ]
    )
    url = f"{LIST}duplicates/"
    html = page(editor.get(url))
    assert ">a<" in html and ">b<" in html and ">c<" not in html
    one, other = Question.objects.filter(key__in="ab")
    for pair in [(one, other), (other, one)]:
        assert editor.post(url, {"one": pair[0].pk, "other": pair[1].pk}).status_code == 302
    assert ReviewedPair.objects.count() == 1
    assert "没有像是同一题的" in page(editor.get(url))
    assert editor.post(url, {"one": one.pk, "other": "x"}).status_code == 404


# Files ---------------------------------------------------------------------------------------------------------------

GIFT = "$CATEGORY: 检验\n\n::x::对吗{T}\n\n// [id:g-1]\n选{=甲 ~乙}\n\n坏的{=甲 ~乙"


def upload(client, content, name, **more):
    return client.post(f"{LIST}import/", {"file": SimpleUploadedFile(name, content), **more})


def test_upload_look_confirm_and_the_same_again_changes_nothing(editor, world):
    assert upload(editor, b"", "x.txt").status_code == 422
    assert upload(editor, b"%PDF", "x.pdf").status_code == 422
    assert upload(editor, b"<quiz><question>", "x.xml").status_code == 422
    assert not BankImport.objects.exists()
    url = upload(editor, GIFT.encode(), "题.txt").url
    html = page(editor.get(url))
    assert "花括号没有关上" in html and "确认写入 2 道" in html and not Question.objects.exists()
    assert page(editor.get(f"{url}?only=refused")).count("第 8 行") == 1
    refused = editor.get(f"{url}refused.xlsx")
    assert refused.status_code == 200 and refused.content[:2] == b"PK"
    editor.post(url)
    assert set(Question.objects.values_list("status", "topic")) == {("draft", "检验")}
    assert QuestionRevision.objects.first().author == world.editor
    before = list(QuestionRevision.objects.values())
    editor.post(url)
    url = upload(editor, GIFT.encode(), "题.txt").url
    assert "没有要新增或改写的题" in page(editor.get(url))
    editor.post(url)
    assert list(QuestionRevision.objects.values()) == before
    counts = {"new": 0, "reworded": 0, "moved": 0, "same": 2, "refused": 1}
    assert BankImport.objects.first().counts == counts


def test_another_wording_is_a_new_revision_another_topic_only_a_move(editor, make_question):
    load_questions([make_question("g-1", stem="选", options=["甲", "乙"], answer=[0], topic="检验", explanation="")])
    load_questions([make_question("g-2", "true_false", True, stem="真的？", explanation="")])
    tags = "[tag:课时=F1] [tag:条款=8.6] [tag:层级=一线员工] [tag:出处=自编]"
    text = f"$CATEGORY: 采购\n\n// [id:g-1]\n选哪个{{=甲 ~乙}}\n\n// [id:g-2] {tags}\n真的？{{T}}"
    url = upload(editor, text.encode(), "题.gift", approve="on").url
    html = page(editor.get(url))
    assert "会改：题干。" in html and "换类别" in html
    editor.post(url)
    assert sorted(Question.objects.values_list("key", "topic", "status")) == [
        ("g-1", "采购", "approved"),
        ("g-2", "采购", "approved"),
    ]
    assert sorted(QuestionRevision.objects.values_list("question__key", "number")) == [
        ("g-1", 1),
        ("g-1", 2),
        ("g-2", 1),
    ]


def test_what_is_exported_comes_back_as_no_change_in_every_format(editor, make_question):
    for kind, (sent, _options, _answer) in KINDS.items():
        image = (
            {"picture": SimpleUploadedFile("a.png", picture(kind="PNG")), "picture_alt": "牌"}
            if kind == "single"
            else {}
        )
        editor.post(f"{LIST}new/{kind}/", COMMON | sent | image)
    assert Question.objects.count() == 9
    html = page(editor.get(f"{LIST}export/"))
    assert "表格装不下图片" in html and "GIFT 装不下图片" in html and "一字不差" in html
    for format_, name in [("sheet", "题库.xlsx"), ("gift", "题库.gift.txt"), ("moodle", "题库.xml")]:
        out = editor.post(f"{LIST}export/", {"format": format_})
        url = upload(editor, out.content, name).url
        counts = editor.get(url).context["counts"]
        assert counts == {"new": 0, "reworded": 0, "moved": 0, "same": 9, "refused": 0}, format_
    assert AuditRecord.objects.filter(action="question.export").count() == 3
    assert editor.post(f"{LIST}export/", {"format": "exe"}).status_code == 404
    moodle = editor.post(f"{LIST}export/", {"format": "moodle", "kind": "single"}).content
    assert moodle.count(b"<idnumber>") == 1 and b"base64" in moodle


def test_a_picture_of_a_moodle_file_is_kept_and_a_bad_one_refuses_its_row(editor):
    def question(key, content):
        return f"""<question type="truefalse"><name><text>n</text></name><idnumber>{key}</idnumber>
        <questiontext format="html"><text>&lt;p&gt;看{key}&lt;img src="@@PLUGINFILE@@/a.png" alt="牌"&gt;</text>
        <file name="a.png" encoding="base64">{base64.b64encode(content).decode()}</file></questiontext>
        <answer fraction="100"><text>true</text></answer></question>"""

    text = f"<quiz>{question('p-1', picture())}{question('p-2', b'no picture')}</quiz>"
    url = upload(editor, text.encode(), "x.xml", topic="检验").url
    assert "打不开这张图片" in page(editor.get(url))
    editor.post(url)
    revision = QuestionRevision.objects.get()
    assert (revision.picture, revision.picture_alt) == (Picture.objects.get(), "牌")


def test_refused_rows_of_a_workbook_come_back_and_mended_they_go_in(editor):
    header = sheet_writing.header(2)
    row = ["", "单选题", "问", "甲", "乙", "C", "", "", "", "", "易", "检验", "", "", "", ""]
    url = upload(editor, "\n".join([",".join(header), ",".join(row)]).encode(), "题.csv").url
    content = editor.get(f"{url}refused.xlsx").content
    _header, (again,) = importing.sheet_reading.read(io.BytesIO(content), "退回.xlsx")
    assert "选项只到 B" in again.reasons[0][1] and again.cells[0].startswith("答案：")


def test_files_are_forgotten_and_the_page_says_so(editor, world):
    url = upload(editor, GIFT.encode(), "题.txt").url
    batch = BankImport.objects.get()
    path = batch.file.name
    assert importing.forget_files(batch.uploaded_at) == 0
    assert importing.forget_files(batch.uploaded_at + timedelta(seconds=1)) == 1
    assert not batch.file.storage.exists(path)
    assert "过了保存期" in page(editor.get(url)) and editor.get(f"{url}refused.xlsx").status_code == 404
    editor.post(url)
    assert not Question.objects.exists()


def test_the_desk_leads_an_editor_to_the_bank(editor, world, client_of):
    assert editor.get("/desk/").url == reverse("desk:questions")
    rooms, places = editor.get(LIST).context["desk_places"]()
    assert [str(title) for title, _url, _here in rooms] == ["考试"]
    assert [(str(title), here) for title, _url, here in places] == [("题库", True), ("试卷", False)]
    assert client_of(world.wang).get(LIST).status_code == 404


def test_a_picture_is_shown_to_who_is_signed_in_and_kept_for_good(world, client_of):
    row = keep_drawing(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = client_of(world.wang).get(row.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"".join(answer.streaming_content).startswith(b"<svg")
    assert "immutable" in answer["Cache-Control"]
    assert Client().get(row.url).status_code == 302
