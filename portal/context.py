"""What the frame of every page shows: the demonstration banner, navigation by role, the footer."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import kept
from accounts.models import User
from accounts.roles import (
    BUREAU_DESK,
    BUREAU_ROLES,
    COMPANY,
    COORDINATORS,
    COUNTER,
    EXPLAINERS,
    OVERSIGHT,
    STAFF,
    SUPERVISORS,
    SUPPLIERS,
    SUPPLY_DESK,
    Role,
)
from core.clock import city_now
from core.counting import Count
from core.demonstration import is_demonstration
from core.display import display_of
from core.links import address
from core.problems import Text
from core.templatetags.city import masked_phone
from desk.digest import READERS
from desk.queries import ROLES
from oversight.interruptions.workflow import COMPANY as INTERRUPTION_COMPANY
from oversight.orders import count_of, to_answer, to_decide
from oversight.task_ledger.owners import READERS as TASK_READERS
from publishing.permissions import kept_by
from reliability.outages.queries import READERS as OUTAGE_READERS
from reliability.who import OPERATORS

MOVED = timedelta(seconds=90)


def applies(user: User) -> bool:
    """Everybody is an applicant too; who works at a desk is shown that desk, not the customer's,
    but for counters, which apply for others."""
    return user.role_in(*COUNTER) is not None or user.role_in(*STAFF) is None


#: Those of some role, or of whom it is true.
Who = tuple[Role, ...] | Callable[[User], object]
#: What whoever is not signed in has of it.
OPEN: Final = frozenset({"applications:apply", "applications:progress", "disclosure:index"})


class Section(NamedTuple):
    """A list of work or a public page in the navigation; those of a group of which somebody has
    several stand under its name, beside one another."""

    who: Who
    label: Text
    name: str
    group: Text = ""


KEEPING: Final = pgettext_lazy("navigation", "Management")
WATCHING: Final = gettext_lazy("Oversight")
ASKING: Final = pgettext_lazy("navigation", "Requests")
POWER: Final = pgettext_lazy("navigation", "Power")
#: The navigation, from the desks' own pages to the public ones: for whom (empty: for everybody).
SECTIONS: Final = (
    Section(ROLES, gettext_lazy("To do"), "desk"),
    Section(SUPPLY_DESK, gettext_lazy("All cases"), "work:queue"),
    Section((*SUPPLIERS, Role.SUPPLY_LEAD), gettext_lazy("Grid"), "work-grid:elements"),
    Section(SUPPLIERS, gettext_lazy("Calendar"), "work-appointments:calendar"),
    Section(SUPPLIERS, gettext_lazy("Field work"), "field:today"),
    Section((Role.SUPPLY_LEAD,), gettext_lazy("Assignment"), "assignments:overview", KEEPING),
    Section(SUPPLIERS, gettext_lazy("Absences"), "assignments:absences", KEEPING),
    Section((Role.SUPPLY_LEAD,), gettext_lazy("Reconciliation"), "reconciliation:list", KEEPING),
    Section(COUNTER, gettext_lazy("Other cities"), "referrals:list", KEEPING),
    Section(kept_by, gettext_lazy("Publish"), "publish:index", KEEPING),
    Section(BUREAU_DESK, gettext_lazy("Permits"), "bureau:list"),
    Section(COORDINATORS, gettext_lazy("Sets of permits"), "bureau:sets"),
    Section(OVERSIGHT, gettext_lazy("Oversight"), "oversight:late", WATCHING),
    Section(SUPERVISORS, pgettext_lazy("signal", "Findings"), "oversight-signals:list", WATCHING),
    Section(EXPLAINERS, pgettext_lazy("signal", "Findings"), "signals:list", WATCHING),
    Section(SUPERVISORS, gettext_lazy("Orders"), "oversight-orders:list", WATCHING),
    Section(EXPLAINERS, gettext_lazy("Orders"), "orders:list", WATCHING),
    Section((Role.DISTRICT_LEAD,), gettext_lazy("Orders to the district"), "orders:list", WATCHING),
    Section(TASK_READERS, gettext_lazy("Task ledger"), "tasks:list", WATCHING),
    Section(SUPPLY_DESK, pgettext_lazy("enquiries", "Questions"), "enquiries:list", ASKING),
    Section(
        SUPERVISORS, pgettext_lazy("enquiries", "Questions"), "oversight-enquiries:list", ASKING
    ),
    Section(COMPANY, gettext_lazy("Complaints"), "complaints:list", ASKING),
    Section(SUPERVISORS, gettext_lazy("Complaints"), "oversight-complaints:list", ASKING),
    Section((Role.SUPPLY_LEAD,), gettext_lazy("Low ratings"), "follow-ups:list", ASKING),
    Section(
        (Role.REGULATOR, Role.LEAD_AGENCY),
        gettext_lazy("Low ratings"),
        "oversight-follow-ups:list",
        ASKING,
    ),
    Section(OUTAGE_READERS, gettext_lazy("Outages"), "work-outages:list", POWER),
    Section(
        OUTAGE_READERS,
        gettext_lazy("Faults suggested by monitoring"),
        "fault-suggestions:list",
        POWER,
    ),
    Section(OUTAGE_READERS, gettext_lazy("Repair crews"), "repair-crews:list", POWER),
    Section(OUTAGE_READERS, gettext_lazy("How long repairs took"), "work-outages:repairs", POWER),
    Section(OUTAGE_READERS, gettext_lazy("Patrols"), "patrols:list", POWER),
    Section(OUTAGE_READERS, gettext_lazy("Defects of the grid"), "defects:list", POWER),
    Section(OPERATORS, pgettext_lazy("public", "Reports"), "work-reports:list", POWER),
    Section(BUREAU_ROLES, pgettext_lazy("public", "Reports"), "bureau-reports:list", POWER),
    Section(SUPERVISORS, pgettext_lazy("public", "Reports"), "oversight-reports:list", POWER),
    Section(
        INTERRUPTION_COMPANY, gettext_lazy("Wrongful interruptions"), "interruptions:list", POWER
    ),
    Section(
        SUPERVISORS,
        gettext_lazy("Wrongful interruptions"),
        "oversight-interruptions:list",
        POWER,
    ),
    Section(SUPERVISORS, gettext_lazy("Orderly use"), "orderly:list", POWER),
    Section((Role.SUPPLY_LEAD,), gettext_lazy("Orderly use"), "work-orderly:list", POWER),
    Section((Role.ADMINISTRATOR,), gettext_lazy("People"), "accounts:people"),
    Section(applies, gettext_lazy("Apply"), "applications:apply"),
    Section(applies, gettext_lazy("My cases"), "applications:account"),
    Section(applies, gettext_lazy("Progress"), "applications:progress"),
    Section((), gettext_lazy("Public information"), "disclosure:index"),
)
#: Their labels say how many wait for this person.
ORDERS: Final = {"oversight-orders:list": to_decide, "orders:list": to_answer}


@cache
def release() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def uses(user: User, who: Who) -> bool:
    if callable(who):
        return bool(who(user))
    return not who or user.role_in(*who) is not None


def own_desk(user: User) -> str:
    """Return the name of the first list in a person's navigation: of work, or of the own cases."""
    lists = (each for each in SECTIONS if each.who and each.name != "applications:apply")
    return next((each.name for each in lists if uses(user, each.who)), "home")


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `current` on its section, `here` on exactly its page."""

    label: str
    url: str
    current: bool = False
    here: bool = False
    #: What its label says to wait, if anything does.
    waiting: Count | None = None
    #: Those of a group, of which it is the first.
    group: tuple["Entry", ...] = ()


def labelled(label: Text, waiting: Count | None) -> str:
    if not waiting:
        return str(label)
    return _("%(label)s (%(count)s)") % {"label": label, "count": waiting}


def grouped(label: Text, entries: Iterable[Entry]) -> Entry:
    """What stands in the navigation for some that belong together: one stands for itself."""
    found = tuple(entries)
    if len(found) == 1:
        return found[0]
    waiting = next((each.waiting for each in found if each.waiting), None)
    current, first = any(each.current for each in found), found[0]
    return Entry(labelled(label, waiting), first.url, current, first.here, waiting, found)


class Site:
    """Read by templates as `site`. Nothing is asked of the database before a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def version(self) -> str:
        return release()

    @cached_property
    def demonstration(self) -> bool:
        return is_demonstration()

    @cached_property
    def display(self) -> tuple[str, ...]:
        return display_of(self._request)

    @cached_property
    def city_now(self) -> datetime:
        """Read once a page."""
        return city_now()

    @property
    def clock_moved(self) -> bool:
        return abs(self.city_now - timezone.now()) > MOVED

    @cached_property
    def navigation(self) -> list[Entry]:
        user = self._user
        sections = [
            each for each in SECTIONS if (uses(user, each.who) if user else each.name in OPEN)
        ]
        # A group stands where its first one would.
        found: dict[Text, list[Section]] = {}
        for each in sections:
            found.setdefault(each.group or each.name, []).append(each)
        under = self._under([address(each.name) for each in sections])
        return [
            grouped(group, [self._entry(each, under) for each in several])
            for group, several in found.items()
        ]

    def _under(self, urls: Iterable[str]) -> str:
        """The section in which the page lies."""
        return max((url for url in urls if self._request.path.startswith(url)), key=len, default="")

    def _entry(self, section: Section, under: str) -> Entry:
        name, url = section.name, address(section.name)
        waiting = count_of(ORDERS[name](self._user)) if name in ORDERS else None
        label = labelled(section.label, waiting)
        return Entry(label, url, url == under, url == self._request.path, waiting)

    @property
    def beside(self) -> tuple[Entry, ...]:
        """The group in which the page lies."""
        return next((each.group for each in self.navigation if each.current), ())

    @cached_property
    def footer(self) -> list[Entry]:
        pages = (
            (_("Service standards"), "disclosure:standards"),
            (_("Fees"), "disclosure:fees"),
            (_("Open capacity"), "disclosure:capacity"),
            (_("Outages"), "disclosure:outages"),
            (_("Reliability"), "disclosure:reliability"),
            (_("The record"), "disclosure:record"),
            (_("Check a receipt"), "disclosure:record-check"),
            (_("Check a permit"), "permits:ask"),
        )
        return [Entry(label, address(name)) for label, name in pages]

    @cached_property
    def account(self) -> dict[str, str]:
        user = self._user
        if user is None:
            return {"sign_in": address("accounts:sign-in")}
        if not user.has_account:
            return {"name": masked_phone(user.phone), "sign_out": address("accounts:sign-out")}
        return {
            "name": user.name or user.username,
            "settings": address("accounts:settings"),
            "sign_out": address("accounts:sign-out"),
        }

    @property
    def has_digest(self) -> bool:
        return bool(self._user) and uses(self._user, READERS)

    @property
    def _user(self) -> Any:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": Site(request),
        "typed": SimpleLazyObject(lambda: kept.words_of(kept.typed(request))),
        "form_again": SimpleLazyObject(lambda: kept.page_of(request)),
    }
