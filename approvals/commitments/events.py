"""What happens to a permit after it was granted on a commitment."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from approvals.workflow import DECIDING, REGULATOR
from core.events import Event, Message

EVENTS: Final = (
    Event(
        "permit.checked_afterwards", _("Checked afterwards by the bureau"),
        message=Message(
            _("Case %(number)s: a commitment was checked afterwards"),
            _("%(bureau)s has checked whether the conditions are kept (%(what)s). The page of the "
              "permit shows what it found."),
            to=["company"],
        ),
    ),
    # No entry of its own: the breach of the clock is.
    Event(
        "permit.check_late", _("Check afterwards is late"), receipt=False,
        message=Message(
            _("Case %(number)s: a check afterwards is late"),
            _("The last day of a check has passed and nothing is entered (%(what)s, %(bureau)s)."),
            to=[DECIDING, REGULATOR],
        ),
    ),
    Event(
        "permit.revoked", _("Permit revoked"),
        message=Message(
            _("Case %(number)s: a permit was revoked"),
            _("%(bureau)s found that a commitment was not kept and has revoked the permit "
              "(%(what)s). Reason and clause stand with the permit. Works that need it must not go "
              "on. What can be done against the decision: %(remedies)s."),
            to=["company", "applicant", REGULATOR],
        ),
    ),
)  # fmt: skip
