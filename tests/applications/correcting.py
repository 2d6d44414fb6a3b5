"""What the tests of corrections share."""

from django.utils import timezone

from accounts.codes import make
from accounts.parties import PhoneCode
from applications.correction import signed_by
from applications.models import Application

OTHER = "13912340007"


def show_phone(case: Application, phone: str = OTHER) -> None:
    """A phone shows itself for a case, as by its code on the page."""
    row, _code = make(PhoneCode.Purpose.PHONE, phone, signs=signed_by(case, phone))
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
