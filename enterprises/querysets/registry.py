"""Questions about many enterprises, people, memberships and appointments."""

import re
from datetime import timedelta

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Right

from core import clock, grams  # noqa: F401 - registers the lookup ``part``
from core.pinyin import sort_key
from core.syllables import cuts
from core.text import normalise, normalise_name

FORMER = 200
"""Former names and codes one search takes in; a text that more of them hold is too common to mean one of them."""


class EnterpriseQuerySet(models.QuerySet):
    def by_code(self, text):
        """The enterprise whose code is (or was) ``text`` as typed (full width, blanks, hyphens allowed), or None.

        One that was merged away answers with the one it was merged into.
        """
        code = normalise(text).replace(" ", "").replace("-", "").upper()
        found = self.filter(code=code).first() or self.filter(former__code=code).first() if code else None
        return found.merged_into if found and found.merged_into_id else found

    def search(self, text):
        """By a part of the name, of a former name, or by the beginning of the code (the present or a former one).

        One character is looked for at the beginning only. Costs one query for the former ones.
        """
        text = normalise(text)
        former = self.model._meta.get_field("former").related_model.objects
        if re.fullmatch(r"[0-9A-Za-z -]{4,}", text):
            start = text.replace(" ", "").replace("-", "").upper()
            found, known = Q(code__startswith=start), former.filter(code__startswith=start)
        else:
            text = text.replace("(", "（").replace(")", "）")
            found = Q(name__part=text) if len(text) >= grams.LEAST else Q(name__startswith=text)
            known = former.filter(name__part=text)
        owners = list(known.order_by().values_list("enterprise", flat=True)[: FORMER + 1])
        # An OR without need would cost the index; and words as common as 有限公司 are found by the present names.
        return self.filter(found | Q(pk__in=owners)) if 0 < len(owners) <= FORMER else self.filter(found)

    def listed(self):
        """Those that stand for themselves: not merged into another."""
        return self.filter(merged_into=None)

    def individual_businesses(self):
        """个体工商户 (codes beginning with 92), which reports show apart."""
        return self.filter(code__startswith="92")


class PersonQuerySet(models.QuerySet):
    def listed(self):
        """Those that stand for themselves: neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)

    def search(self, text):
        """By a whole phone number or its last four digits, by pinyin from the front, or by a part of the name."""
        return self.alias(tail=Right("phone", 4)).filter(_meant(text, "name", "name_key", "phone", "tail"))


def _meant(text, name, key, phone, tail):
    """The condition of a search for people, for the fields called so; ``tail`` are the last four digits."""
    text = normalise(text)
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    if digits.isdecimal():
        return Q(**{tail: digits} if len(digits) == 4 else {f"{phone}__startswith": digits})
    if re.fullmatch(r"[a-zA-Z' ]+", text):
        typed = text.lower().replace("'", " ").strip()
        starts = [typed] if " " in typed else cuts(typed[:40])
        # What can be one syllable is one, a surname: its other readings would cost the order of the index.
        starts = starts[:1] if " " not in starts[0] else starts
        return _any(key, starts)
    if len(text) >= grams.LEAST:
        return Q(**{f"{name}__part": normalise_name(text)})
    if not text:
        return Q()
    # By its sound first: the key has an index, and who is called so stands together. One sound only (a surname of two
    # characters is found by both): two of them together would cost the order of the index.
    return Q(**{f"{key}__startswith": sort_key(text).split(" ")[0], f"{name}__part": text})


def _any(key, starts):
    wanted = Q()
    for start in starts:
        wanted |= Q(**{f"{key}__startswith": start})
    return wanted


class MembershipQuerySet(models.QuerySet):
    def open(self):
        """Where people work now."""
        return self.filter(ended_on=None)

    def of_people(self, text):
        """Of the people ``PersonQuerySet.search`` finds, for the list of one enterprise.

        By expressions, so that PostgreSQL looks at each of its few people instead of at all in the city who are called so.
        """
        looked_at = {"shown": "person__name", "sound": "person__name_key", "number": "person__phone"}
        rows = self.alias(**{name: Concat(field, Value("")) for name, field in looked_at.items()})
        rows = rows.alias(tail=Right("number", 4))
        return rows.filter(_meant(text, "shown", "sound", "number", "tail"))

    def waiting(self):
        """Said by the person, not yet confirmed by the enterprise's contact."""
        return self.filter(ended_on=None, confirmed_at=None)


class AppointmentQuerySet(models.QuerySet):
    def in_force(self):
        """Appointments that still hold today (Asia/Shanghai)."""
        return self.standing().exclude(user=None)

    def standing(self):
        """Neither withdrawn nor expired; waiting ones too."""
        return self.filter(withdrawn_at=None).filter(Q(expires_on=None) | Q(expires_on__gte=clock.today()))

    def ending_within(self, days):
        """Standing ones whose last day is at most ``days`` days away."""
        return self.standing().filter(expires_on__lte=clock.today() + timedelta(days=days))
