"""What a password must be like (GB/T 22239-2019 level two, customary figures)."""

import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import registry

LEAST, LEAST_STAFF = 8, 10


class HouseRules:
    """At least 8 characters (staff 10), three of four classes, neither phone nor name in it."""

    def validate(self, password, user=None):
        staff = user is not None and user.pk and registry.is_staff(user)
        least = LEAST_STAFF if staff else LEAST
        faults = []
        if len(password) < least:
            faults.append(_("密码至少要 %(n)s 个字符。") % {"n": least})
        kinds = (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(c in string.punctuation or (not c.isalnum() and c.isprintable()) for c in password),
        )
        if sum(kinds) < 3:
            faults.append(_("小写字母、大写字母、数字、符号，四样里至少要有三样。"))
        if user is not None and any(word in password.lower() for word in self.own_words(user)):
            faults.append(_("密码里不要有自己的手机号、姓名或用户名。"))
        if faults:
            raise ValidationError(faults)

    @staticmethod
    def own_words(user):
        person = getattr(user, "person", None)
        words = [user.phone, user.username, user.first_name, user.last_name, person.name if person else ""]
        if user.phone:
            words.append(user.phone[-8:])
        return [word.lower() for word in words if word and len(word) > 1]

    def get_help_text(self):
        return _("至少 8 个字符（工作人员 10 个），小写、大写、数字、符号里至少三样，不含手机号和姓名。")
