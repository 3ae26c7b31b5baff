"""Whether the ledger is packed, asked without the arrays: numpy is 11 MB a small ledger needs in no process."""

from pathlib import Path

from django.conf import settings

from .models import Entry


def folder():
    """Where packs are kept, as a Path; None where none are wanted."""
    return settings.LEDGER_COLUMNS and Path(settings.LEDGER_COLUMNS)


def is_there():
    """Whether there is a pack, of whatever state."""
    base = folder()
    return base is not None and (base / "current").exists()


def is_wide():
    """Whether the ledger has so many entries that they are packed (``settings.LEDGER_COLUMNS_FROM``)."""
    least = settings.LEDGER_COLUMNS_FROM
    return Entry.objects.order_by().values_list("pk")[least - 1 : least].exists() if least else True


def current(as_of=None):
    """``ledger.columns.current`` where there is a pack; None: the database must answer."""
    if not is_there():
        return None
    from . import columns

    return columns.current(as_of)


def repack_if_old():
    """``ledger.columns.repack_if_old`` where there is or should be a pack; else None."""
    if not (is_there() or is_wide()):
        return None
    from . import columns

    return columns.repack_if_old()
