"""Sending a code to a phone, counted against every limit, with what it is for."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language

from accounts import codes, limits
from accounts.models import User
from accounts.parties import Contact, PhoneCode
from notifications.addresses import Address
from notifications.outbox import send_code
from rules.delivery import Channel
from rules.limits import Meter

#: The message that says what a code is for.
KINDS: Final = {
    PhoneCode.Purpose.VISIT: "contact.code_sent",
    PhoneCode.Purpose.PASSWORD: "account.code_sent",
    PhoneCode.Purpose.PROGRESS: "contact.code_sent",
    PhoneCode.Purpose.CONTRACT: "contract.code_sent",
    PhoneCode.Purpose.SIGN_IN: "account.sign_in_code_sent",
    PhoneCode.Purpose.CONSENT: "referral.consent_code_sent",
    PhoneCode.Purpose.OFFICE: "referral.office_code_sent",
    PhoneCode.Purpose.PHONE: "case.phone_code_sent",
    PhoneCode.Purpose.MANDATE: "mandate.code_sent",
    PhoneCode.Purpose.OFFER: "contact.code_sent",
    PhoneCode.Purpose.CLOSE: "account.closing_code_sent",
    PhoneCode.Purpose.DECISION: "case.decision_code_sent",
    PhoneCode.Purpose.OPINION: "opinion.code_sent",
}


def issue(
    client: str,
    number: str,
    contact: Contact | None = None,
    *,
    purpose: PhoneCode.Purpose,
    signs: str = "",
    context: Mapping[str, Any] | None = None,
    language: str = "",
) -> int:
    """Send a code, counted against every limit, and return its id.

    Args:
        client: whoever asks.
        context: what its message says besides.
        language: of the message; empty: that of the page.

    Raises:
        TooMany: a limit is reached.
        Busy: nobody carries SMS.
    """
    whom = (number,) if contact is None else ("contact", contact.pk)
    limits.spend(Meter.CODE_ADDRESS, client)
    limits.spend(Meter.CODE_PAUSE, *whom)
    limits.spend(Meter.CODE_PAIR, client, *whom)
    limits.spend(Meter.CODE_PHONE, *whom)
    limits.spend(Meter.CODE_SITE)
    row, code = codes.make(purpose, number, contact, signs)
    send_code(
        Address(Channel.SMS, number),
        kind=KINDS[purpose],
        secret={"code": code},
        context=context,
        lasts=codes.life(),
        language=language or get_language() or User.Language.ZH,
    )
    return row.pk
