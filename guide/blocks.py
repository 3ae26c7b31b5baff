"""The parts of a clause, a tool and a case, as blocks: each part is typed, so that an editor cannot leave the form."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import FigureBlock, ProseBlock, ProseStream, QuestionBlock, SectionBlock, StepsBlock


class MinuteBlock(blocks.StructBlock):
    """一分钟听懂: for everyone, and one plain sentence for each layer."""

    text = ProseBlock(label=_("给大家的"))
    top = blocks.TextBlock(label=_("老板记住一句"), required=False)
    middle = blocks.TextBlock(label=_("中层记住一句"), required=False)
    frontline = blocks.TextBlock(label=_("一线记住一句"), required=False)

    class Meta:
        template = "guide/blocks/minute.html"
        description = _("给大家的几句，再给老板、中层、一线各一句")
        preview_value = {
            "text": "<p>干活没有不出坏件的，怕的是坏件没人认。</p>",
            "top": "先定好谁有权拍板。",
            "middle": "三个数要对得上。",
            "frontline": "看着不对就停。",
        }


class SceneBlock(blocks.StructBlock):
    text = ProseBlock(label=_("车间里的事"))
    figure = FigureBlock(label=_("图"), required=False)

    class Meta:
        template = "guide/blocks/scene.html"
        description = _("一件真在车间里见过的事：有机器、有零件、有数")
        preview_value = {
            "text": "<p>下午两点二十，3 号机头两根量出来 20.009 和 20.012，都大了。</p>",
            "figure": {"image": None, "drawing": "fig-floor", "alt": "车间一角", "caption": ""},
        }


class PitBlock(blocks.StructBlock):
    mistake = blocks.CharBlock(label=_("坑"))
    better = ProseBlock(label=_("怎么绕开"))

    class Meta:
        label = _("坑")


class MinimumBlock(blocks.StructBlock):
    least = ProseBlock(label=_("小厂最低做到"))
    better = ProseBlock(label=_("再好一点"))

    class Meta:
        template = "guide/blocks/minimum.html"
        description = _("小厂最低做到什么，有余力再做什么")
        preview_value = {"least": "<p>一只红箱，一把锁。</p>", "better": "<p>每周清点一次。</p>"}


class ClauseParts(blocks.StreamBlock):
    """Nine of the ten parts of a clause, each at most once; the first, the question, is a field of the page."""

    minute = MinuteBlock(label=_("一分钟听懂"), icon="time")
    scene = SceneBlock(label=_("车间里什么样"), icon="cog")
    steps = StepsBlock(label=_("三步怎么做"))
    tools = ProseBlock(
        label=_("用什么工具"),
        icon="doc-full",
        required=False,
        description=_("工具清单自动列出；这里写清单外的，如自己裁的牌子"),
    )
    pits = blocks.ListBlock(
        PitBlock(),
        label=_("常见的坑"),
        icon="warning",
        template="guide/blocks/pits.html",
        description=_("错的做法，和怎么绕开"),
        preview_value=[{"mistake": "修好了直接放回去。", "better": "<p>当新件重新检。</p>"}],
    )
    audit = blocks.ListBlock(
        QuestionBlock(),
        label=_("审核员会问"),
        icon="help",
        template="guide/blocks/audit.html",
        description=_("审核员的原话，和老老实实的答法"),
        preview_value=[{"question": "这几件为什么没有牌子？", "answer": "<p>当场挂牌，按待检办。</p>"}],
    )
    minimum = MinimumBlock(label=_("小厂最低做到"), icon="tick")
    edition = ProseStream(label=_("2026版变了什么"), icon="history")
    onward = ProseBlock(label=_("接着学"), icon="arrow-right", description=_("下一步看哪一条、哪一课"))

    class Meta:
        block_counts = {
            name: {"max_num": 1}
            for name in ("minute", "scene", "steps", "tools", "pits", "audit", "minimum", "edition", "onward")
        }


class ToolParts(blocks.StreamBlock):
    """干什么用 · 什么时候用 · 五步会用 · 填好的样子"""

    use = ProseBlock(label=_("干什么用"))
    when = ProseBlock(label=_("什么时候用"))
    how = blocks.ListBlock(
        blocks.TextBlock(label=_("一步")), label=_("五步会用"), max_num=5, template="guide/blocks/how.html"
    )
    sample = ProseStream(label=_("填好的样子"))

    class Meta:
        block_counts = {name: {"max_num": 1} for name in ("use", "when", "how", "sample")}


class CaseParts(blocks.StreamBlock):
    section = SectionBlock()


class ColumnBlock(blocks.StructBlock):
    """A column of a tool's blank form."""

    name = blocks.CharBlock(label=_("栏名"))
    width = blocks.IntegerBlock(label=_("栏宽（字符，汉字算两个）"), min_value=3, max_value=80, default=12)
    kind = blocks.ChoiceBlock(
        label=_("填什么"),
        choices=[("text", _("文字")), ("date", _("日期")), ("number", _("数")), ("choice", _("从列表里选"))],
        default="text",
    )
    choices = blocks.ListBlock(blocks.CharBlock(label=_("选项")), label=_("选项"), default=[])
    example = blocks.CharBlock(label=_("示例"), required=False)

    class Meta:
        label = _("栏")
        icon = "table"


class FormColumns(blocks.StreamBlock):
    column = ColumnBlock()


class NodeValue(blocks.StructValue):
    """A node of a chain."""

    def as_stage(self, number):
        """The node as a dict for the picture and the table; pages that are not live are left out."""
        stage = {name: self[name] for name in ("stage", "work", "weak", "watch")} | {"number": number}
        for name in ("clauses", "tools", "cases"):
            stage[name] = [page for page in self[name] if page and page.live]
        return stage


class NodeBlock(blocks.StructBlock):
    """A node of an industry chain: what is done there, where it goes wrong, what to watch, what helps."""

    stage = blocks.CharBlock(label=_("环节"), max_length=12)
    work = blocks.CharBlock(label=_("干什么"), max_length=60)
    weak = blocks.CharBlock(
        label=_("薄弱点"), required=False, max_length=80, help_text=_("没有就空着；写了就在图上标出来")
    )
    watch = blocks.TextBlock(label=_("盯住什么"), required=False, max_length=200)
    clauses = blocks.ListBlock(
        blocks.PageChooserBlock("guide.ClausePage", required=False), label=_("对应条款"), default=[]
    )
    tools = blocks.ListBlock(blocks.PageChooserBlock("guide.ToolPage", required=False), label=_("工具"), default=[])
    cases = blocks.ListBlock(blocks.PageChooserBlock("guide.CasePage", required=False), label=_("案例"), default=[])

    class Meta:
        label = _("环节")
        icon = "link"
        description = _("链上的一环：干什么、哪儿薄弱、盯住什么、用什么")
        value_class = NodeValue


class ChainNodes(blocks.StreamBlock):
    node = NodeBlock()


class TopicLinks(blocks.StreamBlock):
    """What a topic page speaks of, in the order it is listed."""

    clause = blocks.PageChooserBlock("guide.ClausePage", label=_("条款"))
    tool = blocks.PageChooserBlock("guide.ToolPage", label=_("工具"))
    case = blocks.PageChooserBlock("guide.CasePage", label=_("案例"))
