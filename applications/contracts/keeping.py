"""The PDF of a signed contract: made after the act, and tried until it is kept.

What is due stands in the database, so a lost task or broker costs promptness only. A try is
claimed in one short transaction, asks others in none, and is settled in a third.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from accounts.actor import SYSTEM
from applications.contracts.models import KEPT, Contract
from applications.contracts.paper import NoSeal, NoTime, Sealed, sealed_pdf
from applications.contracts.queries import SUBJECT
from applications.models import Application
from deadlines.sweep import hold_case
from documents import storage
from documents.models import Document
from documents.queries import digest_of
from ledger.record import NewEntry, append
from rules.contract import contract_template

log = logging.getLogger("tongdian.contracts")

REQUIREMENT: Final = "supply_contract"


def keep_contracts() -> int:
    """Keep what is due and return how many that were; any number may do so at once.

    A run ends at the first trouble, which is most likely that of all: the others stay due.
    """
    done = 0
    while contract := claim():
        if not keep(contract):
            break
        done += 1
    return done


def claim() -> Contract | None:
    """Take the contract that is due for longest; nobody else has it until the lease ends."""
    with transaction.atomic():
        due = Contract.objects.filter(kept_at=None, due_at__lte=Now()).exclude(text="")
        contract = due.order_by("due_at").select_for_update(skip_locked=True).first()
        if contract is None:
            return None
        lease = contract_template().keeping.lease
        Contract.objects.filter(pk=contract.pk).update(tries=F("tries") + 1, due_at=_after(lease))
    contract.tries += 1
    return contract


def keep(contract: Contract) -> bool:
    """Make, seal and keep one; False where it is tried again, after a pause that grows."""
    try:
        sealed = sealed_pdf(contract)
        _settle(contract, sealed)
    except Exception as error:  # (one that cannot be made must not stop the others)
        trouble = Contract.Trouble.FAILED
        if isinstance(error, NoSeal | NoTime):
            trouble = Contract.Trouble.SEAL if isinstance(error, NoSeal) else Contract.Trouble.TIME
            log.warning("contract %s is not kept yet: %s (%s)", contract.pk, trouble, error)
        else:
            log.exception("contract %s could not be made", contract.pk)
        pause = contract_template().keeping.pause(contract.tries)
        waiting = Contract.objects.filter(pk=contract.pk, kept_at=None)
        waiting.update(trouble=trouble, due_at=_after(pause))
        return False
    return True


def _settle(contract: Contract, sealed: Sealed) -> None:
    """Keep the file, its digest in the record; nothing where another try was first."""
    with transaction.atomic():
        case = Application.objects.get(pk=contract.pk)
        hold_case(case.ref)
        if not Contract.objects.filter(pk=contract.pk, kept_at=None).exists():
            return
        document = Document.objects.create(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            case_ref=case.ref,
            requirement=REQUIREMENT,
            stored_name=storage.write(sealed.data),
            size=len(sealed.data),
            content_type=Document.Type.PDF,
            sha256=storage.sha256(sealed.data),
            original_name=f"TD-{case.number}-contract.pdf",
        )
        committed: dict[str, Any] = {
            "number": case.number,
            "documents": [digest_of(document)],
            "sealed": bool(sealed.sealed_by),
            "stamped": sealed.stamped_at is not None,
        }
        entry = NewEntry(case_ref=case.ref, type=KEPT, actor=SYSTEM, data=committed)
        [written] = append(entry)
        Contract.objects.filter(pk=contract.pk).update(
            document=document,
            kept_at=written.at,
            due_at=None,
            trouble=Contract.Trouble.NONE,
            sealed_by=sealed.sealed_by,
            stamped_at=sealed.stamped_at,
        )


def _after(seconds: int) -> Any:
    """By the server's real clock."""
    return Now() + Value(timedelta(seconds=seconds))
