"""The files that go out: the template to fill in, and the refused rows as the workbook they came in."""

from django.utils.translation import gettext as _

from core.big_sheets import write_sheet
from core.spreadsheets import Column, write_form

from ..models import District, Pilot
from . import kinds, refused
from .rows import header_of

BLANK_ROWS = 300
"""Empty rows of a template with borders and drop-down lists."""


def template(kind, enterprise=None):
    """The template of a kind as bytes: drop-down lists, an example row, a second sheet that says what goes into each column."""
    module = kinds.KINDS[kind]
    fields = [field for field in module.fields_for(enterprise) if field.in_template]
    lists = {
        "district": District.objects.values_list("name", flat=True),
        "pilots": Pilot.objects.values_list("name", flat=True),
    }
    columns = [
        Column(
            str(field.label) + ("*" if field.required else ""),
            field.width,
            "choice" if field.choices or field.name in lists else "text",
            choices=[str(label) for label in field.choices or lists.get(field.name, ())],
            example=field.example or None,
        )
        for field in fields
    ]
    usage = [
        (
            _("怎么填"),
            [
                _("带 * 的列必填，其余的不知道就空着：空着的格子不会改动已登记的内容。"),
                _("代码和手机号请按文本填写，不要用公式。"),
            ],
        ),
        (_("各列"), [f"{field.label}：{field.hint}" for field in fields if field.hint]),
    ]
    title = _("%(what)s导入模板") % {"what": module.LABEL}
    return write_form(title, columns, blank_rows=BLANK_ROWS, landscape=True, usage=usage)


def refused_rows(batch, target):
    """The refused rows into ``target`` (a path): the columns of the file as they were, in front a red 错误原因.

    Mended, it can be sent as it is: the column in front is not one we know.
    """
    header = header_of(batch)
    width = max(len(header), 1)
    names = [text or _("（第 %(n)s 列）") % {"n": place + 1} for place, text in enumerate(header)]

    def rows():
        for _number, cells, errors in refused.read(batch):
            reason = "；".join(f"{column}：{sentence}" for column, sentence in errors)
            yield reason, *(cells + [""] * (width - len(cells)))[:width]

    return write_sheet(target, _("退回的行"), [_("错误原因"), *names], rows(), widths=[60] + [16] * width, red=0)
