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


class HowBlock(blocks.StructBlock):
    """Numbered steps; before them a line, a table or a drawing where one is needed."""

    heading = blocks.CharBlock(label=_("小标题"))
    introduction = ProseStream(label=_("步骤前面"), required=False)
    steps = blocks.ListBlock(StepBlock(), label=_("步骤"))

    class Meta:
        label = _("步骤")
        icon = "list-ol"
        template = "courses/blocks/how.html"


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


class TryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("小标题"), default=_("明天上班，试这三样"))
    things = blocks.ListBlock(blocks.CharBlock(label=_("试一样")), label=_("三样"))

    class Meta:
        label = _("明天试试")
        icon = "tick-inverse"
        template = "courses/blocks/try.html"


class LessonStream(blocks.StreamBlock):
    section = SectionBlock()
    how = HowBlock()
    mistakes = MistakesBlock()
    tries = TryBlock()

    class Meta:
        template = "blocks/stream.html"
