"""What the frame of every page shows: the demonstration banner, navigation by role, the footer."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _

from accounts.roles import BUREAU_DESK, LEADS, OVERSIGHT, SUPERVISORS, SUPPLY_DESK, Role
from core.clock import city_now
from core.demonstration import is_demonstration
from oversight.orders import waiting_for

MOVED = timedelta(seconds=90)


@cache
def release() -> str:
    """The version of pyproject.toml: written in one place."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


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
        """Whether this is a made-up city; then every page says so."""
        return is_demonstration()

    @cached_property
    def city_now(self) -> datetime:
        """The city's clock, read once a page."""
        return city_now()

    @property
    def clock_moved(self) -> bool:
        """Whether the demonstration's clock differs from the real one."""
        return abs(self.city_now - timezone.now()) > MOVED

    @cached_property
    def navigation(self) -> list[Entry]:
        """The entries for what this person may do, the public ones last."""
        sections = [(label, reverse(name)) for label, name in self._sections()]
        path = self._request.path
        under = max((url for _, url in sections if path.startswith(url)), key=len, default="")
        return [
            Entry(label, url, current=url == under, here=url == path) for label, url in sections
        ]

    @cached_property
    def footer(self) -> list[Entry]:
        """Public pages that everybody may look for at the foot of a page."""
        pages = (
            (_("Service standards"), "disclosure:standards"),
            (_("Fees"), "disclosure:fees"),
            (_("Open capacity"), "disclosure:capacity"),
            (_("Outages"), "disclosure:outages"),
            (_("Reliability"), "disclosure:reliability"),
            (_("The record"), "disclosure:record"),
            (_("Check a receipt"), "disclosure:record-check"),
        )
        return [Entry(label, reverse(name)) for label, name in pages]

    @cached_property
    def account(self) -> dict[str, str]:
        """Who is signed in, or where to sign in."""
        user = self._user
        if user is None:
            return {"sign_in": reverse("accounts:sign-in")}
        return {
            "name": user.name or user.username,
            "settings": reverse("accounts:settings"),
            "sign_out": reverse("accounts:sign-out"),
        }

    @property
    def _user(self) -> Any:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    def _sections(self) -> Iterator[tuple[str, str]]:
        user = self._user
        if user:
            if user.role_in(*SUPPLY_DESK):
                yield _("Work list"), "work:queue"
            if user.role_in(Role.SUPPLY_LEAD):
                yield _("Publish"), "publish:index"
            if user.role_in(*BUREAU_DESK):
                yield _("Permits"), "bureau:list"
            if user.role_in(*OVERSIGHT):
                yield _("Oversight"), "oversight:late"
            if user.role_in(*SUPERVISORS):
                yield _("Signals"), "oversight-signals:list"
            if user.role_in(*LEADS):
                yield _("Signals"), "signals:list"
            yield from self._orders(user)
            if user.role_in(Role.ADMINISTRATOR):
                yield _("People"), "accounts:people"
        yield _("Apply"), "applications:apply"
        if user:
            yield _("My cases"), "applications:account"
        yield _("Progress"), "applications:progress"
        yield _("Public information"), "disclosure:index"

    @staticmethod
    def _orders(user: Any) -> Iterator[tuple[str, str]]:
        """The orders of one's side, with how many wait for this person."""
        pages = (SUPERVISORS, "oversight-orders:list"), (LEADS, "orders:list")
        held = [name for roles, name in pages if user.role_in(*roles)]
        waiting = waiting_for(user) if held else 0
        label = _("Orders (%(count)s)") % {"count": waiting} if waiting else _("Orders")
        yield from ((label, name) for name in held)


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": SimpleLazyObject(lambda: Site(request))}
