"""Correcting what is kept of a case and is not what was applied for (PIPL 46): its phone number.

What changes the application itself, its place or load, is withdrawn and filed anew.
"""

from copy import copy
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from accounts.codes import taken_for
from accounts.models import User
from accounts.parties import PhoneCode
from applications.declaration import phone_digest
from applications.filing import declaration_digest
from applications.models import Application
from core.fields import blind_index
from core.identifiers import is_mobile
from core.problems import FieldError, Invalid
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from rules.delivery import Channel
from workflow.run import Step

#: The message to the phone before is given up after this long.
TOLD_WITHIN: Final = timedelta(days=1)


def signed_by(case: Application, phone: str) -> str:
    """What a code to a phone signs: that it becomes the phone of this case."""
    return blind_index(f"{case.ref}\0{phone}", "case phone").hex()


def correct_phone(step: Step[Application]) -> None:
    """Take a phone that has just shown itself for this case; the one before is told.

    The entry commits to the declaration as it is from now on, and as it was.

    Raises:
        Invalid: it has not shown itself, or is the number that the case has.
    """
    case, phone = step.thing, step.values["phone"]
    if phone == case.phone:
        raise Invalid([FieldError("/phone", _("This is the number that the case has."))])
    if not taken_for(PhoneCode.Purpose.PHONE, signed_by(case, phone)):
        reason = _("A number is taken with a code that was sent to it: on the page of the case.")
        raise Invalid([FieldError("/phone", reason)])
    before, old = declaration_digest(case), case.phone
    step.values = {"phone": phone, "phone_digest": phone_digest(phone)}
    corrected = copy(case)
    corrected.phone = phone
    data = {"corrected": "phone", "before": before, "declaration": declaration_digest(corrected)}
    step.record(data=data)
    if is_mobile(old) and is_open(Channel.SMS):
        send_code(
            Address(Channel.SMS, old),
            kind="case.phone_corrected",
            secret={},
            context={"number": case.number},
            lasts=TOLD_WITHIN,
            language=User.Language.ZH,
        )
