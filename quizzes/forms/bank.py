"""Forms of the bank: the filter bar, one question of any kind, a change of state, a file to import."""

from django import forms
from django.core.validators import validate_slug
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Layer

from ..bank import FACTS
from ..models import Kind, Question
from ..pictures import LARGEST
from .answers import PARTS

ANY = [("", _("全部"))]


class BankFilterForm(forms.Form):
    """The filter bar over the bank. A wrong value is no filter."""

    q = forms.CharField(label=_("题干、题号"), max_length=60, required=False)
    topic = forms.ChoiceField(label=_("主题"), required=False)
    clause = forms.CharField(
        label=_("条款"), max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": _("比如 8.5")})
    )
    layer = forms.ChoiceField(label=_("层级"), choices=[*ANY, *Layer.choices], required=False)
    kind = forms.ChoiceField(label=_("题型"), choices=[*ANY, *Kind.choices], required=False)
    difficulty = forms.ChoiceField(label=_("难度"), choices=[*ANY, *Question.Difficulty.choices], required=False)
    status = forms.ChoiceField(label=_("状态"), choices=[*ANY, *Question.Status.choices], required=False)

    def __init__(self, *args, topics=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [*ANY, *((topic, topic) for topic in topics)]

    def narrow(self, revisions):
        """Revisions (of ``current``) that fit what is filled in and valid."""
        self.is_valid()
        words = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        if text := words.get("q"):
            revisions = revisions.filter(Q(question__key__icontains=text) | Q(stem__icontains=text))
        if clause := words.get("clause"):
            revisions = revisions.filter(question__clause__startswith=clause)
        for name in ("topic", "layer", "difficulty", "status"):
            if name in words:
                revisions = revisions.filter(**{f"question__{name}": words[name]})
        return revisions.filter(kind=words["kind"]) if "kind" in words else revisions


class QuestionForm(forms.Form):
    """What every kind has. The answers of each kind are ``part`` (``answers``), drawn as rows of their own."""

    stem = forms.CharField(
        label=_("题干"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写上题干。")},
    )
    topic = forms.CharField(
        label=_("主题"),
        max_length=60,
        help_text=_("抽题按主题来；照已有的写，才抽得到一起"),
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
        error_messages={"required": _("请写上主题，试卷按主题抽题。")},
    )
    lesson = forms.CharField(label=_("课时"), max_length=40, required=False, help_text=_("比如 F1；没有就空着"))
    clause = forms.CharField(label=_("条款"), max_length=20, required=False, help_text=_("比如 8.5.1"))
    layer = forms.ChoiceField(label=_("层级"), choices=[("", _("不限")), *Layer.choices], required=False)
    difficulty = forms.TypedChoiceField(label=_("难度"), choices=Question.Difficulty.choices, coerce=int, initial=1)
    explanation = forms.CharField(
        label=_("解析"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("公布答案以后给人看：为什么对，错的错在哪儿"),
    )
    source = forms.CharField(label=_("出处"), max_length=200, required=False)
    picture = forms.FileField(
        label=_("题图"),
        required=False,
        help_text=_("png、jpg 或 webp，最大 5 MB；拍摄地点和设备会去掉"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    drop_picture = forms.BooleanField(label=_("去掉现在的图"), required=False)
    picture_alt = forms.CharField(
        label=_("题图的文字说明"), max_length=300, required=False, help_text=_("看不到图的人也要能答题")
    )
    key = forms.CharField(
        label=_("题号"),
        max_length=60,
        required=False,
        validators=[validate_slug],
        help_text=_("字母、数字、- 和 _；空着自动编。定了就不再改"),
        error_messages={"invalid": _("题号只能用字母、数字、- 和 _，请改一下，或空着。")},
    )

    def __init__(self, *args, kind, revision=None, **kwargs):
        if revision:
            facts = {name: getattr(revision.question, name) for name in FACTS}
            words = {name: getattr(revision, name) for name in ("stem", "explanation", "picture_alt")}
            kwargs["initial"] = facts | words
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.revision = revision
        self.part = PARTS[kind](self.data if self.is_bound else None, revision)
        if revision:
            del self.fields["key"]
        if not (revision and revision.picture_id):
            del self.fields["drop_picture"]

    def clean(self):
        data = super().clean()
        # A browser sends a newline as two characters; the bank keeps one.
        for name in ("stem", "explanation"):
            data[name] = data.get(name, "").replace("\r\n", "\n").strip()
        upload = data.get("picture")
        if upload and upload.size > LARGEST:
            self.add_error("picture", _("图片超过 5 MB，请压缩以后再传。"))
        has_picture = upload or (self.revision and self.revision.picture_id and not data.get("drop_picture"))
        if has_picture and not data.get("picture_alt"):
            self.add_error("picture_alt", _("有图就要写上图里有什么，看不到图的人靠它答题。"))
        if data.get("stem"):
            try:
                data["options"], data["answer"] = self.part.value(data["stem"])
            except ValueError as error:
                self.add_error(None, str(error))
        return data

    def facts(self):
        """The FACTS of ``bank`` as filled in."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def wording(self, picture):
        """The WORDING of ``bank`` as filled in, with the key of the Picture there is now (or None)."""
        data = self.cleaned_data
        return {
            "kind": self.kind,
            "stem": data["stem"],
            "options": data["options"],
            "answer": data["answer"],
            "explanation": data["explanation"],
            "picture_id": picture,
            "picture_alt": data["picture_alt"] if picture else "",
        }


class BankStatusForm(forms.Form):
    """Another state, and why."""

    status = forms.ChoiceField(label=_("改成"), choices=Question.Status.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请写一句为什么，日后有人会问。")}
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = choices


class BankUploadForm(forms.Form):
    """A file of questions, and what to do with those that leave something open."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（xlsx、csv）、Moodle GIFT（txt）或 Moodle XML，最大 10 MB、5000 道题。"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的，请看看是不是选错了文件。")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt,.gift,.xml"}),
    )
    topic = forms.CharField(
        label=_("没写知识点的题，归到哪个主题"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
    )
    approve = forms.BooleanField(
        label=_("新题导入以后直接可用"), required=False, help_text=_("不勾选就先存成草稿，看过再改成可用。")
    )
