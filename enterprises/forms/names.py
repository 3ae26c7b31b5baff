"""The field of a person's name, wherever one is typed."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.text import dots_differ

from ..services import check_name


class NamedForm:
    """For a form with the field ``name``: checks it, and asks once when the sign between its parts was another than ``·``.

    The form comes back with the name as it would be kept; sending that is the confirmation.
    """

    def clean_name(self):
        typed = self.cleaned_data["name"]
        try:
            name = check_name(typed)
        except DomainError as refused:
            raise ValidationError(refused.sentence, code=refused.code) from None
        if dots_differ(typed):
            self.data = self.data.copy()
            self.data[self.add_prefix("name")] = name
            raise ValidationError(
                _("姓名中间的点统一写成“·”：「%(name)s」。没错的话，请再点一次。") % {"name": name}, code="name.dot"
            )
        return name
