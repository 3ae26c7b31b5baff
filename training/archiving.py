"""归档 of a closed round: a package of everything it rests on, made by a worker, and the state that says so.

What is still allowed afterwards: evidence is added, corrections and supplements are posted, as after closing. The package is then out
of date and the next one is made; earlier ones stay.
"""

import hashlib
import logging
import secrets
import tempfile
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import archive_parts, closing
from .closing import Check
from .models import Archive, Correction, Evidence, Registration, Round
from .scheduling import move

logger = logging.getLogger(__name__)

HELD = (Round.State.CLOSED, Round.State.ARCHIVED)
SILENT = timedelta(minutes=3)
"""A worker that said nothing for so long is gone: another begins anew."""
SAY_EVERY = timedelta(seconds=1)
PACKED = (".jpg", ".pdf", ".xlsx", ".docx", ".pptx")
"""Endings of what is compressed already."""
MANIFEST = "SHA256SUMS.txt"


def stand_of(round_):
    """A short text that is another one when anything has changed that a package holds and that may still change. Seven queries."""
    rows = Registration.objects.filter(round=round_).order_by("pk")
    said = [
        list(Evidence.everything.filter(round=round_).order_by("pk").values_list("pk", flat=True)),
        list(Correction.objects.filter(registration__round=round_).order_by("pk").values_list("pk", "state")),
        list(rows.values_list("pk", "state", "mark", "certificate", "person__name")),
        list(archive_parts.postings_of(round_).values_list("pk", flat=True)),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def newest(round_):
    """The Archive asked for last, or None."""
    return Archive.objects.filter(round=round_).order_by("-number").first()


def checks(round_, package=None):
    """What has to be so before a closed round is archived, as ``closing.Check`` lines."""
    waiting = Correction.objects.filter(registration__round=round_, state=Correction.State.ASKED).count()
    papers = closing.issued(round_)
    is_there = package is not None and package.state == Archive.State.READY
    return [
        Check("closed", _("已结班"), int(round_.state in HELD), 1, _("先结班，再归档")),
        Check("corrections", _("更正单都批完"), int(not waiting), 1, _("有更正单在等批，批了或撤回再归档")),
        Check(
            "certificates",
            _("证明都出好"),
            papers.drawn,
            papers.total,
            _("后台正在出，稍等；没做成的到“这个班的证明”里看原因"),
        ),
        Check("package", _("归档包打好"), int(is_there), 1, _("点“打归档包”")),
        Check(
            "current",
            _("归档包是最新的"),
            int(is_there and package.stand == stand_of(round_)),
            1,
            _("打包以后又有了新材料或更正，请重新打一包"),
        ),
    ]


@transaction.atomic
def ask(round_id, *, actor):
    """Have the package of a closed round made; returns the Archive. One that is being made, or still says what is so, is returned.

    Raises DomainError ``archive.not_closed``.
    """
    from . import tasks

    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if round_.state not in HELD:
        raise DomainError("archive.not_closed", _("还没结班的班不能打归档包；先把结班清单备齐。"))
    known = newest(round_)
    if known and known.state in (Archive.State.WAITING, Archive.State.MAKING):
        return known
    if known and known.state == Archive.State.READY and known.file and known.stand == stand_of(round_):
        return known
    row = Archive.objects.create(round=round_, number=known.number + 1 if known else 1, asked_by=actor)
    record(actor, "archive.ask", row, changes={"number": [None, row.number]})
    tasks.make_archive.delay_on_commit(row.pk)
    return row


def make(archive_id):
    """Make a package; True when this call made it. One worker at a time; done already, nothing happens."""
    now = clock.now()
    rows = Archive.objects.filter(pk=archive_id)
    begun = {"state": Archive.State.MAKING, "touched_at": now, "done": 0, "faults": []}
    waiting = rows.filter(state=Archive.State.WAITING)
    gone = rows.filter(state=Archive.State.MAKING, touched_at__lt=now - SILENT)
    if not (waiting.update(**begun) or gone.update(**begun)):
        return False
    row = Archive.objects.select_related("round__owner", "asked_by__person").get(pk=archive_id)
    try:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "archive.zip"
            stand = stand_of(row.round)
            faults = _write(row, target)
            with target.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            with target.open("rb") as content:
                # The name cannot be guessed: the file holds names of people.
                name = row.file.storage.save(f"archives/{secrets.token_hex(16)}.zip", File(content))
            kept = rows.filter(state=Archive.State.MAKING).update(
                state=Archive.State.READY,
                file=name,
                sha256=digest,
                size=target.stat().st_size,
                stand=stand,
                step="",
                faults=faults,
                touched_at=clock.now(),
            )
            if not kept:
                # Another worker was faster, or somebody in it was erased meanwhile.
                row.file.storage.delete(name)
                return False
    except Exception:
        rows.update(state=Archive.State.FAILED)
        logger.exception("archive %s failed", archive_id)
        raise
    return True


def _write(row, target):
    """The package as a ZIP at ``target``; returns the faults. A manifest of all files closes it."""
    parts = archive_parts.parts_of(row.round, row)
    Archive.objects.filter(pk=row.pk).update(total=len(parts))
    faults, sums, taken = [], [], set()
    said = clock.now() - SAY_EVERY
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:

        def put(path, content):
            path = _distinct(path, taken)
            how = zipfile.ZIP_STORED if path.endswith(PACKED) else zipfile.ZIP_DEFLATED
            package.writestr(path, content, compress_type=how)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {path}")

        for number, part in enumerate(parts):
            if clock.now() - said >= SAY_EVERY:
                said = clock.now()
                Archive.objects.filter(pk=row.pk).update(done=number, step=part.step[:80], touched_at=said)
            try:
                content = part.content()
            except DomainError as refused:
                faults.append([part.path, refused.sentence])
            else:
                put(part.path, content)
        if faults:
            lines = "".join(f"{path}\t{sentence}\r\n" for path, sentence in faults)
            put(_("没放进去的.txt"), lines.encode("utf-8-sig"))
        package.writestr(MANIFEST, "\n".join([*sums, ""]).encode())
    Archive.objects.filter(pk=row.pk).update(done=len(parts))
    return faults


def _distinct(path, taken):
    """The path, with a number when there is one of that name already: two photos may be called 现场.jpg."""
    stem, dot, ending = path.rpartition(".")
    name, number = path, 2
    while name in taken:
        name, number = f"{stem}（{number}）{dot}{ending}", number + 1
    taken.add(name)
    return name


def resume():
    """Make what waits and what a lost worker left; returns how many were made. Beat, every few minutes."""
    now = clock.now()
    waiting = Archive.objects.filter(state=Archive.State.WAITING, asked_at__lt=now - SILENT)
    gone = Archive.objects.filter(state=Archive.State.MAKING, touched_at__lt=now - SILENT)
    return sum(make(pk) for pk in [*waiting.values_list("pk", flat=True), *gone.values_list("pk", flat=True)])


@transaction.atomic
def archive(round_id, *, actor, reason=""):
    """归档: the state that says that the package is complete; returns the Round. Asking twice is success.

    Raises DomainError ``archive.not_ready`` whose params hold the missing checks, and ``archive.faults`` when something could not be
    put into the package and no ``reason`` says why that must do.
    """
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state == Round.State.ARCHIVED:
        return round_
    package = newest(round_)
    missing = [check for check in checks(round_, package) if not check.is_done]
    if missing:
        raise DomainError(
            "archive.not_ready",
            _("归档还差：%(what)s。") % {"what": "；".join(f"{check.label}（{check.mend}）" for check in missing)},
            missing=[check.code for check in missing],
        )
    reason = reason.strip()[:300]
    if package.faults and not reason:
        raise DomainError(
            "archive.faults",
            _("有 %(n)s 份没能放进包里。先补传再重新打包；实在找不回来的，写明情况再归档。")
            % {"n": len(package.faults)},
        )
    move(round_, Round.State.ARCHIVED, actor=actor, reason=reason)
    record(
        actor, "round.archive", round_, changes={"package": [None, package.number], "sha256": [None, package.sha256]}
    )
    return round_


def forget_files(person):
    """A person was erased: packages with their name in the clear go, one that is being made comes to nothing; the rounds they belong to
    are packed anew when asked for."""
    mine = Archive.objects.filter(round__registrations__person=person).values("pk")
    # Behind their locks: a worker that is just done finds afterwards that its package is not wanted any more.
    for row in Archive.objects.select_for_update().filter(pk__in=mine).order_by("pk"):
        if row.state == Archive.State.MAKING:
            Archive.objects.filter(pk=row.pk).update(state=Archive.State.FAILED)
        if row.file:
            transaction.on_commit(partial(row.file.storage.delete, row.file.name))
            Archive.objects.filter(pk=row.pk).update(file="", stand="")
