"""Finding the step that a receipt is about, for a person who may have the receipt."""

import re
from dataclasses import dataclass

from accounts.models import User
from applications.models import Application
from applications.permissions import may_see
from applications.workflow import as_applicant, as_supplier
from approvals.models import Permit
from approvals.permissions import visible
from core.events import has_receipt
from core.problems import Missing
from ledger.models import Entry

RATED = "case.rated"
NUMBER = re.compile(r"(?P<case>[A-Z0-9]{1,20})-(?P<seq>[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Found:
    """A step, its case and permit, and what of it the reader may read.

    Args:
        case, entry: the step.
        permit: the one it is about, if it is about one.
        whole: the reader may see the case, and not only the permit.
        opened: the reader may read what the entry commits to.
    """

    case: Application
    entry: Entry
    permit: Permit | None
    whole: bool
    opened: bool


def find(number: str, seq: int, user: User) -> Found:
    """Return a step with a receipt.

    Args:
        number: of the case.
        seq: of the entry in the case.
        user: who asks: whoever may see the case, and for a step of a permit its bureau.

    Raises:
        Missing: there is none, it has no receipt, or it is not for this person's eyes.
    """
    case = Application.objects.filter(number=number).first()
    if case is None:
        raise Missing
    entry = Entry.objects.filter(case_ref=case.ref, case_seq=seq).first()
    if entry is None or not has_receipt(entry.type):
        raise Missing
    whole = may_see(case, user)
    permit = _permit(entry, user)
    if not whole and permit is None:
        raise Missing
    return Found(case.workflow(), entry, permit, whole, _may_read(case, entry, user))


def _permit(entry: Entry, user: User) -> Permit | None:
    """Return the permit of a step, as far as the person may see it."""
    if entry.part is None:
        return None
    found = Permit.objects.filter(visible(user), ref=entry.part, case_ref=entry.case_ref)
    return found.first()


def _may_read(case: Application, entry: Entry, user: User) -> bool:
    """The words of a rating are for the applicant and the supply company alone."""
    if entry.type != RATED:
        return True
    return as_applicant(case, user) is not None or as_supplier(case, user) is not None


def split(number: str) -> tuple[str, int]:
    """Return the number of the case and that of the entry in it, from the number of a receipt.

    Raises:
        Missing: it is no number of a receipt.
    """
    found = NUMBER.fullmatch(number)
    if found is None:
        raise Missing
    return found["case"], int(found["seq"])
