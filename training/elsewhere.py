"""Where somebody is expected who stands at the wrong door."""

from core import clock

from .models import Registration


def of(person, session):
    """The next other round this person is on the list of, or None: what the desk and the refused phone are told."""
    return among([person.pk], session).get(person.pk) if person else None


def among(people, session):
    """{person key: that Round} of several; one statement, however many."""
    rows = (
        Registration.objects.on_the_list()
        .filter(person__in=people, round__ends_on__gte=clock.today())
        .exclude(round=session.round_id)
        .exclude(round__state="cancelled")
        .select_related("round")
        .order_by("-round__starts_on")
    )
    return {row.person_id: row.round for row in rows}
