"""Signing: what the applicant agrees to is fixed with the act, digest and text together."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import codes
from applications.appointments.actions import APPOINTMENTS
from applications.contracts.models import PAPER, Contract
from applications.contracts.text import contract_text, is_electronic, template_of
from applications.models import Application
from applications.states import Holder
from core.clock import CITY, city_now
from core.fields import text_digest
from core.problems import FieldError, Invalid, WrongState
from rules.registry import current
from workflow.files import keep_files
from workflow.run import Step


def sign(step: Step[Application]) -> None:
    """Sign the contract. At low voltage the entry commits to how consent was given, and for an
    electronic contract to the digest of its text, which is kept for the PDF (`keeping.py`).

    Raises:
        WrongState: another text was read than the one that would be signed.
        Invalid: a text is named where it is signed on paper.
    """
    case, said = step.thing, step.values
    step.values = {}
    if not is_electronic(case):
        if said["text"]:
            raise Invalid([FieldError("/text", _("This contract is signed on paper."))])
        counter = case.channel == Application.Channel.COUNTER
        step.record(data={"consent": PAPER} if counter else {})
        return
    text = contract_text(case)
    digest = text_digest(text)
    if said["text"] and said["text"] != digest:
        raise WrongState(_("The text of the contract is another one by now. Read it again."))
    by_code = case.office_id is not None or codes.has_signed(step.actor.party_id or 0, digest)
    consent = Contract.Consent.CODE if by_code else Contract.Consent.SESSION
    committed: dict[str, Any] = {
        "consent": consent.value,
        "contract": {"template": template_of(text), "sha256": digest},
    }
    at = step.record(data=committed)
    Contract.objects.create(
        application_id=case.pk, text=text, digest=digest, consent=consent, signed_at=at
    )


def enter_signature(step: Step[Application]) -> None:
    """Enter the contract that the customer has signed on paper at an appointment, which has taken
    place with it. The entry commits to the scanned paper and names the appointment.

    Raises:
        Invalid: nothing was scanned, or a file is not taken.
    """
    case = step.thing
    if not step.uploads:
        raise Invalid([FieldError("/files", _("Scan the contract that the customer has signed."))])
    signing = case.appointments.signing().get()
    paper = case.in_force(current(), city_now()).signed_papers()["sign_contract"]
    step.record(
        data={
            "represents": Holder.APPLICANT.value,
            "consent": PAPER,
            "appointment": signing.purpose,
            "begins_at": signing.begins_at.astimezone(CITY).isoformat(),
            "documents": keep_files(step, paper.code),
        }
    )
    signing.application = case
    APPOINTMENTS.move(signing, "record_held", step.actor, outcome="")
