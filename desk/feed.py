"""What a module has for the one list: which of its things wait for a person, and how each reads."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, role_words
from core.forms import BodyForm
from core.problems import Text
from deadlines.timeleft import TimeLeft
from rules.city import city
from workflow.machine import Act
from workflow.run import Workflow


@dataclass(frozen=True, slots=True)
class Todo:
    """A row: what is asked of one person about one thing, and why of this one.

    Args:
        pk: of the thing; `version` as the person sees it.
        about: its kind, or what it is about.
        barred: why it is for somebody else of the same desk; empty for nearly all.
        act: the one act that can be taken of several at once: it takes the thing on and asks for
            nothing, or for the same of all (`Feed.form`).
    """

    pk: int
    url: str
    asked: str
    number: str
    about: str
    place: str
    reason: str
    since: datetime
    left: TimeLeft
    barred: str = ""
    act: str = ""
    version: int = 0

    def asking(self, label: str, *, url: str, act: str = "") -> "Todo":
        """The same thing, of which something else is asked, on another page."""
        return replace(self, asked=label, url=url, act=act)


@dataclass(frozen=True, slots=True)
class Asked:
    """One act that may be asked of somebody: its label, and the conditions under which it is; any
    will do, and each by itself is read in the order of an index, that of `by` and the id."""

    label: Text
    where: Sequence[Q]
    by: str = "runs_out"


class Feed(ABC):
    """One module's part of the list.

    `columns` are its columns by the filter that narrows them: what has no such column is not listed
    where that filter is used. `late` is the column by which it is late, if it ever is. `workflow`
    moves its things where acts are taken of several at once.
    """

    code: ClassVar[str]
    name: ClassVar[Text]
    roles: ClassVar[tuple[Role, ...]]
    columns: ClassVar[Mapping[str, str]] = {}
    late: ClassVar[str] = ""
    #: The column of the number by which people look for it.
    number: ClassVar[str] = "number"
    workflow: ClassVar[Workflow[Any] | None] = None

    @abstractmethod
    def streams(self, user: User) -> Iterable[QuerySet[Any]]:
        """What waits for the person, once or more; each with `runs_out`, and found in the order of
        `runs_out, id` by an index."""

    def acts(self) -> Mapping[str, Act]:
        """Those that can be taken of several at once, by name."""
        return {}

    def form(self, act: str, data: Any) -> BodyForm | None:
        """What such an act asks for, the same of all; None where it asks for nothing."""
        return None

    def readable(self, user: User) -> QuerySet[Any]:
        """What the person may read of it, waiting or not; of a feed with a workflow."""
        raise NotImplementedError

    @abstractmethod
    def asks(self) -> Mapping[str, Asked]:
        """What is asked, by the act's name."""

    def asked(self, user: User, act: str) -> Iterable[QuerySet[Any]]:
        """Of what waits for the person that of which one act is asked."""
        asked = self.asks()[act].where
        return [found.filter(where) for found in self.streams(user) for where in asked]

    @abstractmethod
    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        """In statements that do not grow with them; in any order."""


def by_place(found: QuerySet[Any], districts: set[str] | None) -> Iterable[QuerySet[Any]]:
    """A stream for each district, since no index has the order of several; None is all of them."""
    if districts is None:
        return [found]
    return [found.filter(district=code) for code in sorted(districts)]


def held_as(role: str | None, district: str) -> str:
    """Why a thing is somebody's: by which role, and where."""
    values = {"role": role_words(role or ""), "district": city().district(district).name}
    return _("You are %(role)s in %(district)s") % values
