"""The head of a case, the same for everyone who may see it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applications.custody import custody_of
from applications.models import Application
from applications.queries import may_see, wanted_of
from applications.states import Holder, State
from applications.who import as_reader, takes
from applications.wording import doing, kind_words, place_words
from core.clock import city_now
from core.templatetags.city import calendar_days, due_day, short_day, working_days
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, times_left
from deadlines.timeline import Timeline
from ledger import queries as record
from ledger.queries import Event
from rules.city import city
from workflow.machine import state_words, turn_of

TAG_TONES = {State.ENERGISED: "success", State.WITHDRAWN: "", State.CLOSED: ""}


@dataclass(frozen=True, slots=True)
class Tag:
    """A word about the case; `tone` as in components/tag.html."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock as components/clock.html draws it."""

    title: str
    lines: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """What `components/case_header.html` draws, read at `now`; `events` are oldest first, `limits`
    what is explained in `clocks`."""

    number: str
    kind: str
    place: str
    holder: str
    sentence: str
    tags: list[Tag]
    timeline: Timeline
    clocks: list[Explained]
    left: TimeLeft
    now: datetime
    events: list[Event] = field(default_factory=list)
    limits: list[Clock] = field(default_factory=list)


def header(case: Application, user: User | None) -> CaseHeader:
    """Return the head; its address line is for who may see the case, never on the progress page."""
    now = city_now()
    left = times_left([case.ref], now)[case.ref]
    events = record.timeline(case.ref)
    wanted = wanted_of(case)
    turn = turn_in(case, user, wanted) if user else ""
    clocks = list(Clock.objects.filter(case_ref=case.ref).order_by("limit_days", "id"))
    return CaseHeader(
        number=case.number,
        kind=kind_words(case.kind),
        place=place_words(case, line=bool(user and may_see(case, user))),
        holder=case.holder,
        sentence=sentence(case, left, now, turn=turn, wanted=wanted),
        tags=tags(case, left),
        timeline=custody_of(case, events, clocks, now, earlier=user is not None),
        clocks=list(explained(clocks, now)),
        left=left,
        now=now,
        events=events,
        limits=clocks,
    )


def turn_in(case: Application, user: User, wanted: str) -> str:
    """Return the act that it is this person's turn to take, or what a permit `wanted` of the
    company; empty where it is others' turn, as at a counter as long as the customer is asked."""
    if wanted:
        return wanted if takes(Role.PROJECT, case, user) else ""
    if case.holder == Holder.APPLICANT and as_reader(case, user) != Role.APPLICANT:
        return ""
    return turn_of(type(case.workflow()), case, user)


def sentence(
    case: Application, left: TimeLeft, now: datetime, *, turn: str = "", wanted: str = ""
) -> str:
    """Say who does what and until when; whose turn it is, is asked in the second person."""
    if case.ended_at:
        return ended_words(case, left)
    values = {
        "doing": doing(case, turn=turn, wanted=wanted),
        "day": due_day(left.due_on),
        "left": working_days(left.left),
    }
    if left.late and left.due_on is None:
        text = _("%(doing)s; the limit has passed.")
    elif left.late:
        values |= {"day": short_day(left.due_on), "late": calendar_days(left.days_late)}
        text = _("%(doing)s; the last day was %(day)s: %(late)s late.")
    elif left.past_target:
        values["day"] = short_day(left.due_on)
        text = _("%(doing)s; the target day, %(day)s, has passed.")
    elif left.limit is None:
        text = _("%(doing)s.")
    elif left.due_on is None:
        text = _("%(doing)s; the supply company's time stands still, %(left)s of it are left.")
    elif not left.left:
        text = _("%(doing)s; today is the last day, %(day)s.")
    elif left.target:
        text = _("%(doing)s; %(left)s to the target day, %(day)s.")
    else:
        text = _("%(doing)s; %(left)s left, %(day)s.")
    return text % values


def ended_words(case: Application, left: TimeLeft) -> str:
    values = {"day": short_day(case.ended_at), "used": working_days(left.used)}
    if case.state == State.WITHDRAWN:
        return _("Withdrawn on %(day)s.") % values
    if case.state == State.CLOSED:
        return _("Closed on %(day)s: nothing came from the applicant.") % values
    if left.limit is None:
        return _("The power is on since %(day)s.") % values
    values["limit"] = working_days(left.limit)
    text = _("The power is on since %(day)s, after %(used)s; the limit is %(limit)s.")
    if left.target:
        text = _(
            "The power is on since %(day)s, after %(used)s; the target is %(limit)s on average."
        )
    return text % values


def tags(case: Application, left: TimeLeft) -> list[Tag]:
    found = [Tag(state_words(case), TAG_TONES.get(State(case.state), "primary"))]
    if case.channel == Application.Channel.COUNTER:
        found.append(Tag(_("Filed at a counter")))
    if case.continues_id:
        found.append(Tag(_("Continues an earlier filing")))
    if left.late and left.step:
        name = city().step_names[left.step]
        found.append(Tag(_("Late in step “%(step)s”") % {"step": name}, "danger"))
    elif left.late:
        found.append(Tag(_("Late"), "danger"))
    if left.past_target:
        found.append(Tag(_("Target day passed"), "warning"))
    if left.provisional:
        found.append(Tag(_("Provisional last day"), "warning"))
    return found


def explained(clocks: Iterable[Clock], now: datetime) -> Iterator[Explained]:
    for clock in clocks:
        if clock.part is not None:
            continue
        found = explain(clock, now)
        title = _("How this is counted: %(name)s") % {"name": found.name}
        if clock.limit_days is not None:
            values = {"name": found.name, "days": working_days(clock.limit_days)}
            title = _("How this is counted: %(name)s, %(days)s") % values
        yield Explained(title, [{"kind": line.kind, "text": line.text} for line in found.lines])
