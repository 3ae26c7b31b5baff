"""What templates/components/ cannot say in template language: icons, form controls with our classes, a pager's gaps."""

import copy
import datetime
import re
from functools import cache
from pathlib import Path

from django import forms, template
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

register = template.Library()


@cache
def _sprite():
    return static("img/icons.svg")


@register.simple_tag
def icon(name, label="", css_class=""):
    """One symbol of img/icons.svg. Silent beside words; with a label it speaks for itself."""
    css_class = f"icon {css_class}".strip()
    href = f"{_sprite()}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css_class, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css_class, href)


# Forms ---------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field_kind(field):
    """How components/field.html draws a bound field: hidden, checkbox, choices, file or line."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "line"


@register.simple_tag
def control(field, css_class=""):
    """The widget of a bound field with the class its kind needs; id and aria attributes are Django's own."""
    widget = field.field.widget
    if isinstance(widget, forms.FileInput):
        # Django's clearable input draws a link and a checkbox of its own, which do not fit the drop zone.
        widget = copy.copy(widget)
        widget.template_name = forms.FileInput.template_name
        own = ""
    elif isinstance(widget, forms.Select):
        own = "select"
    elif isinstance(widget, forms.Textarea):
        own = "textarea"
    elif isinstance(widget, forms.CheckboxInput):
        own = ""
    else:
        own = "input"
    classes = " ".join(name for name in (own, widget.attrs.get("class", ""), css_class) if name)
    return field.as_widget(widget=widget, attrs={"class": classes} if classes else {})


@register.simple_tag
def choices(field):
    """The options of a radio or checkbox group. aria-invalid is left out: it is not allowed on a radio button."""
    options = list(field)
    for option in options:
        option.data["attrs"].pop("aria-invalid", None)
    return options


# Lists ---------------------------------------------------------------------------------------------------------------


@register.simple_tag
def elided_pages(page):
    """Page numbers with gaps: 1 … 4 5 6 … 12; a gap is None."""
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if number == page.paginator.ELLIPSIS else number for number in pages]


# The style guide -----------------------------------------------------------------------------------------------------


class SampleForm(forms.Form):
    """One field of each kind; bound with two mistakes so that the style guide shows how errors look."""

    name = forms.CharField(label=_("名称"))
    code = forms.CharField(
        label=_("代码"),
        help_text=_("共 18 位，照抄即可"),
        min_length=18,
        widget=forms.TextInput({"class": "input--code"}),
    )
    place = forms.ChoiceField(label=_("地点"), required=False, choices=[("1", _("一层")), ("2", _("二层"))])
    note = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea({"placeholder": _("比如：门口有台阶"), "rows": 3})
    )
    role = forms.ChoiceField(
        label=_("身份"), widget=forms.RadioSelect, choices=[("a", _("参加的人")), ("b", _("办的人"))]
    )
    days = forms.MultipleChoiceField(
        label=_("哪几天有空"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", _("周六")), ("2", _("周日"))],
    )
    file = forms.FileField(label=_("附件"), required=False, help_text=_("照片、Excel、PDF，单个不超过 10 MB"))
    agree = forms.BooleanField(label=_("同意按说明使用我的手机号"), error_messages={"required": _("勾上才能提交。")})


@register.simple_tag
def samples():
    """Values for styleguide.html, so that it shows the real includes and not copies of their markup."""
    here = "#nav"
    sprite = Path(finders.find("img/icons.svg")).read_text(encoding="utf-8")
    return {
        "form": SampleForm({"name": "示例", "code": "91120000MA0000000", "role": "a", "days": ["2"]}),
        "page": Paginator(range(120), 10).page(5),
        "crumbs": [(_("首页"), "/"), (_("样式手册"), "")],
        "tabs": [
            {"title": _("要办的"), "url": here, "count": 2, "current": True},
            {"title": _("办过的"), "url": here, "count": 7},
            {"title": _("全部"), "url": here},
        ],
        "segments": [
            {"title": _("今年"), "url": here},
            {"title": _("本月"), "url": here, "current": True},
            {"title": _("今天"), "url": here},
        ],
        "steps": [_("传文件"), _("对列"), _("核对"), _("导入")],
        "facts": [(_("时间"), "11月25日（周三）13:30—16:30"), (_("地点"), _("二楼教室")), (_("备注"), None)],
        "timeline": [
            {"when": datetime.date(2026, 9, 28), "text": _("签发")},
            {"when": datetime.date(2026, 10, 12), "text": _("更正"), "state": "now"},
            {"when": datetime.date(2029, 9, 27), "text": _("到期"), "state": "ahead"},
        ],
        "day": datetime.date(2026, 11, 25),
        "time": datetime.time(10, 32, 5),
        "questions": [{"position": n, "url": here, "answered": n < 4, "current": n == 3} for n in range(1, 11)],
        "icons": re.findall(r'<symbol id="([\w-]+)"', sprite),
    }
