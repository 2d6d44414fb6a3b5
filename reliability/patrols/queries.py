"""Reads of patrols and defects."""

from django.db.models import QuerySet

from accounts.models import User
from core.identifiers import plain
from reliability.patrols.filters import OPEN
from reliability.patrols.models import Defect, Patrol
from reliability.records import at_desk


def patrols(user: User) -> QuerySet[Patrol]:
    """Of the desk of somebody, with their elements as they stand."""
    return at_desk(Patrol, user).select_related("element__row")


def defects(user: User) -> QuerySet[Defect]:
    return at_desk(Defect, user).select_related("element__row", "patrol")


def open_defect(number: str) -> Defect | None:
    """One that is not mended, by its number."""
    return Defect.objects.select_related("element").filter(OPEN, number=plain(number)).first()
