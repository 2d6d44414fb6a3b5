"""Reads of contracts, and who may open what is kept of them."""

from typing import Final

from accounts.models import User
from accounts.parties import Contact
from accounts.roles import Role
from applications.contracts.models import Contract
from applications.contracts.text import is_electronic
from applications.models import Application
from applications.queries import reads_as
from applications.states import LOW, State
from documents.queries import register
from notifications.providers import is_open
from rules.delivery import Channel

#: Files of contracts, apart from what was handed in: the bureaus of permits do not read them.
SUBJECT: Final = "contract"


def contract_of(case: Application) -> Contract | None:
    """The electronic contract of a case, once it is signed; none once it is erased."""
    if case.kind not in LOW:
        return None
    signed = Contract.objects.exclude(text="").select_related("document")
    found = signed.filter(pk=case.pk).first()
    if found:
        found.application = case
    return found


def is_to_be_signed(case: Application) -> bool:
    """Whether a case has a text that waits for its signature, at a counter on paper."""
    return case.kind in LOW and case.state == State.ACCEPTED


def phone_of(case: Application, party: int) -> Contact | None:
    """The phone of a party with which it signs a case's contract, for itself or for the applicant;
    None where none is known, or no SMS can be sent."""
    if not (is_electronic(case) and case.office_id is None and is_open(Channel.SMS)):
        return None
    contacts = Contact.objects.filter(party=party, channel=Contact.Channel.SMS)
    return contacts.reachable().first()


def opens_as(pk: int, user: User) -> Role | None:
    """As the case itself is read; the bureaus of its permits have no part in it."""
    case = Application.objects.filter(pk=pk).first()
    return reads_as(case, user) if case else None


def wire() -> None:
    register(SUBJECT, opens_as)
