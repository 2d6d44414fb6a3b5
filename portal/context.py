"""What the frame of every page shows: the demonstration banner, navigation by role, the footer."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

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
from core.demonstration import is_demonstration
from core.display import display_of
from core.links import address
from core.problems import Text
from core.templatetags.city import masked_phone
from desk.digest import READERS
from desk.queries import ROLES
from oversight.interruptions.workflow import COMPANY as INTERRUPTION_COMPANY
from oversight.orders import count_of, to_answer, to_decide
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
#: The navigation, from the desks' own pages to the public ones: for whom (empty: for everybody).
SECTIONS: Final[tuple[tuple[Who, Text, str], ...]] = (
    (ROLES, gettext_lazy("To do"), "desk"),
    (SUPPLY_DESK, gettext_lazy("All cases"), "work:queue"),
    ((*SUPPLIERS, Role.SUPPLY_LEAD), gettext_lazy("Grid"), "work-grid:elements"),
    (SUPPLIERS, gettext_lazy("Calendar"), "work-appointments:calendar"),
    (SUPPLIERS, gettext_lazy("Field work"), "field:today"),
    ((Role.SUPPLY_LEAD,), gettext_lazy("Assignment"), "assignments:overview"),
    (SUPPLIERS, gettext_lazy("Absences"), "assignments:absences"),
    ((Role.SUPPLY_LEAD,), gettext_lazy("Reconciliation"), "reconciliation:list"),
    (COUNTER, gettext_lazy("Other cities"), "referrals:list"),
    (kept_by, gettext_lazy("Publish"), "publish:index"),
    (BUREAU_DESK, gettext_lazy("Permits"), "bureau:list"),
    (COORDINATORS, gettext_lazy("Sets of permits"), "bureau:sets"),
    (OVERSIGHT, gettext_lazy("Oversight"), "oversight:late"),
    (SUPERVISORS, pgettext_lazy("signal", "Findings"), "oversight-signals:list"),
    (EXPLAINERS, pgettext_lazy("signal", "Findings"), "signals:list"),
    (SUPERVISORS, gettext_lazy("Orders"), "oversight-orders:list"),
    (EXPLAINERS, gettext_lazy("Orders"), "orders:list"),
    ((Role.DISTRICT_LEAD,), gettext_lazy("Orders to the district"), "orders:list"),
    (SUPPLY_DESK, pgettext_lazy("enquiries", "Questions"), "enquiries:list"),
    (SUPERVISORS, pgettext_lazy("enquiries", "Questions"), "oversight-enquiries:list"),
    (COMPANY, gettext_lazy("Complaints"), "complaints:list"),
    (SUPERVISORS, gettext_lazy("Complaints"), "oversight-complaints:list"),
    (INTERRUPTION_COMPANY, gettext_lazy("Wrongful interruptions"), "interruptions:list"),
    (SUPERVISORS, gettext_lazy("Wrongful interruptions"), "oversight-interruptions:list"),
    (SUPERVISORS, gettext_lazy("Orderly use"), "orderly:list"),
    ((Role.SUPPLY_LEAD,), gettext_lazy("Orderly use"), "work-orderly:list"),
    (OPERATORS, pgettext_lazy("public", "Reports"), "work-reports:list"),
    (BUREAU_ROLES, pgettext_lazy("public", "Reports"), "bureau-reports:list"),
    (SUPERVISORS, pgettext_lazy("public", "Reports"), "oversight-reports:list"),
    ((Role.SUPPLY_LEAD,), gettext_lazy("Low ratings"), "follow-ups:list"),
    (
        (Role.REGULATOR, Role.LEAD_AGENCY),
        gettext_lazy("Low ratings"),
        "oversight-follow-ups:list",
    ),
    (OUTAGE_READERS, gettext_lazy("Outages"), "work-outages:list"),
    ((Role.ADMINISTRATOR,), gettext_lazy("People"), "accounts:people"),
    (applies, gettext_lazy("Apply"), "applications:apply"),
    (applies, gettext_lazy("My cases"), "applications:account"),
    (applies, gettext_lazy("Progress"), "applications:progress"),
    ((), gettext_lazy("Public information"), "disclosure:index"),
)
#: What lies elsewhere and belongs to the section of the outages.
OUTAGES: Final = (
    "repair-crews:list", "patrols:list", "defects:list", "fault-suggestions:list",
    "work-monitoring-unclear",
)  # fmt: skip
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
    lists = (each for each in SECTIONS if each[0] and each[2] != "applications:apply")
    return next((name for roles, _words, name in lists if uses(user, roles)), "home")


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `current` on its section, `here` on exactly its page."""

    label: str
    url: str
    current: bool = False
    here: bool = False


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
        user, path, sections = self._user, self._request.path, []
        for roles, label, name in SECTIONS:
            if not (uses(user, roles) if user else name in OPEN):
                continue
            waiting = count_of(ORDERS[name](user)) if name in ORDERS else 0
            said = str(label)
            if waiting:
                said = _("%(label)s (%(count)s)") % {"label": label, "count": waiting}
            sections.append((said, address(name)))
        places = {url: url for _, url in sections}
        places |= {address(name): address("work-outages:list") for name in OUTAGES}
        under = max((place for place in places if path.startswith(place)), key=len, default="")
        return [
            Entry(label, url, current=url == places.get(under), here=url == path)
            for label, url in sections
        ]

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
