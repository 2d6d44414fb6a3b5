"""What outages ask of the cases whose works need them; `applications` fills it in."""

from typing import Protocol
from uuid import UUID

from accounts.models import User


class Cases(Protocol):
    def case_of(self, number: str, user: User) -> tuple[str, UUID]:
        """The number, in its one spelling, and the reference of a case that the person may see.

        Raises:
            Invalid: there is none.
        """


class _Seam:
    cases: Cases


seam = _Seam()
