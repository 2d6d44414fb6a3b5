"""What is late now and tomorrow, and what was done in time and late: cases by kind, step and
district, permits by bureau, permit and district. Each figure counts one list (`lists`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from applications.states import ENDED, State
from core.counting import Count, Each, counted_each
from oversight import lists
from oversight.late import within
from oversight.lists import DONE_LATE, IN_TIME, LATE, TOMORROW, Span
from rules.city import city

#: In the order of the columns.
COUNTED: Final = (LATE, TOMORROW, IN_TIME, DONE_LATE)
OPEN_STATES: Final = tuple(state.value for state in State if state not in {State.DRAFT, *ENDED})


@dataclass(frozen=True, slots=True)
class Line:
    """Of one kind, step, bureau, permit or district, by what is counted; what it cannot have, as
    an open step something done, is left out."""

    code: str
    counts: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class Figures:
    """By what they are counted by: the names of filters of the two lists."""

    span: Span
    cases: Mapping[str, Sequence[Line]]
    permits: Mapping[str, Sequence[Line]]


def figures(districts: set[str] | None, *, district: str = "", days: str = "") -> Figures:
    """Those of now, in six statements; None means every district.

    Args:
        district: the only one, where one is asked for.
        days: of how many days what is done is counted (`homes.PERIODS`).
    """
    here, span = within(districts, district), lists.span_of(days)
    places = [each.code for each in city().districts if here is None or each.code in here]
    averaged = lists.averaged_kinds()
    cases = {
        name: lists.CASES[name](lists.cases_of(here), span).order_by(*lists.CASES_IN_ORDER[name])
        for name in COUNTED
    }
    permits = {
        name: lists.PERMITS[name](lists.permits_of(here), span).order_by(
            *lists.PERMITS_IN_ORDER[name]
        )
        for name in COUNTED
    }
    still_open = {name: cases[name] for name in (LATE, TOMORROW)}
    kinds = [each.code for each in city().kinds if each.code not in averaged]
    return Figures(
        span,
        {
            "kind": lines(kinds, "kind", cases),
            "state": lines(OPEN_STATES, "state", still_open),
            "district": lines(places, "district", cases),
        },
        {
            "bureau": lines([each.code for each in city().bureaus], "bureau", permits),
            "permit": lines([each.code for each in city().permits], "permit", permits),
            "district": lines(places, "district", permits),
        },
    )


def lines(codes: Sequence[str], column: str, found: Mapping[str, QuerySet[Any]]) -> list[Line]:
    """One statement."""
    narrowed = {name: rows.filter(**{column: Each()}) for name, rows in found.items()}
    counts = counted_each(codes, narrowed)
    return [Line(code, {name: counts[code, name] for name in found}) for code in codes]
