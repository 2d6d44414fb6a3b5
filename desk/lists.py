"""The lists whose filters can be saved: whose each is, and what it can be narrowed by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import (
    BUREAU_DESK,
    BUREAU_ROLES,
    COORDINATORS,
    EXPLAINERS,
    LEADS,
    OVERSIGHT,
    SUPERVISORS,
    Role,
)
from applications.models import Application
from approvals.commitments.filters import ChecksFilter
from approvals.commitments.models import Commitment
from approvals.filters import DeskFilter
from approvals.models import Permit
from approvals.queries import bureaus_listed
from approvals.sets import SetFilter
from core.filters import FilterForm
from core.problems import Text
from deadlines.models import Clock
from desk.filters import TodoFilter
from desk.queries import ROLES as TODO_ROLES
from oversight.filters import (
    LateFilter,
    OwnFindings,
    OwnOrders,
    WatchedFindings,
    WatchedOrders,
)
from oversight.lists import WatchedCases, WatchedPermits
from oversight.models import Finding, RectificationOrder
from reliability.outages.filters import ListFilter as OutagesFilter
from reliability.outages.models import Outage
from reliability.outages.queries import READERS as OUTAGE_READERS
from rules.city import city


@dataclass(frozen=True, slots=True)
class FilteredList:
    """`form`: the filters of its page as somebody opens it, from an address."""

    name: Text
    roles: tuple[Role, ...]
    form: Callable[[QueryDict, User], FilterForm]


def _of(filters: Any, model: Any, **more: Callable[[User], Any]) -> Any:
    """The form of a FilterSet; `more`: what it is to be told of the person."""
    return lambda data, user: (
        filters(data, model.objects.none(), **{name: of(user) for name, of in more.items()}).form
    )


#: By the name of the list's page.
LISTS: Final[Mapping[str, FilteredList]] = {
    "desk": FilteredList(_("To do"), TODO_ROLES, TodoFilter),
    "bureau:list": FilteredList(
        _("Permits"), BUREAU_DESK, _of(DeskFilter, Permit, bureaus=bureaus_listed)
    ),
    "bureau:checks": FilteredList(
        _("Checks of commitments afterwards"),
        (*BUREAU_ROLES, Role.DIGITAL),
        _of(ChecksFilter, Commitment, bureaus=bureaus_listed),
    ),
    "bureau:sets": FilteredList(_("Sets of permits"), COORDINATORS, _of(SetFilter, Clock)),
    "oversight:late": FilteredList(
        _("What is late"), OVERSIGHT, lambda data, _user: LateFilter(data, None).form
    ),
    "oversight:cases": FilteredList(_("All cases"), OVERSIGHT, _of(WatchedCases, Application)),
    "oversight:permits": FilteredList(_("All permits"), OVERSIGHT, _of(WatchedPermits, Permit)),
    "oversight:checks": FilteredList(
        _("Oversight of checks of commitments"),
        OVERSIGHT,
        _of(ChecksFilter, Commitment, bureaus=lambda _user: len(city().bureaus)),
    ),
    "oversight-orders:list": FilteredList(
        _("Orders to put right"), SUPERVISORS, _of(WatchedOrders, RectificationOrder)
    ),
    "oversight-signals:list": FilteredList(
        _("Findings of work outside the system"), SUPERVISORS, _of(WatchedFindings, Finding)
    ),
    "orders:list": FilteredList(_("Orders to us"), LEADS, _of(OwnOrders, RectificationOrder)),
    "work-outages:list": FilteredList(_("Outages"), OUTAGE_READERS, _of(OutagesFilter, Outage)),
    "signals:list": FilteredList(_("Findings to explain"), EXPLAINERS, _of(OwnFindings, Finding)),
}
#: Who has a list whose filters can be saved.
ROLES: Final = tuple(dict.fromkeys(role for each in LISTS.values() for role in each.roles))


def lists_of(user: User) -> list[str]:
    return [name for name, each in LISTS.items() if user.role_in(*each.roles) is not None]
