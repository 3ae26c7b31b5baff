"""What a lesson is made of."""

from zlib import crc32

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks import ProseBlock, ProseStream, QuestionBlock, StepBlock


class CalloutBlock(blocks.StructBlock):
    """The one thing that must not be missed in a section."""

    text = ProseBlock(label=_("要紧的一句"), features=["bold"])

    class Meta:
        label = _("要紧的话")
        icon = "warning"
        template = "courses/blocks/callout.html"
        description = _("这一节里最要紧的一句，最多一处")
        preview_value = {"text": "<p>没有首件，<b>不许批量</b>。</p>"}


class LessonContent(ProseStream):
    """Prose, tables, figures, and callouts between them."""

    callout = CalloutBlock()


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("小标题"))
    content = LessonContent()

    class Meta:
        label = _("小节")
        icon = "title"
        template = "courses/blocks/section.html"
        description = _("一个小标题和它下面的内容")
        preview_value = {"heading": "车间里的事", "content": [("prose", "<p>早上八点十分，头一件。</p>")]}


class HowBlock(blocks.StructBlock):
    """Numbered steps; before them a line, a table or a drawing where one is needed."""

    heading = blocks.CharBlock(label=_("小标题"))
    introduction = ProseStream(label=_("步骤前面"), required=False)
    steps = blocks.ListBlock(StepBlock(), label=_("步骤"))

    class Meta:
        label = _("步骤")
        icon = "list-ol"
        template = "courses/blocks/how.html"
        description = _("照着做的几步")
        preview_value = {
            "heading": "怎么做",
            "introduction": [],
            "steps": [{"title": "对图", "text": "<p>图号、版本。</p>"}],
        }


class MistakeBlock(blocks.StructBlock):
    mistake = blocks.CharBlock(label=_("常见的错"))
    better = ProseBlock(label=_("该怎么做"))


class MistakesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("小标题"), default=_("常见的错"))
    mistakes = blocks.ListBlock(MistakeBlock(), label=_("错"))

    class Meta:
        label = _("常见的错")
        icon = "cross"
        template = "courses/blocks/mistakes.html"
        description = _("大家常犯的错，和该怎么做")
        preview_value = {"heading": "常见的错", "mistakes": [{"mistake": "凭手感。", "better": "<p>上卡尺。</p>"}]}


class TryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("小标题"), default=_("明天上班，试这三样"))
    things = blocks.ListBlock(blocks.CharBlock(label=_("试一样")), label=_("三样"))

    class Meta:
        label = _("明天试试")
        icon = "tick-inverse"
        template = "courses/blocks/try.html"
        description = _("明天上班就能试的三样")
        preview_value = {
            "heading": "明天上班，试这三样",
            "things": ["量一遍头一件", "看一眼卡尺的日期", "问一句上一班"],
        }


class OnwardValue(blocks.StructValue):
    """Where to read on."""

    @property
    def rows(self):
        """(one character for the kind, words, address) of each live page chosen, clauses first."""
        clauses = [
            (_("条"), f"{page.number_2015 or page.number_2026} {page.short_title}", page)
            for page in self["clauses"]
            if page
        ]
        tools = [(_("表"), f"{page.title}（{page.code}）", page) for page in self["tools"] if page]
        cases = [(_("例"), page.title, page) for page in self["cases"] if page]
        return [(mark, words, page.url) for mark, words, page in [*clauses, *tools, *cases] if page.live]


class OnwardBlock(blocks.StructBlock):
    """Where to read on: a few words, then clauses, tools and cases of the guide. Each of those pages lists this lesson in turn."""

    heading = blocks.CharBlock(label=_("小标题"), default=_("接着看"))
    content = LessonContent(label=_("几句话"), required=False)
    clauses = blocks.ListBlock(blocks.PageChooserBlock("guide.ClausePage", required=False), label=_("条款"), default=[])
    tools = blocks.ListBlock(blocks.PageChooserBlock("guide.ToolPage", required=False), label=_("工具"), default=[])
    cases = blocks.ListBlock(blocks.PageChooserBlock("guide.CasePage", required=False), label=_("案例"), default=[])

    class Meta:
        label = _("接着看")
        icon = "arrow-right"
        template = "courses/blocks/onward.html"
        description = _("学完翻哪一条、用哪张表、看哪个案例；那些页上也会列出这一课")
        preview_value = {
            "heading": "接着看",
            "content": [("prose", "<p>挂牌和处置单都在指南里。</p>")],
            "clauses": [],
            "tools": [],
            "cases": [],
        }
        value_class = OnwardValue


class FilmBlock(blocks.StructBlock):
    """A film with its subtitles and, below, its words. What of it was watched counts (courses.progress)."""

    film = SnippetChooserBlock("courses.Film", label=_("视频"), required=False)
    needed = blocks.BooleanBlock(label=_("看完才算学完这一课"), required=False, default=True)

    class Meta:
        label = _("视频")
        icon = "media"
        template = "courses/blocks/film.html"
        description = _("一段视频，带字幕和文字稿；可以调快慢，换手机接着看")
        preview_value = {"film": None, "needed": True}

    def get_preview_value(self):
        # A film of the library says more than "not there yet".
        films = self.child_blocks["film"].target_model.objects
        film = films.order_by("-poster", "-pk").first()
        return self.to_python({"film": film and film.pk, "needed": True})


class SlideBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("这一页"), required=False)
    words = blocks.CharBlock(label=_("这一页讲什么（读给看不见的人听）"))


class SlidesValue(blocks.StructValue):
    """The slides, as the template of pages wants them."""

    @property
    def css_id(self):
        told = self["heading"] + "".join(page["words"] for page in self["pages"])
        return f"slides-{crc32(told.encode()):08x}"

    @property
    def shown(self):
        return [_slide(page) for page in self["pages"]]


def _slide(page):
    if not page["image"]:
        return {"url": "", "words": page["words"]}
    picture = page["image"].get_rendition("width-960")
    return {"url": picture.url, "width": picture.width, "height": picture.height, "words": page["words"]}


class SlidesBlock(blocks.StructBlock):
    """Slides, looked at one after the other by swiping; the whole as a file for who wants it."""

    heading = blocks.CharBlock(label=_("小标题"))
    pages = blocks.ListBlock(SlideBlock(), label=_("页"))
    file = DocumentChooserBlock(label=_("整份文件"), required=False)

    class Meta:
        label = _("课件")
        icon = "doc-full"
        template = "courses/blocks/slides.html"
        description = _("一页一页看的课件，左右滑动；也可以附上整份文件")
        preview_value = {
            "heading": "课件",
            "pages": [{"image": None, "words": "首件三样：对图、量三处、签名"}],
            "file": None,
        }
        value_class = SlidesValue


class DeckValue(blocks.StructValue):
    """The pages of the deck that are shown."""

    @property
    def css_id(self):
        return f"deck-{self['deck'].pk}-{self.get('first') or 1}-{self.get('last') or 'end'}"

    @property
    def shown(self):
        """Its pages from the first to the last wanted, in order; [] while they are not drawn. One query."""
        if not self["deck"]:
            return []
        pages = self["deck"].pages.filter(number__gte=self.get("first") or 1)
        return list(pages.filter(number__lte=self["last"]) if self.get("last") else pages)


class DeckBlock(blocks.StructBlock):
    """A PDF, page by page; the whole as a file for who wants it."""

    heading = blocks.CharBlock(label=_("小标题"))
    deck = SnippetChooserBlock("courses.Deck", label=_("课件"), required=False)
    first = blocks.IntegerBlock(label=_("从第几页"), min_value=1, required=False, help_text=_("空着：从头"))
    last = blocks.IntegerBlock(label=_("到第几页"), min_value=1, required=False, help_text=_("空着：到完"))

    class Meta:
        label = _("PDF 课件")
        icon = "doc-full"
        template = "courses/blocks/deck.html"
        description = _("传一份 PDF，一页一页给人看，可以只放其中几页；能下载原件")
        preview_value = {"heading": "课件", "deck": None, "first": None, "last": None}
        value_class = DeckValue

    def get_preview_value(self):
        decks = self.child_blocks["deck"].target_model
        deck = decks.objects.filter(state=decks.State.DRAWN).first()
        return self.to_python({"heading": _("课件"), "deck": deck and deck.pk, "first": None, "last": None})

    def clean(self, value):
        value = super().clean(value)
        first, last, deck = value.get("first") or 1, value.get("last"), value["deck"]
        if last and last < first:
            raise blocks.StructBlockValidationError(
                {"last": ValidationError(_("最后一页在第一页前面，请把两个页码对调。"))}
            )
        if deck and first > deck.count:
            raise blocks.StructBlockValidationError(
                {"first": ValidationError(_("这份课件只有 %(n)s 页。") % {"n": deck.count})}
            )
        return value


class DownloadBlock(blocks.StructBlock):
    """A file to take along."""

    file = DocumentChooserBlock(label=_("文件"), required=False)
    words = blocks.CharBlock(label=_("这是什么，怎么用"))

    class Meta:
        label = _("下载")
        icon = "download"
        template = "courses/blocks/download.html"
        description = _("一份能拿走的表或资料，说清怎么用")
        preview_value = {"file": None, "words": "首件检验记录表：打印出来，贴在机台边"}


class CompareBlock(blocks.StructBlock):
    """The wrong way and the right way side by side."""

    heading = blocks.CharBlock(label=_("小标题"))
    worse_title = blocks.CharBlock(label=_("左边的标题"), default=_("这样不行"))
    worse = ProseStream(label=_("左边"))
    better_title = blocks.CharBlock(label=_("右边的标题"), default=_("这样才对"))
    better = ProseStream(label=_("右边"))

    class Meta:
        label = _("对比")
        icon = "grip"
        template = "courses/blocks/compare.html"
        description = _("两种做法并排看：不行的和对的")
        preview_value = {
            "heading": "记录怎么写",
            "worse_title": "这样不行",
            "worse": [("prose", "<p>尺寸：OK</p>")],
            "better_title": "这样才对",
            "better": [("prose", "<p>尺寸：20.01，要求 20±0.02</p>")],
        }


class CheckOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("选项"))
    right = blocks.BooleanBlock(label=_("对的"), required=False)


class CheckBlock(blocks.StructBlock):
    """One question in passing, for oneself: nothing is recorded."""

    question = blocks.CharBlock(label=_("问一句"))
    options = blocks.ListBlock(CheckOptionBlock(), label=_("选项"))
    why = ProseBlock(label=_("为什么"))

    class Meta:
        label = _("想一想")
        icon = "help"
        template = "courses/blocks/check.html"
        description = _("读到一半停下来想一题，点开看答案；不记分")
        preview_value = {
            "question": "首件量完，谁签字？",
            "options": [
                {"text": "操作工自己签就行", "right": False},
                {"text": "操作工和检验员两个人签", "right": True},
            ],
            "why": "<p>一个人看不出自己的错。</p>",
        }


class FaqBlock(blocks.StructBlock):
    """Questions learners asked, with the trainer's answers (courses.asking puts them here)."""

    questions = blocks.ListBlock(QuestionBlock(), label=_("问答"))

    class Meta:
        label = _("大家问过")
        icon = "help"
        template = "courses/blocks/faq.html"
        description = _("学员问过的问题和讲师的回答")
        preview_value = {"questions": [{"question": "没有检验员怎么办？", "answer": "<p>请班长量第二遍。</p>"}]}


class LessonStream(blocks.StreamBlock):
    section = SectionBlock()
    how = HowBlock()
    mistakes = MistakesBlock()
    tries = TryBlock()
    onward = OnwardBlock()
    film = FilmBlock()
    slides = SlidesBlock()
    deck = DeckBlock()
    download = DownloadBlock()
    compare = CompareBlock()
    check = CheckBlock()
    faq = FaqBlock()

    class Meta:
        template = "blocks/stream.html"
