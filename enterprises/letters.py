"""What the city does for a person who asks in writing instead of signing in: a copy of what is held, or erasing it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import privacy
from core import registry
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name, normalise

from .identity import need_reason
from .models import Person


def refusals(person, actor):
    """The sentences why a person cannot be erased just now; empty when nothing is in the way."""
    if person.merged_into_id:
        return [_("这条记录已并入“%(name)s”，请到那一条去办。") % {"name": person.merged_into.name}]
    if person.user_id and person.user_id == actor.pk:
        return [_("您自己的请到“我的信息”里办。")]
    if person.user_id and registry.is_staff(person.user):
        return [_("这个人还担着工作人员的身份，请先到“授权”里收回，再办注销。")]
    return privacy.refusals(person)


def copy_by_letter(person, *, actor, reason, proof):
    """A ZIP of everything held about a person, as bytes, to be handed to them; the audit trail keeps why and how they proved
    who they are.

    Raises DomainError ``reason.missing``, ``proof.missing``.
    """
    because = _because(reason, proof)
    with transaction.atomic():
        record(actor, "person.copy_by_letter", person, reason=because)
        return privacy.packed(privacy.held(person.user, person))


@transaction.atomic
def erase_by_letter(person, *, name, actor, reason, proof):
    """Erase a person everywhere, and their login; what is counted stays. Doing it again changes nothing.

    ``name`` is typed anew, so that nobody erases the wrong one. Raises DomainError ``reason.missing``, ``proof.missing``,
    ``name.differs``, ``erase.busy`` with the reasons why not just now.
    """
    because = _because(reason, proof)
    person = Person.objects.select_for_update(of=("self",)).select_related("user", "merged_into").get(pk=person.pk)
    if person.erased_at:
        return
    if normalise(name) != normalise(person.name):
        raise DomainError("name.differs", _("打的姓名和这条记录不一样，请看清楚是不是同一个人。"))
    why_not = refusals(person, actor)
    if why_not:
        raise DomainError("erase.busy", " ".join(why_not))
    changes = {"name": [mask_name(person.name), ""]}
    user = person.user
    if user is not None:
        privacy.close_account(user, actor=actor, reason=because)
    else:
        privacy.erase(person, actor=actor, reason=because)
    record(actor, "person.erase_by_letter", person, changes=changes, reason=because)


def _because(reason, proof):
    reason, proof = need_reason(reason)[:140], normalise(proof)[:140]
    if not proof:
        raise DomainError("proof.missing", _("请写明怎么核对的身份，例如“回拨登记的手机号，本人接听”。"))
    return _("%(reason)s；核对：%(proof)s") % {"reason": reason, "proof": proof}
