"""Blocks any page may be built from, and the field that holds them. No word of any one subject here."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.db import models
from django.templatetags.static import static
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

_SPACES = re.compile(r"\s+")
PROSE_FEATURES = ["bold", "ol", "ul", "link", "document-link"]


class ContentField(StreamField):
    """A StreamField whose block definitions stay out of migrations: changing a block is no change of the schema.

    The price: a data migration sees no blocks. One that must rewrite content reads and writes the raw JSON.
    """

    def __init__(self, block_types=(), **kwargs):
        super().__init__(block_types, **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = models.Field.deconstruct(self)
        return name, path, [], kwargs


def plain_text(stream):
    """All words of a StreamField's value as one text, read from what is stored: cheap, for many pages at once.

    In the order the blocks are defined: PostgreSQL keeps the keys of a stored structure in an order of its own.
    """
    return _SPACES.sub(" ", unescape(strip_tags(" ".join(_strings(stream.raw_data, stream.stream_block))))).strip()


def _strings(value, block):
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        if "type" in value and "value" in value:  # a block: its type and id are no words
            yield from _strings(value["value"], _child(block, value["type"]))
        else:
            known = [name for name in getattr(block, "child_blocks", ()) if name in value]
            for name in [*known, *(name for name in value if name not in known)]:
                yield from _strings(value[name], _child(block, name))
    elif isinstance(value, Iterable):
        for part in value:
            yield from _strings(part, block)


def _child(block, name):
    """The definition of what stands inside a block under ``name``; None where there is none."""
    return getattr(block, "child_blocks", {}).get(name) or getattr(block, "child_block", None)


class ProseBlock(blocks.RichTextBlock):
    """Paragraphs and lists. Headings belong to the structure around it."""

    def __init__(self, features=None, **kwargs):
        super().__init__(features=features or PROSE_FEATURES, **kwargs)

    class Meta:
        label = _("文字")
        icon = "pilcrow"
        description = _("一段话或一列话。小标题由外面的结构给")
        preview_value = "<p>头一件做完，<b>先别往下干</b>，两个人各量一遍。</p><ul><li>尺寸</li><li>外观</li></ul>"


class TableBlock(blocks.StructBlock):
    """A table typed or pasted as text: a line for a row, cells divided by | or by tabs (as a spreadsheet copies)."""

    caption = blocks.CharBlock(label=_("表名"), required=False)
    text = blocks.TextBlock(
        label=_("表格"), help_text=_("一行一条，格子之间用 | 隔开，或从 Excel 复制过来；第一行是表头")
    )

    @staticmethod
    def cells(text):
        """The text as a list of rows, each a list of cells; short rows are filled up to the width of the first."""
        rows = []
        for line in text.splitlines():
            if line.strip():
                divider = "\t" if "\t" in line else "|"
                rows.append([cell.strip() for cell in line.strip().strip("|").split(divider)])
        width = len(rows[0]) if rows else 0
        return [(row + [""] * width)[:width] for row in rows]

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        rows = self.cells(value["text"])
        return context | {"head": rows[0] if rows else [], "rows": rows[1:]}

    class Meta:
        label = _("表格")
        icon = "table"
        template = "blocks/table.html"
        description = _("一行一条，从 Excel 复制过来就行；第一行是表头")
        preview_value = {
            "caption": "首件记录（示例）",
            "text": "项目 | 要求 | 实测\n外圆 | 20±0.02 | 20.01\n长度 | 85±0.1 | 85.05",
        }


def drawings():
    """The line drawings that come with the site (img/fig-*.svg), as choices. Uploaded SVG is never accepted."""
    folder = find("img")
    return [(path.stem, path.stem.removeprefix("fig-")) for path in sorted(Path(folder or ".").glob("fig-*.svg"))]


class FigureBlock(blocks.StructBlock):
    """A picture with its caption: an uploaded image or one of the site's own drawings."""

    image = ImageChooserBlock(label=_("图片"), required=False)
    drawing = blocks.ChoiceBlock(label=_("或选一张线描图"), choices=drawings, required=False)
    alt = blocks.CharBlock(label=_("图里有什么（读给看不见的人听）"), required=False)
    caption = blocks.CharBlock(label=_("图下的话"), required=False)

    def get_context(self, value, parent_context=None):
        drawing = value["drawing"]
        address = static(f"img/{drawing}.svg") if drawing else ""
        return super().get_context(value, parent_context) | {"drawing_url": address}

    class Meta:
        label = _("图")
        icon = "image"
        template = "blocks/figure.html"
        description = _("照片或线描图，写清图里有什么，看不见的人靠它听")
        preview_value = {"image": None, "drawing": "fig-first", "alt": "两个人在量第一件", "caption": "首件两个人量"}


class QuotationBlock(blocks.StructBlock):
    """Words of others, with their source. What is forbidden to say ourselves may be quoted: a rule must be citable."""

    text = blocks.TextBlock(label=_("引文"))
    source = blocks.CharBlock(label=_("出处"))

    class Meta:
        label = _("引文")
        icon = "openquote"
        description = _("别人的话，注明出处；规定里不许说的话只能写在这里")
        preview_value = {"text": "严禁以“免费发证”名义宣传。", "source": "2025 年提升行动通知"}
        template = "blocks/quotation.html"
        quotation = True


class ProseStream(blocks.StreamBlock):
    """Prose with what may stand between its paragraphs."""

    prose = ProseBlock()
    table = TableBlock()
    figure = FigureBlock()
    quotation = QuotationBlock()

    class Meta:
        label = _("内容")
        template = "blocks/stream.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("这一步叫什么"))
    text = ProseBlock(label=_("怎么做"))

    class Meta:
        label = _("步骤")
        icon = "list-ol"


class StepsBlock(blocks.StructBlock):
    """Numbered steps, with a line before them where one is needed."""

    introduction = ProseBlock(label=_("开头的话"), required=False)
    steps = blocks.ListBlock(StepBlock(), label=_("步骤"))

    class Meta:
        label = _("步骤")
        icon = "list-ol"
        template = "blocks/steps.html"
        description = _("按顺序做的几步，每步一个名字")
        preview_value = {
            "introduction": "",
            "steps": [
                {"title": "拦住", "text": "<p>停机，坏件放进红箱。</p>"},
                {"title": "拿主意", "text": "<p>有权的人定：返工、让步还是报废。</p>"},
            ],
        }


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("问"))
    answer = ProseBlock(label=_("答"))

    class Meta:
        label = _("问答")
        icon = "help"


class SectionBlock(blocks.StructBlock):
    """A heading and what stands under it."""

    heading = blocks.CharBlock(label=_("小标题"))
    content = ProseStream()

    class Meta:
        label = _("小节")
        icon = "title"
        template = "blocks/section.html"
        description = _("一个小标题和它下面的内容")
        preview_value = {
            "heading": "当时什么情况",
            "content": [("prose", "<p>样品厂（示例），12 个人，上半年换货 7 回。</p>")],
        }
