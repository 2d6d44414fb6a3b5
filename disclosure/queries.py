from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.policies import queries as policies
from approvals.roads.closure import Closure
from core.clock import city_now, local_date
from core.problems import FieldError, Invalid
from publishing import queries as publishing
from publishing.models import InForce, Kind
from publishing.tables import table_of
from rules.city import city


def today() -> date:
    return local_date(city_now())


def rows(
    kind: str,
    *,
    district: str = "",
    words: str = "",
    on: date | None = None,
    closed: bool = False,
    element: str = "",
    bureau: str = "",
    permit: str = "",
) -> QuerySet[Any]:
    """The standing rows with what is computed of them; `words` narrows only outages, `on` only
    what is in force from one day to another, `closed` roads to those that may not be dug today,
    `element` capacity to one kind of element, `bureau` and `permit` policy documents."""
    table = table_of(kind)
    found = table.computes(publishing.rows_of(table))
    if district and table.by_district:
        found = found.filter(district=district)
    if words and kind == Kind.OUTAGES:
        found = found.filter(Q(area__icontains=words) | Q(number=words))
    if on and issubclass(table.model, InForce):
        found = publishing.in_force(found, on)
    if closed and kind == Kind.ROADS:
        found = found.filter(Closure.now().closed())
    if element and kind == Kind.CAPACITY:
        found = found.filter(kind=element)
    if kind == Kind.POLICIES:
        found = policies.narrowed(found, bureau=bureau, permit=permit)
    return found


def known_district(code: str) -> str:
    """Empty for every district. Raises Invalid where the city has none of this code."""
    if code and code not in {district.code for district in city().districts}:
        raise Invalid([FieldError("/district", _("There is no such district."))])
    return code


def hotlines() -> list[dict[str, str]]:
    """The hotlines, always all of them (plan 3(5)1)."""
    return [{"number": line.number, "name": str(line.name)} for line in city().hotlines]
