"""Reads of contracts, and who may open what is kept of them."""

from typing import Final

from accounts.parties import Contact
from applications.contracts.models import Contract
from applications.contracts.text import is_electronic
from applications.models import Application
from applications.queries import may_see
from applications.workflow import LOW, State
from documents.queries import register
from notifications.providers import is_open
from rules.delivery import Channel

#: Files of contracts, apart from what was handed in: the bureaus of permits do not read them.
SUBJECT: Final = "contract"


def contract_of(case: Application) -> Contract | None:
    """The electronic contract of a case, once it is signed."""
    if case.kind not in LOW:
        return None
    found = Contract.objects.filter(pk=case.pk).select_related("document").first()
    if found:
        found.application = case
    return found


def is_to_be_signed(case: Application) -> bool:
    """Whether a case has a text that waits for its signature, at a counter on paper."""
    return case.kind in LOW and case.state == State.ACCEPTED


def phone_of(case: Application) -> Contact | None:
    """The phone that signs a case's contract; None where none is known, or no SMS can be sent."""
    if not (is_electronic(case) and is_open(Channel.SMS)):
        return None
    contacts = Contact.objects.filter(party=case.filed_by_id, channel=Contact.Channel.SMS)
    return contacts.reachable().first()


def wire() -> None:
    """A contract is for whoever may see its case."""
    cases = Application.objects
    register(SUBJECT, lambda pk, user: any(may_see(case, user) for case in cases.filter(pk=pk)))
