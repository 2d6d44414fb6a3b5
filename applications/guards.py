"""What acts of a case wait for besides its state."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.states import State
from workflow.machine import Guard

#: What was taken in at a counter can be gone on with online; the other way is a new signature.
AT_COUNTER = Guard(
    lambda case: case.channel == "counter", _("This case is gone on with online already.")
)
ERASED: Final = _("Name, number, phone, address and files of this case have been erased.")
#: What is erased is not written anew.
NOT_ERASED = Guard(lambda case: case.ended_at is None or case.id_number != "", ERASED)
#: A counter's customer goes on online first: that takes the phone as it is.
ONLINE = Guard(
    lambda case: case.channel == "online",
    _("This case was taken in at a counter: go on with it online first."),
)
#: Once for the acceptance from then on, and once for all of it in the end, which closes both.
NOT_RATED = Guard(
    lambda case: (
        case.rating is None and (case.state == State.ENERGISED or case.acceptance_rating is None)
    ),
    _("The service was rated already."),
)
#: Only in front of the customer: else a manager could sign for anybody.
SIGNING = Guard(
    lambda case: case.state != State.COMPLETION_PASSED or case.appointments.signing().exists(),
    _("The contract is entered at an appointment for signing it, from its beginning on."),
)
