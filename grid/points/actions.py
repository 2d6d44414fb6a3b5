"""Points of energised cases."""

from datetime import datetime
from uuid import UUID

from grid.models import Element
from grid.points.models import EnergisedPoint, Level

#: By the voltage that a case applied for.
LEVELS = {"low": Level.LOW, "high": Level.MEDIUM}


def add_energised(
    *,
    case_ref: UUID,
    meter: str,
    district: str,
    town: str,
    voltage: str,
    element: Element | None,
    at: datetime,
) -> None:
    """Count the customer of a case that has got its power, in the caller's transaction.

    A meter that an earlier case brought is that point still.

    Args:
        element: of which capacity was reserved; None: of none.
        at: the instant of the act's entry.
    """
    point = EnergisedPoint(
        case_ref=case_ref, code=meter, district=district, town=town, element=element,
        level=LEVELS[voltage], energised_at=at,
    )  # fmt: skip
    EnergisedPoint.objects.bulk_create([point], ignore_conflicts=True)
