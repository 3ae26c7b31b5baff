"""The whole register of a session on one screen, saved at once, by one trainer or by four."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import DomainError

from .check_in import enter_list, needs_no_second
from .models import Attendance, Registration, Round


@transaction.atomic
def save(session, wanted, seen, *, actor, reason):
    """Write what was changed on the screen: ``wanted`` and ``seen`` map registration key -> state ("" for none yet), as it is now
    and as it was when the screen was drawn. Returns ``(how many were written, [names somebody else changed meanwhile])``.

    Only rows this trainer changed are touched, and of those only what nobody has changed since: what another wrote is never
    overwritten unseen. Saving the same again writes nothing. Raises DomainError ``reason.missing``, ``round.closed``,
    ``mark.foreign`` and ``mark.second``.
    """
    changed = {key: state for key, state in wanted.items() if state and state != seen.get(key, "")}
    if not changed:
        return 0, []
    if not reason.strip():
        raise DomainError("reason.missing", _("改了 %(n)s 位，请写明依据，例如“课上点名”。") % {"n": len(changed)})
    needs_no_second(session, changed.values())
    Round.objects.select_for_update(of=("self",)).get(pk=session.round_id)
    now = dict(Attendance.objects.filter(session=session).values_list("registration", "state"))
    fresh = {key: state for key, state in changed.items() if now.get(key, "") == seen.get(key, "")}
    overtaken = [key for key, state in changed.items() if key not in fresh and now.get(key) != state]
    if fresh:
        enter_list(session, fresh, actor=actor, reason=reason, method=Attendance.Method.MANUAL)
    names = Registration.objects.filter(round=session.round_id, pk__in=overtaken).values_list("person__name", flat=True)
    return len(fresh), sorted(names)
