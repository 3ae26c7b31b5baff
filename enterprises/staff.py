"""The verbs of an enterprise's staff list: add, change, move out, confirm, invite, hand the list over."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import sms
from accounts.models import User
from core import clock, limits
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name, mask_phone, normalise

from . import services
from .identity import need_reason
from .models import Appointment, Membership, Person, Role

INVITATIONS_A_DAY = {"person": 2, "enterprise": 300}
"""Messages one person may get, and one enterprise may send, within 24 hours."""
DAY = 24 * 3600


@transaction.atomic
def add(enterprise, *, name, phone, layer, actor, department="", post="", tags=()):
    """Put a person on the list of an enterprise; returns the Membership, confirmed. The same again changes nothing.

    Someone who signed in with that phone before is the same person. Raises DomainError of ``services.list_person``.
    """
    newest = Membership.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    fields = {"enterprise": enterprise, "layer": layer, "department": department, "post": post, "tags": list(tags)}
    row = services.list_person(name=name, phone=phone, membership=fields, actor=actor)
    if row.confirmed_at is None:
        row = confirm(row.pk, actor=actor)
    person = row.person
    if person.phone and person.user_id is None:
        for user in User.objects.filter(phone=person.phone):
            services.link_person(user)
            person.refresh_from_db(fields=["user"])
    if row.pk > newest:
        record(actor, "membership.add", row, changes={"person": ["", mask_name(person.name)], "layer": ["", layer]})
    return row


def _open(pk):
    """The membership, locked. Raises DomainError ``membership.ended`` for one that is over."""
    row = Membership.objects.select_for_update(of=("self",)).select_related("person", "enterprise").get(pk=pk)
    if row.ended_on is not None:
        raise DomainError("membership.ended", _("这个人已经离开了；又回来上班的话，请重新添加。"))
    return row


@transaction.atomic
def change(pk, *, layer, department, post, tags, actor):
    """Another layer, department, post or tags from today: the old row ends yesterday and stays. Returns the open Membership.

    Raises DomainError ``membership.ended``.
    """
    row = _open(pk)
    before = {"layer": row.layer, "department": row.department, "post": row.post, "tags": row.tags}
    fields = {"enterprise": row.enterprise, "layer": layer, "department": department, "post": post, "tags": list(tags)}
    new = services.assign(row.person, fields)
    after = {name: getattr(new, name) for name in before}
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        record(actor, "membership.change", new, changes=changes)
    return new


@transaction.atomic
def move_out(pk, *, ended_on, reason, actor):
    """End a membership; ``ended_on`` is the last day at work. Returns it. What was counted stays counted.

    Raises DomainError ``membership.ended``, ``membership.dates`` (a day to come, or before the beginning), ``reason.missing``,
    ``membership.contact`` for the enterprise's contact, who hands over first.
    """
    reason = need_reason(reason)
    row = _open(pk)
    if ended_on > clock.today() or ended_on < row.started_on:
        raise DomainError(
            "membership.dates",
            _("最后一天要在 %(start)s 和今天之间，请核对。") % {"start": f"{row.started_on:%Y-%m-%d}"},
        )
    if row.person.user_id and contacts_of(row.enterprise).filter(user=row.person.user_id).exists():
        raise DomainError("membership.contact", _("这个人是本企业的联络员，请先把联络员移交给别人，再登记离开。"))
    row.ended_on = ended_on
    row.save(update_fields=["ended_on"])
    record(actor, "membership.move_out", row, changes={"ended_on": [None, str(ended_on)]}, reason=reason)
    return row


@transaction.atomic
def confirm(pk, *, actor):
    """Say that a person who reported in does work here; returns the Membership. Confirming again changes nothing."""
    row = _open(pk)
    if row.confirmed_at is None:
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_at"])
        record(actor, "membership.confirm", row, changes={"confirmed_at": [None, row.confirmed_at.isoformat()]})
    return row


@transaction.atomic
def refuse(pk, *, actor, reason):
    """Say that a person who reported in does not work here: the row ends today, never confirmed. Returns it.

    Raises DomainError ``membership.ended``, ``reason.missing``, ``membership.confirmed`` (move out instead).
    """
    reason = need_reason(reason)
    row = _open(pk)
    if row.confirmed_at is not None:
        raise DomainError("membership.confirmed", _("这个人已经确认过了，要登记离开请用“登记离开”。"))
    row.ended_on = clock.today()
    row.save(update_fields=["ended_on"])
    record(actor, "membership.refuse", row, changes={"ended_on": [None, str(row.ended_on)]}, reason=reason)
    return row


def invite(pk, *, actor):
    """Send a person without a login the address where they sign in with this phone; returns the Membership.

    The first sign-in links login and person. Raises DomainError ``membership.ended``, ``invite.no_phone``, ``invite.signed_in``,
    ``invite.too_often``, ``invite.failed`` (the gateway).
    """
    with transaction.atomic():
        row = _open(pk)
    person = row.person
    if person.user_id:
        raise DomainError("invite.signed_in", _("%(name)s 已经登录过了，不用再邀请。") % {"name": person.name})
    if not person.phone:
        raise DomainError("invite.no_phone", _("还没有这个人的手机号，请先补上手机号再邀请。"))
    if not limits.allow(f"invite:{person.pk}", INVITATIONS_A_DAY["person"], DAY):
        raise DomainError(
            "invite.too_often", _("今天已经给这个人发过邀请了，请明天再发，或直接告诉他打开网站用手机号登录。")
        )
    if not limits.allow(f"invite-by:{row.enterprise_id}", INVITATIONS_A_DAY["enterprise"], DAY):
        raise DomainError("invite.too_often", _("本企业今天发的邀请太多了，请明天接着发。"))
    words = _("%(firm)s请您到质量学堂学习。打开 %(url)s 用本机号码登录即可。不是本人请忽略。") % {
        "firm": row.enterprise.name,
        "url": settings.SITE_URL + reverse("account_login"),
    }
    try:
        sms.send(person.phone, words)
    except OSError:
        raise DomainError("invite.failed", _("短信没发出去，请过几分钟再点一次。")) from None
    with transaction.atomic():
        row.invited_at = clock.now()
        row.save(update_fields=["invited_at"])
        record(actor, "membership.invite", row, changes={"phone": ["", mask_phone(person.phone)]})
    return row


def contacts_of(enterprise):
    """The appointments of its contacts in force, with user and person."""
    rows = Appointment.objects.in_force().filter(role=Role.CONTACT, enterprise=enterprise).exclude(user=None)
    return rows.select_related("user__person").order_by("pk")


@transaction.atomic
def hand_over(enterprise, to, *, actor):
    """The contact gives the task to a colleague: theirs begins and the actor's ends in the same moment. Returns the Appointment.

    Who has never signed in is waited for: the returned Appointment has no user yet, and the actor stays contact until the
    colleague's first sign-in (``appointing.link_waiting``). ``to`` is the colleague's Membership. Raises DomainError
    ``handover.not_contact``, ``handover.self``, ``handover.member`` (not a confirmed member of this enterprise),
    ``handover.login`` (neither login nor phone), ``handover.waiting`` (somebody else is waited for).
    """
    # The enterprise's row is the gate: two handing over at once come one after the other.
    type(enterprise).objects.select_for_update().get(pk=enterprise.pk)
    mine = contacts_of(enterprise).filter(user=actor)
    if not mine.exists():
        raise DomainError("handover.not_contact", _("您已经不是这家企业的联络员，不能移交。"))
    to = Membership.objects.select_related("person").get(pk=to.pk)
    if to.enterprise_id != enterprise.pk or to.ended_on is not None or to.confirmed_at is None:
        raise DomainError("handover.member", _("只能移交给本企业在职的、已确认的人，请先把他加进名单。"))
    if to.person.user_id is None:
        return _wait_for(enterprise, to.person, mine.first(), actor)
    if to.person.user_id == actor.pk:
        raise DomainError("handover.self", _("您就是联络员，请选另一位同事。"))
    new = contacts_of(enterprise).filter(user=to.person.user_id).first()
    if new is None:
        new = Appointment.objects.create(
            user_id=to.person.user_id,
            role=Role.CONTACT,
            enterprise=enterprise,
            granted_by=actor,
            granted_at=clock.now(),
        )
    ended = list(mine.values_list("pk", flat=True))
    because = _("移交给 %(name)s") % {"name": mask_name(to.person.name)}
    Appointment.objects.filter(pk__in=ended).update(
        withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_because=because
    )
    waited_for(enterprise).update(withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_because=because)
    record(actor, "enterprise.hand_over", enterprise, changes={"contact": [ended, [new.pk]]})
    return new


def waited_for(enterprise):
    """The hand-overs of an enterprise that wait for somebody's first sign-in: at most one."""
    rows = Appointment.objects.standing().filter(role=Role.CONTACT, enterprise=enterprise, user=None)
    return rows.exclude(takes_over=None)


def _wait_for(enterprise, person, mine, actor):
    if not person.phone:
        raise DomainError(
            "handover.login",
            _("%(name)s 没登录过，也没有手机号。请先在名单里补上手机号，再移交。") % {"name": person.name},
        )
    row = waited_for(enterprise).first()
    if row is not None:
        if row.waiting_phone == person.phone and row.takes_over_id == mine.pk:
            return row
        raise DomainError(
            "handover.waiting", _("已经在等 %(name)s 来接手，要换人请先撤回。") % {"name": row.waiting_name}
        )
    row = Appointment.objects.create(
        waiting_phone=person.phone,
        waiting_name=person.name,
        role=Role.CONTACT,
        enterprise=enterprise,
        granted_by=actor,
        granted_at=clock.now(),
        takes_over=mine,
    )
    record(actor, "enterprise.hand_over_wait", enterprise, changes={"contact": ["", mask_phone(person.phone)]})
    return row


@transaction.atomic
def keep_task(enterprise, *, actor):
    """Take back a hand-over nobody has come for yet; returns whether there was one. Asking again changes nothing."""
    type(enterprise).objects.select_for_update().get(pk=enterprise.pk)
    gone = waited_for(enterprise).update(
        withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_because=_("联络员撤回了移交")
    )
    if gone:
        record(actor, "enterprise.hand_over_kept", enterprise)
    return bool(gone)


@transaction.atomic
def rename_person(pk, name, *, actor, reason=""):
    """Correct the name of a person; returns the Person. Raises DomainError of ``services.check_name``."""
    name = services.check_name(name)
    person = Person.objects.select_for_update().get(pk=pk)
    if person.name != name:
        changes = {"name": [mask_name(person.name), mask_name(name)]}
        person.name = name
        person.save(update_fields=["name", "name_key"])
        record(actor, "person.rename", person, changes=changes, reason=normalise(reason)[:200])
    return person
