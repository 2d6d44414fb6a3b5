"""Who is told of a step that asks something of the supply company, in the step's transaction.

Officers are not sent a message for each permit: their list is their home page, and a permit
stands in it at the moment of its receipt.
"""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import SUPPLIERS
from approvals.models import Permit
from approvals.states import STEP_TYPES
from notifications import outbox
from notifications.texts import Context, Wording, register, register_link

SUBJECT: Final = "permit"
#: Steps after which the supply company has something to read or to do.
TOLD: Final = frozenset({"request_supplement", "exclude_time", "refuse"})


def tell(permit: Permit, action: str) -> None:
    """Leave a message for the managers of the permit's district, if the step asks for one.

    A grant is worth one only where it has conditions.
    """
    if action not in TOLD and not (action == "grant" and permit.conditions):
        return
    people = {person for role in SUPPLIERS for person in holders(role, district=permit.district)}
    outbox.put(
        kind=STEP_TYPES[action],
        subject_kind=SUBJECT,
        subject_id=permit.pk,
        case_ref=permit.case_ref,
        version=permit.version,
        recipients=people,
        context={"number": permit.line_works.application, "permit": permit.permit},
    )


def wire() -> None:
    """Say what messages about permits say, and where they lead."""
    register_link(SUBJECT, _link)
    register(
        STEP_TYPES["exclude_time"],
        Wording(
            _("Case %(number)s: a review is suspended by law"),
            _("The permit page shows the ground and how long it is expected to take."),
        ),
    )


def _link(subject_id: int, context: Context) -> str:
    return reverse("work:permit", args=[subject_id])
