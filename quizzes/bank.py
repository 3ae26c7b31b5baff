"""Filling the bank: questions from files, quizzes from code. Loading the same again changes nothing."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from enterprises.models import Layer

from .kinds import KINDS
from .models import Question, QuestionRevision, Quiz
from .pictures import keep_drawing

FACTS = ("topic", "lesson", "clause", "layer", "difficulty", "source")
"""Columns of Question that a file may move without making a new revision."""

WORDING = ("kind", "stem", "options", "answer", "explanation", "picture_id", "picture_alt")
"""What makes a revision: any difference here is a new one."""


@dataclass
class Loaded:
    """How many questions were new, reworded, only moved (topic, layer …) or already the same."""

    created: int = 0
    revised: int = 0
    moved: int = 0
    same: int = 0

    def __str__(self):
        return _("新 %(created)s 题，改写 %(revised)s 题，换类别 %(moved)s 题，没变 %(same)s 题") % vars(self)


def load_questions(source):
    """Load questions from a YAML file, a folder of them, or a list of dicts; returns Loaded. All of them or none.

    Each is {key, kind, topic, lesson, clause, layer, difficulty, stem, options, answer, explanation, source};
    what ``options`` and ``answer`` look like is said in ``kinds``; ``picture`` names a drawing in ``pictures/`` beside the
    file, ``picture_alt`` says it in words. Loaded questions are approved; a retired one stays retired. Raises
    DomainError ``question.invalid`` naming the question and what is wrong with it.
    """
    items = [clean(item) for item in _read(source)]
    keys = [item["key"] for item in items]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise _invalid(twice[0], _("题号用了不止一次"))
    loaded = Loaded()
    with transaction.atomic():
        for item in items:
            item["picture_id"] = keep_drawing(item["picture"].read_bytes()).pk if item["picture"] else None
        questions = {row.key: row for row in Question.objects.filter(key__in=keys)}
        revisions = {
            row.question_id: row
            for row in QuestionRevision.objects.current().filter(question__in=[row.pk for row in questions.values()])
        }
        new = [
            Question(key=item["key"], status=Question.Status.APPROVED, **{name: item[name] for name in FACTS})
            for item in items
            if item["key"] not in questions
        ]
        Question.objects.bulk_create(new)
        loaded.created = len(new)
        questions |= {row.key: row for row in Question.objects.filter(key__in=[row.key for row in new])}
        reworded, moved = [], []
        for item in items:
            question = questions[item["key"]]
            last = revisions.get(question.pk)
            wording = {name: item[name] for name in WORDING}
            is_new_wording = last is None or any(getattr(last, name) != value for name, value in wording.items())
            if is_new_wording:
                number = last.number + 1 if last else 1
                reworded.append(QuestionRevision(question=question, number=number, **wording))
            is_moved = any(getattr(question, name) != item[name] for name in FACTS)
            if is_moved:
                for name in FACTS:
                    setattr(question, name, item[name])
                moved.append(question)
            loaded.revised += is_new_wording and last is not None
            loaded.moved += is_moved and not is_new_wording
            loaded.same += not (is_new_wording or is_moved)
        Question.objects.bulk_update(moved, FACTS)
        QuestionRevision.objects.bulk_create(reworded)
    return loaded


def save_revision(question, by, **wording):
    """A new revision of the question with this wording (WORDING, ``picture`` as a Picture), or its newest when nothing differs.

    Raises DomainError ``question.invalid`` with what is wrong; two editors saving at once get two numbers.
    """
    try:
        wording["options"], wording["answer"] = KINDS[wording["kind"]].check(
            wording["stem"], wording.get("options") or [], wording["answer"]
        )
    except ValueError as error:
        raise _invalid(question.key, str(error)) from None
    with transaction.atomic():
        Question.objects.select_for_update().get(pk=question.pk)
        last = question.revisions.last()
        if last and all(getattr(last, name) == value for name, value in wording.items()):
            return last
        return QuestionRevision.objects.create(
            question=question, number=last.number + 1 if last else 1, author=by, **wording
        )


def ensure_quiz(key, defaults):
    """The quiz of that key with these fields, made or brought up to date. Papers already begun stay as frozen.

    Raises ValidationError when a field is out of range or the blueprint is not understood.
    """
    with transaction.atomic():
        quiz = Quiz.objects.select_for_update().filter(key=key).first() or Quiz(key=key)
        before = {name: getattr(quiz, name) for name in defaults}
        if quiz.pk and before == defaults:
            return quiz
        for name, value in defaults.items():
            setattr(quiz, name, value)
        quiz.full_clean()
        quiz.save()
    return quiz


def copy_quiz(quiz, key, title):
    """A quiz of its own that is made like ``quiz``; the one of that key when there is one already."""
    fields = {field.name: getattr(quiz, field.name) for field in Quiz._meta.concrete_fields}
    del fields["id"], fields["key"]
    return Quiz.objects.filter(key=key).first() or ensure_quiz(key, fields | {"title": title[:120]})


def load_papers(path):
    """Make the papers kept as files in ``path`` (``neishen-exam.yaml``: key and fields of a Quiz) that are missing; returns
    how many. One that is there stays: what the desk has made of it since is the desk's.

    Raises DomainError ``paper.invalid`` naming the file.
    """
    made = 0
    for file in sorted(path.glob("*.yaml")):
        if Quiz.objects.filter(key=file.stem).exists():
            continue
        try:
            ensure_quiz(file.stem, yaml.safe_load(file.read_text(encoding="utf-8")))
        except (ValidationError, TypeError, AttributeError) as error:
            why = "；".join(getattr(error, "messages", [str(error)]))
            raise DomainError(
                "paper.invalid", _("试卷 %(file)s 写得不对：%(why)s。请照旁边的改。") % {"file": file.name, "why": why}
            ) from error
        made += 1
    return made


def _read(source):
    if isinstance(source, list | tuple):
        return list(source)
    path = Path(source)
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    items = []
    for file in files:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or []
        if not isinstance(content, list):
            raise _invalid(file.name, _("文件里应当是一张试题的列表"))
        pictures = file.parent / "pictures"
        items.extend(item | {"picture": pictures / item["picture"]} if "picture" in item else item for item in content)
    return items


def _invalid(key, reason):
    return DomainError(
        "question.invalid",
        _("试题 %(key)s 有问题：%(reason)s。请改好再导入。") % {"key": key, "reason": reason},
        key=key,
    )


def clean(item):
    """One item of ``load_questions`` with every field present, options and answer in the stored form.

    Raises DomainError ``question.invalid`` naming the question and what is wrong with it.
    """
    if not isinstance(item, dict) or not item.get("key"):
        raise _invalid("?", _("缺少题号"))
    key = str(item["key"])
    kind = item.get("kind")
    if kind not in KINDS:
        raise _invalid(key, _("没有“%(kind)s”这种题型") % {"kind": kind})
    stem = str(item.get("stem") or "").strip()
    if not stem:
        raise _invalid(key, _("没有题干"))
    topic = str(item.get("topic") or "").strip()
    if not topic:
        raise _invalid(key, _("没有主题"))
    layer = str(item.get("layer") or "")
    if layer and layer not in Layer.values:
        raise _invalid(key, _("没有“%(layer)s”这个层级") % {"layer": layer})
    if item.get("picture") and not item.get("picture_alt"):
        raise _invalid(key, _("有图要有文字说明"))
    difficulty = item.get("difficulty", Question.Difficulty.EASY)
    if difficulty not in Question.Difficulty.values:
        raise _invalid(key, _("难度要是 1、2、3"))
    try:
        options, answer = KINDS[kind].check(stem, item.get("options") or [], item.get("answer"))
    except ValueError as error:
        raise _invalid(key, str(error)) from None
    return {
        "key": key,
        "kind": kind,
        "topic": topic,
        "lesson": str(item.get("lesson") or ""),
        "clause": str(item.get("clause") or ""),
        "layer": layer,
        "difficulty": difficulty,
        "source": str(item.get("source") or ""),
        "stem": stem,
        "options": options,
        "answer": answer,
        "explanation": str(item.get("explanation") or "").strip(),
        "picture": item.get("picture"),
        "picture_alt": str(item.get("picture_alt") or "").strip(),
    }
