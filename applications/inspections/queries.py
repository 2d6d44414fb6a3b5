"""What was found in a case, of which document, and what the next round looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from applications.inspections.models import Inspection, ItemResult
from core.clock import city_now
from rules.names import Stage

if TYPE_CHECKING:
    from applications.models import Application

#: What begins the code of a finding that no item of the list names.
OTHER: Final = "other-"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a stage. `requirement` is the document that shows it, empty where it is seen on
    site; `last` is what the last round that looked at it said, None where none has."""

    code: str
    name: str
    requirement: str
    last: ItemResult | None

    @property
    def is_open(self) -> bool:
        """Whether the next round looks at it."""
        return self.last is None or self.last.result == ItemResult.Result.NOT_MET


def rounds_of(case: "Application") -> list[Inspection]:
    """Return every round of a case with its results, oldest first; two statements."""
    results = Prefetch("results", ItemResult.objects.order_by("id"))
    found = Inspection.objects.filter(application=case.pk).order_by("id")
    return list(found.prefetch_related(results))


def items_of(case: "Application", stage: str, rounds: Iterable[Inspection]) -> list[Item]:
    """Return the items of a stage: those of the list in its order, then what was found besides.

    Args:
        rounds: every round of the case, oldest first.
    """
    listed = {item.code: item for item in case.rules(city_now()).inspection(case.kind, stage)}
    said = {
        result.item: result for one in rounds if one.stage == stage for result in one.results.all()
    }
    return [
        Item(
            code=code,
            name=str(listed[code].name) if code in listed else other_name(code),
            requirement=listed[code].requirement if code in listed else "",
            last=said.get(code),
        )
        for code in dict.fromkeys([*listed, *said])
    ]


def other_name(code: str) -> str:
    return _("Found besides, no. %(number)s") % {"number": code.removeprefix(OTHER)}


def found_since(case: "Application") -> dict[str, datetime]:
    """Return by document when it was last found not in order: only a file since then meets it. A
    design that came back with findings of no item came back whole."""
    since: dict[str, datetime] = {}
    policy = case.rules(city_now())
    for one in (one for one in rounds_of(case) if not one.passed):
        shown_by = {item.code: item.requirement for item in policy.inspection(case.kind, one.stage)}
        not_met = (row for row in one.results.all() if row.result == ItemResult.Result.NOT_MET)
        concerned = {shown_by.get(row.item, "") for row in not_met} - {""}
        if not concerned and one.stage == Stage.DESIGN_REVIEW:
            concerned = {need.code for need in case.checklist(one.stage)}
        since.update(dict.fromkeys(concerned, one.at))
    return since
