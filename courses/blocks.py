"""What a lesson is made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import ProseBlock, ProseStream, StepBlock


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


class LessonStream(blocks.StreamBlock):
    section = SectionBlock()
    how = HowBlock()
    mistakes = MistakesBlock()
    tries = TryBlock()
    onward = OnwardBlock()

    class Meta:
        template = "blocks/stream.html"
