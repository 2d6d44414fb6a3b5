"""What is wrong with a bill, and what of it was changed, in words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from core.problems import Text

#: By the word of `money.providers.interface.BillWrong`; the last one is of a file that was changed.
WORDS: Final[Mapping[str, Text]] = {
    "link": _("The provider does not say where the file lies, or what its digest is."),
    "digest": _("It is not the file whose digest the provider has signed."),
    "text": _("The file cannot be read as text."),
    "shape": _("It has no head, or no sums at its end."),
    "columns": _("Columns or sums are missing: %(names)s."),
    "width": _("Row %(row)s has %(said)s columns instead of %(wanted)s."),
    "sum": _("%(name)s is %(said)s, but its rows come to %(wanted)s (amounts in fen)."),
    "amount": _("An amount cannot be read (%(where)s)."),
    "time": _("The time of row %(row)s cannot be read."),
    "day": _("Row %(row)s is of another day."),
    "merchant": _("Row %(row)s is of another merchant or currency."),
    "kind": _("Row %(row)s is neither a payment nor a refund."),
    "number": _("Row %(row)s has no number."),
    "changed": _("The digest of the file began with %(old)s and begins with %(new)s now."),
}


def sentence(said: Mapping[str, Any]) -> str:
    """Empty where nothing is said."""
    words = WORDS.get(str(said.get("why", "")))
    return str(words) % said if words else ""
