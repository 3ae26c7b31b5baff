"""The legal texts: which version is in force, who agreed to what, and asking again when a new one comes into force."""

from typing import NamedTuple

from django.db import transaction

from core import clock
from core.audit_trail import record
from core.page_cache import kept

from .models import Consent, LegalVersion


class PolicyText(NamedTuple):
    """One policy in force: ``url`` is the living page."""

    slug: str
    version: str
    title: str
    url: str


def _read():
    rows = LegalVersion.objects.filter(page__live=True).select_related("page").defer("body", "page__body")
    return [
        (row.effective_on, PolicyText(row.policy, row.version, row.page.title, row.page.url))
        for row in rows.order_by("page__path", "effective_on", "pk")
    ]


def current_policies():
    """{slug: PolicyText} of the policies a user agrees to, each in the version in force today, in the order of the site."""
    found, day = {}, clock.today()
    for effective_on, text in kept("accounts.policies", _read):
        # Before the first version's day comes, the first version is the one to agree to.
        if text.slug not in found or effective_on <= day:
            found[text.slug] = text
    return found


@transaction.atomic
def agree(user, *, address=None):
    """Record that the user agrees to the versions in force of all policies; agreeing again adds nothing."""
    Consent.objects.bulk_create(
        [
            Consent(user=user, policy=text.slug, version=text.version, at=clock.now(), ip=address or None)
            for text in current_policies().values()
        ],
        ignore_conflicts=True,
    )


def has_agreed(user):
    """Whether the user has agreed to the version in force of every policy."""
    agreed = set(user.consents.filter(withdrawn_at=None).values_list("policy", "version"))
    return all((text.slug, text.version) in agreed for text in current_policies().values())


@transaction.atomic
def withdraw(user, *, actor, reason=""):
    """Every consent of the user ends now; the rows stay, with the moment (they prove what was agreed and until when)."""
    user.consents.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
    record(actor, "consent.withdraw", user, reason=reason)


def to_ask(request):
    """Whether the signed-in user has still to be asked. Asked of the database once per session and version."""
    texts = current_policies()
    if not texts:
        return False
    mark = "|".join(f"{text.slug}={text.version}" for text in texts.values())
    if request.session.get("agreed") == mark:
        return False
    if has_agreed(request.user):
        request.session["agreed"] = mark
        return False
    return True


def is_text(path):
    """Whether ``path`` is one of the texts themselves: they can be read before answering."""
    return any(text.url == path for text in current_policies().values())


def forget(before):
    """Delete the consents of accounts closed before that moment; returns how many."""
    return Consent.objects.filter(user__erased_at__lt=before).delete()[0]
