"""A case and its permits are one aggregate under one lock. `approvals` knows the case by its
reference only; what it asks of it is here, and `applications` fills it in when it is ready.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from core.problems import Text

if TYPE_CHECKING:
    from approvals.models import Permit


@dataclass(frozen=True, slots=True)
class Face:
    """The street of a case, without the house, and its applicant, masked."""

    street: str
    applicant: str


class Cases(Protocol):
    """Called inside the step's transaction and under its lock."""

    def own(self, user: User) -> QuerySet[Any, Any]:
        """The references of the person's own cases, as a queryset of one column."""

    def faces(self, case_refs: Collection[UUID]) -> Mapping[UUID, Face]:
        """By which people know cases on a list; one query."""

    def address(self, case_ref: UUID) -> str:
        """Where the line leads, in full: for those who look at its package."""

    def concerns(self, case_ref: UUID, user: User) -> bool:
        """Whether it is the person's own case: nobody decides or processes that."""

    def concerned(self, case_refs: Collection[UUID], user: User) -> Collection[UUID]:
        """Those that are the person's own; one query."""

    def left(self, case_refs: Collection[UUID], user: User) -> Mapping[UUID, Text]:
        """Those whose permits somebody of the supply company leaves to whoever has the case, with
        what is said of it; one query."""

    def applicants(self, case_ref: UUID) -> list[int]:
        """The ids of those who are told as the applicant."""

    def follow(self, case_ref: UUID, at: datetime, *, bureau_has_it: bool) -> None:
        """Give the case to the government or back to the supply company, as its permits say."""

    def join(self, case_ref: UUID, *, refused: bool) -> None:
        """Move the case on: the last permit of its round is decided."""

    def permit_revoked(self, permit: "Permit") -> None:
        """Take the case back to a changed line where the works have not gone further."""

    def time_excluded(self, permit: "Permit", said: Mapping[str, Any]) -> None:
        """Tell the applicant the ground and the expected length (行政许可法 45)."""


class _Seam:
    cases: Cases


seam = _Seam()


class OfCase:
    """What has the `case_ref` of a case: whose it is, asked once for each row that was read."""

    case_ref: UUID

    def concerns(self, user: User) -> bool:
        """Whether its case is the person's own."""
        known: dict[int, bool] = self.__dict__.setdefault("_concerned", {})
        if user.pk not in known:
            known[user.pk] = seam.cases.concerns(self.case_ref, user)
        return known[user.pk]

    def left_by(self, user: User) -> Text | None:
        """Why somebody of the supply company leaves it to somebody else."""
        known: dict[int, Text | None] = self.__dict__.setdefault("_left", {})
        if user.pk not in known:
            known[user.pk] = seam.cases.left({self.case_ref}, user).get(self.case_ref)
        return known[user.pk]

    def is_known(self, user: User, *, concerns: bool, left: Text | None) -> None:
        """For a list, which asks once for all its rows; see `concerns`, `left_by`."""
        self.__dict__.setdefault("_concerned", {})[user.pk] = concerns
        self.__dict__.setdefault("_left", {})[user.pk] = left
