"""Files that wait for the scanner: handed to it one by one until it says what they are.

What is due stands in the database, so a lost task or broker costs promptness only. A file is
claimed in one short transaction, scanned in none, and settled in a third (docs/decisions/0041).
"""

import logging
import time
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Min, Value
from django.db.models.functions import Now

from core.clock import city_now
from deadlines.sweep import hold_case
from documents import scanner, storage
from documents.models import Document
from documents.signals import infected
from rules.limits import limits

log = logging.getLogger("tongdian.documents")

Scan = Document.Scan
WAITING: Final = {"scan": Scan.WAITING, "erased_at": None}


def begin() -> dict[str, Any]:
    """Return what a new file's row says of its scan."""
    if not scanner.is_configured():
        return {"scan": Scan.NOT_SCANNED}
    return {"scan": Scan.WAITING, "scan_due_at": Now()}


def scan_waiting() -> int:
    """Scan what is due and return how many were answered; any number may do so at once.

    A run ends where the scanner is away, and takes no more files once it has lasted as long as one
    try may: the others stay due.
    """
    done, ends = 0, time.monotonic() + limits().scanning.tries.wait
    while scanner.is_configured() and time.monotonic() < ends and (document := claim()):
        if not scan(document):
            break
        done += 1
    return done


def scan_now(subject_kind: str, subject_id: int) -> None:
    """Scan what waits of one subject, for whoever takes an act that rests on it. What another
    process is at, and all while the scanner is away, goes on waiting."""
    of = {"subject_kind": subject_kind, "subject_id": subject_id}
    while scanner.is_configured() and (document := claim(**of)):
        if not scan(document):
            break


def claim(**of: Any) -> Document | None:
    """Take the file that is due for longest, where they are narrowed by columns: of those; nobody
    else has it until the lease ends."""
    with transaction.atomic():
        waiting = Document.objects.filter(**WAITING, **of, scan_due_at__lte=Now())
        due = waiting.order_by("scan_due_at")
        document = due.select_for_update(skip_locked=True, of=("self",)).first()
        if document is None:
            return None
        lease = _after(limits().scanning.tries.lease)
        mine = Document.objects.filter(pk=document.pk)
        mine.update(scan_tries=F("scan_tries") + 1, scan_due_at=lease)
    document.scan_tries += 1
    return document


def scan(document: Document) -> bool:
    """Scan one and note what it is, or try it again after a pause that grows; False where the
    scanner is away."""
    tries = limits().scanning.tries
    try:
        found = scanner.scanned(storage.read(document.stored_name), wait=tries.wait)
    except (scanner.Unknown, storage.Unreachable, FileNotFoundError) as error:
        # Of a draft that was deleted meanwhile, the file is gone, and so is the row.
        waiting = Document.objects.filter(pk=document.pk, **WAITING)
        if waiting.update(scan_due_at=_after(tries.pause(document.scan_tries))):
            log.warning("document %s is not scanned yet: %s", document.ref, error)
        return not isinstance(error, scanner.Away)
    _settle(document, found)
    return True


def _settle(document: Document, found: Document.Scan) -> None:
    """Note what was found; nothing where another try was first, or the file is gone."""
    with transaction.atomic():
        if found == Scan.INFECTED:
            hold_case(document.case_ref)
        waiting = Document.objects.filter(pk=document.pk, **WAITING)
        if not waiting.update(scan=found, scan_due_at=None):
            return
        if found == Scan.INFECTED:
            log.warning("document %s: a virus was found", document.ref)
            infected.send(sender=Document, document=document)


def oldest_waiting() -> float:
    """Return for how many seconds the oldest file has waited; 0 where none does."""
    oldest = Document.objects.filter(**WAITING).aggregate(at=Min("uploaded_at"))["at"]
    return max(0.0, (city_now() - oldest).total_seconds()) if oldest else 0.0


def _after(seconds: int) -> Any:
    """By the server's real clock."""
    return Now() + Value(timedelta(seconds=seconds))
