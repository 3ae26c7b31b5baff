"""Forms of the 工作台 for rounds."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


def ask_for_names(form):
    """An empty required field says what to fill in, not that something is required."""
    for field in form.fields.values():
        field.error_messages["required"] = format_lazy(_("请填写{label}"), label=field.label)
