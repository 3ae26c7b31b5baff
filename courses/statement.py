"""The statement of a person's class hours in a year: what the ledger counts, and beside it what was recognised from elsewhere."""

from django.template.loader import get_template
from django.utils.translation import gettext as _

from core import clock, pdf_fonts
from core.pdf import from_html, refuse_missing_glyphs
from core.prepared import Prepared
from enterprises.services import current_membership
from ledger.models import Entry

from . import prior


@Prepared
def _entries(person):
    rows = Entry.objects.as_of().filter(person=person).select_related("activity").order_by("occurred_on", "pk")
    return rows.only("person", "occurred_on", "class_hours", "activity__title", "activity__mode")


def lines_of(person, year):
    """(entries, PriorStudy rows, hours counted here, hours recognised from elsewhere) of a year. Two queries.

    The two sums are never added: study elsewhere is a column of its own (docs/counting.md, rule A12).
    """
    entries = [entry for entry in _entries(person.pk) if entry.occurred_on.year == year]
    elsewhere = prior.hours_elsewhere(person, year)
    return (
        entries,
        elsewhere,
        sum((entry.class_hours for entry in entries), start=0),
        sum((row.class_hours for row in elsewhere), start=0),
    )


def draw(person, year):
    """The statement as PDF bytes. Raises DomainError ``pdf.…`` of core.pdf."""
    pdf_fonts.register()
    entries, elsewhere, hours, hours_elsewhere = lines_of(person, year)
    membership = current_membership(person)
    context = {
        "person": person,
        "membership": membership,
        "year": year,
        "entries": entries,
        "elsewhere": elsewhere,
        "hours": hours,
        "hours_elsewhere": hours_elsewhere,
        "today": clock.today(),
    }
    texts = [person.name, membership.enterprise.name if membership else ""]
    texts += [entry.activity.title for entry in entries] + [row.title for row in elsewhere]
    refuse_missing_glyphs("".join(texts))
    html = get_template("courses/statement_pdf.html").render(context)
    return from_html(html, title=_("%(year)s年学时单") % {"year": year})
