"""One act taken of several things at once: each is checked again and moved by itself, and reported.

No transaction spans two of them: what is refused stops none of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.decorators import person
from accounts.models import User
from core.clock import city_now
from core.form_token import once
from core.forms import refusal_words
from core.problems import FieldError, Invalid, Missing, Problem, QuotaReached
from core.reading import whole_number
from deadlines.sweep import settle
from desk.feed import Feed, Todo
from rules.limits import Quota, limits
from workflow.pages import step_words, steps_since, winner_words

#: Of the form: what is ticked, the act, and whether what it asks for is filled in.
ROW, ACT, FILLED = "row", "act", "filled"
NOTHING_TICKED: Final = _("Tick what you want to do it for first.")


class Ticked(NamedTuple):
    """A row as the person saw it."""

    pk: int
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row; `why` it was refused, and by whose act; empty where it is done."""

    number: str
    about: str
    url: str
    why: str = ""


def row_of(feed: Feed, row: Todo) -> str:
    """The value of a row's tick; empty where no act can be taken without its form."""
    return f"{feed.code}.{row.pk}.{row.version}" if row.act else ""


def acts_of_rows(rows: Sequence[tuple[Feed, Todo]]) -> dict[str, str]:
    """The acts that can be taken of any of them, each once: its name in the form, and its label."""
    return {
        f"{feed.code}.{row.act}": str(feed.acts()[row.act].label) for feed, row in rows if row.act
    }


class Asked(NamedTuple):
    """One act, by its name in its feed, of the rows that were ticked."""

    feed: Feed
    act: str
    ticked: Sequence[Ticked]

    @property
    def label(self) -> str:
        return str(self.feed.acts()[self.act].label)

    def rows(self, by: User) -> dict[int, Todo]:
        """Of what the person may read."""
        found = self.feed.readable(by).filter(pk__in=[one.pk for one in self.ticked])
        keys = list(found.values_list("pk", flat=True))
        return {row.pk: row for row in self.feed.rows(keys, by, city_now())}


def asked_of(request: HttpRequest, feeds: Sequence[Feed]) -> Asked:
    """What the form of the list says.

    Raises:
        Missing: there is no such act on the person's list.
        Invalid: nothing is ticked. QuotaReached: too much is.
    """
    code, _point, name = request.POST.get(ACT, "").partition(".")
    feed = next((each for each in feeds if each.code == code and name in each.acts()), None)
    if feed is None:
        raise Missing
    return Asked(feed, name, ticked_of(request.POST.getlist(ROW), feed))


def take_each(request: HttpRequest, asked: Asked, body: Mapping[str, Any]) -> list[Outcome]:
    """What became of each row; the `body` is the same for all."""
    by = person(request)
    things = asked.feed.readable(by).in_bulk([one.pk for one in asked.ticked])
    refused = {
        one.pk: take_one(request, asked, things[one.pk], one.version, body)
        for one in asked.ticked
        if one.pk in things
    }
    rows = asked.rows(by)
    gone = Outcome("–", "", "", str(Missing().detail))
    return [
        Outcome(row.number, row.about, row.url, refused[one.pk])
        if (row := rows.get(one.pk))
        else gone
        for one in asked.ticked
    ]


def ticked_of(values: Sequence[str], feed: Feed) -> list[Ticked]:
    """The rows of a feed that were ticked, each once; those of another module have other acts."""
    found = dict[int, Ticked]()
    for value in values:
        code, *numbers = value.split(".")
        read = [whole_number(number) for number in numbers]
        if code == feed.code and len(read) == len(Ticked._fields) and None not in read:
            one = Ticked(*(number or 0 for number in read))
            found[one.pk] = one
    if not found:
        raise Invalid([FieldError(f"/{ROW}", NOTHING_TICKED)])
    most = limits().quotas[Quota.ROWS]
    if len(found) > most:
        raise QuotaReached(_("At most %(most)s at once.") % {"most": most})
    return list(found.values())


def take_one(
    request: HttpRequest, asked: Asked, thing: Any, version: int, body: Mapping[str, Any]
) -> str:
    """Why the act was refused, and by whose; empty where it is taken. The same form sent again has
    the answer of the first."""
    workflow, by = asked.feed.workflow, person(request)
    assert workflow is not None

    def act() -> None:
        workflow.perform(thing, asked.act, by=by, version=version, body=dict(body))

    settle(workflow.ref(thing)[0])
    said = {ACT: asked.act, ROW: f"{asked.feed.code}.{thing.pk}.{version}", **body}
    try:
        once(request, said, act)
    except Problem as problem:
        unseen = steps_since(workflow, workflow.read_anew(thing), version)
        last = step_words(unseen[-1]) if unseen else ""
        reasons = [refusal_words(error) for error in problem.errors]
        why = " ".join(reasons) or str(problem.detail or problem.title)
        return " ".join(filter(None, [why, winner_words(problem) or last]))
    return ""
