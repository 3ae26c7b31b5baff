"""The verbs of the registry: link a login to a person, put people on the list, join and leave enterprises."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.prepared import Prepared
from core.text import mask_name, mask_phone, normalise, normalise_name, normalise_phone

from . import assigning
from .credit_code import check_enterprise_code
from .identity import check_enterprise_name
from .models import Enterprise, Membership, Person


def link_person(user):
    """Give a user whose phone was just proved the person listed with that phone, if any (invited before the account existed)."""
    if Person.objects.filter(user=user).exists():
        return
    listed = Person.objects.filter(phone=user.phone).select_related("merged_into").first() if user.phone else None
    if listed:
        Person.objects.filter(pk=listed.itself.pk, user=None).update(user=user)


def person_of(user):
    """The person behind a login, or None before they have given their name."""
    return getattr(user, "person", None)


def check_name(text):
    """A person's name as it will be kept. Raises DomainError ``name.missing`` or ``name.long`` (50 characters at most)."""
    name = normalise_name(text)
    if not name:
        raise DomainError("name.missing", _("请填写姓名，证明上要印。"))
    if len(name) > 50:
        raise DomainError("name.long", _("姓名最多 50 个字，请核对。"))
    return name


@transaction.atomic
def introduce(user, name):
    """The person of a user: made with the name they give, or the one they already are; returns the Person.

    A phone that the registry already lists is the same person. Raises DomainError ``name.missing`` or ``name.long``.
    """
    name = check_name(name)
    person = Person.objects.select_for_update().filter(user=user).first()
    if person is None and user.phone:
        person = Person.objects.select_for_update().filter(phone=user.phone).first()
        person = person and person.itself
    if person is None:
        return Person.objects.create(name=name, phone=user.phone, user=user, created_at=clock.now())
    if person.user_id != user.pk or person.name != name:
        record(user, "person.introduce", person, changes={"name": [mask_name(person.name), mask_name(name)]})
        person.user = user
        person.name = name
        person.save(update_fields=["user", "name", "name_key"])
    return person


@transaction.atomic
def list_person(*, name, phone, membership, actor=None):
    """Put a person on an enterprise's list; returns the Membership.

    ``phone`` may be empty (came by a paper list). The same phone is the same person; the same name is not, except without a
    phone inside one enterprise, so that a list sent twice changes nothing. ``membership`` holds enterprise, layer, department,
    post, tags. Raises DomainError of ``check_name`` and ``normalise_phone``, and ``phone.taken`` when the phone belongs to
    somebody of another name.
    """
    name = check_name(name)
    enterprise = membership["enterprise"]
    if phone and phone.strip():
        number = normalise_phone(phone)
        person, _created = Person.objects.get_or_create(
            phone=number, defaults={"name": name, "created_at": clock.now()}
        )
        person = person.itself
        if person.name != name:
            raise DomainError(
                "phone.taken",
                _("%(phone)s 已登记为另一位姓名不同的人，请核对姓名或手机号。") % {"phone": mask_phone(number)},
            )
    else:
        nameless = Person.objects.listed().filter(name=name, phone=None, memberships__enterprise=enterprise)
        person = nameless.first() or Person.objects.create(name=name, created_at=clock.now())
    return assign(person, membership)


def assign(person, fields, *, confirmed=True):
    """The open membership of a person in an enterprise, with these fields; a change ends the old row and begins a new one.

    ``confirmed`` is False when the person says so themselves; what the enterprise once confirmed stays confirmed.
    """
    enterprise = fields["enterprise"]
    wanted = {
        "layer": fields["layer"],
        "department": normalise(fields.get("department", "")),
        "post": normalise(fields.get("post", "")),
        "tags": sorted(fields.get("tags", [])),
    }
    today = clock.today()
    row = Membership.objects.select_for_update().filter(person=person, enterprise=enterprise, ended_on=None).first()
    if row and not confirmed and "tags" not in fields:
        del wanted["tags"]  # tags are the enterprise's to give
    wanted["confirmed_at"] = (row and row.confirmed_at) or (clock.now() if confirmed else None)
    now = row and {name: getattr(row, name) for name in (*wanted, "tags", "started_on")}
    verb, values = assigning.decide(now, wanted, today=today)
    if verb in ("keep", "update"):
        for name, value in values.items():
            setattr(row, name, value)
        if values:
            row.save(update_fields=list(values))
        return row
    if verb == "replace":
        row.ended_on = assigning.last_day(today)
        row.save(update_fields=["ended_on"])
    return Membership.objects.create(person=person, enterprise=enterprise, started_on=today, **values)


@transaction.atomic
def join(user, *, name, code, layer, department="", post="", enterprise_name="", district=None):
    """A user says where they work; returns the open Membership. Joining twice changes nothing.

    An enterprise nobody has listed yet is taken in as 自报待核 with the name and district given. Raises DomainError of
    ``check_enterprise_code`` and ``check_name``, and ``enterprise.unknown`` when the code is right but not listed and name or district is
    missing.
    """
    code = check_enterprise_code(code)
    enterprise = Enterprise.objects.by_code(code)
    if enterprise is None:
        if not normalise(enterprise_name) or district is None:
            raise DomainError(
                "enterprise.unknown",
                _("代码是对的，只是还没有登记过这家企业，请补上企业名称和所在区。"),
                credit_code=code,
            )
        enterprise, _created = Enterprise.objects.get_or_create(
            code=code,
            defaults={
                "name": check_enterprise_name(enterprise_name),
                "district": district,
                "status": Enterprise.Status.CLAIMED,
                "created_at": clock.now(),
            },
        )
    person = introduce(user, name)
    fields = {"enterprise": enterprise, "layer": layer, "department": department, "post": post}
    return assign(person, fields, confirmed=False)


@Prepared
def _open_membership(person):
    return Membership.objects.filter(person=person, ended_on=None).select_related("enterprise")[:1]


def current_membership(person):
    """The newest open membership of a person, or None."""
    if person is None:
        return None
    return _open_membership.first(person.pk)
