"""A clock, explained line by line: the same words for applicant, bureau and inspector."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.clock import CITY, local_date
from core.templatetags.city import working_days
from deadlines.models import Clock, Recalculation
from deadlines.queries import days_in, intervals_of
from ledger.models import Entry
from rules.calendar import DayOff, NoticedDay
from rules.city import city
from rules.files import Clause, Words
from rules.registry import calendar

KIND_NAMES: dict[str, str | Promise] = {
    "whole_process": gettext_lazy("Whole process"),
    "handling": gettext_lazy("Total handling time"),
    "intake": gettext_lazy("Acceptance or one request for what is missing"),
    "review": gettext_lazy("Decision of the bureau"),
    "instant": gettext_lazy("Decision on the spot"),
    "set": gettext_lazy("The whole set of permits"),
    "rectification": gettext_lazy("Putting right what an order names"),
    "follow_up": gettext_lazy("Follow-up of a low rating"),
    "enquiry": gettext_lazy("Answer to a question"),
    "step": gettext_lazy("Limit of a step"),
    "check": gettext_lazy("Check of a commitment afterwards"),
    "complaint": gettext_lazy("Decision on a complaint about a charge"),
    "interruption": gettext_lazy("Decision on a complaint about an interruption"),
    "report": gettext_lazy("Answer to a report from the public"),
}


#: The kinds of lines, as programs are told.
LINES: Final = (
    "started", "continued", "ran", "not_counted", "made_up", "stood_still", "waiting", "ended",
    "no_limit", "limit", "target", "due", "recounted", "late", "will_not_count", "will_count",
)  # fmt: skip
#: Why a clock stood still: by the step that paused the clock of a permit or an order,
PAUSED_BY: Final = {
    "permit.supplement_requested": gettext_lazy(": papers were asked for"),
    "permit.time_excluded": gettext_lazy(": this time is left out by law"),
    "order.answered": gettext_lazy(": the answer was with the regulator"),
}
#: or by who holds the case from that instant on.
PAUSED_FOR: Final = {
    "applicant": gettext_lazy(": the applicant had the next move"),
    "government": gettext_lazy(": the bureaus had the case"),
}


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    text: str
    at: datetime | None = None
    clause: str = ""
    dates: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    kind: str
    name: str
    lines: list[Line]
    rules_version: str
    calendar_version: str
    part: UUID | None = None

    @property
    def text(self) -> str:
        return "\n".join([self.name, *(line.text for line in self.lines)])


def name_of(clock: Clock) -> str:
    """What a clock limits, in the reader's language."""
    if clock.step:
        return _("Step “%(step)s”") % {"step": city().step_names[clock.step]}
    return str(KIND_NAMES[clock.kind])


def explain(clock: Clock, now: datetime) -> Explanation:
    table = calendar(clock.calendar_version)
    text = _("Started %(at)s.") % {"at": moment(clock.started_at)}
    lines = [Line("started", text, clock.started_at)]
    if clock.carried_days:
        text = _("Used in an earlier filing, and counted on: %(days)s.")
        lines.append(Line("continued", text % {"days": working_days(clock.carried_days)}))
    spans = intervals_of([clock], now)[clock.pk]
    reasons = pause_reasons(clock, [ended for _begun, ended in spans])
    for (begun, ended), after in zip(spans, [*spans[1:], None], strict=True):
        values = {
            "begun": moment(begun),
            "ended": moment(ended),
            "days": working_days(table.used(begun, ended)),
        }
        text = _("Ran from %(begun)s to %(ended)s: %(days)s; the first day is not counted.")
        lines.append(Line("ran", text % values, begun))
        if off := table.days_off(begun, ended):
            lines.append(_days("not_counted", _("Did not count: %(days)s."), off))
        if made := table.make_up(begun, ended):
            lines.append(_days("made_up", _("Counted though a weekend: %(days)s."), made))
        if after:
            reason = reasons.get(ended, "")
            values = {"since": moment(ended), "until": moment(after[0]), "reason": reason}
            text = _("Stood still from %(since)s to %(until)s%(reason)s.")
            lines.append(Line("stood_still", text % values, ended))
    used = working_days(clock.carried_days + days_in(spans, table))
    if clock.state == Clock.State.PAUSED:
        values = {"days": used, "reason": reasons.get(spans[-1][1], "") if spans else ""}
        lines.append(Line("waiting", _("Does not run now%(reason)s. %(days)s used.") % values))
    if clock.stopped_at:
        values = {"at": moment(clock.stopped_at), "days": used}
        lines.append(Line("ended", _("Ended %(at)s after %(days)s.") % values, clock.stopped_at))
    lines += _limit(clock, now)
    running = clock.state == Clock.State.RUNNING
    if running and clock.due_on and clock.due_on > local_date(now):
        # The days off until the last day are why it is not sooner.
        if off := table.days_off(now, clock.due_on):
            lines.append(_days("will_not_count", _("Will not count: %(days)s."), off))
        if made := table.make_up(now, clock.due_on):
            lines.append(_days("will_count", _("Will count though a weekend: %(days)s."), made))
    return Explanation(
        kind=clock.kind,
        name=name_of(clock),
        lines=lines,
        rules_version=clock.rules_version,
        calendar_version=clock.calendar_version,
        part=clock.part,
    )


def clause_of(clock: Clock) -> str:
    """The clause that limits a clock, in the reader's language; empty if none does."""
    return str(Clause(**clock.clause)) if clock.clause else ""


def _days(kind: str, text: str, rows: Iterable[DayOff | NoticedDay]) -> Line:
    dates = [{"date": row.date.isoformat(), "why": str(row.why)} for row in rows]
    listed = _(", ").join(f"{row['date']} {row['why']}" for row in dates)
    return Line(kind, text % {"days": listed}, dates=dates)


def _limit(clock: Clock, now: datetime) -> Iterator[Line]:
    clause = clause_of(clock)
    if clock.limit_days is None:
        yield Line("no_limit", _("The rules set no limit here; it is measured."))
        return
    values = {"days": working_days(clock.limit_days), "clause": clause}
    if clock.target:
        text = _("Target: %(days)s on average over all cases (%(clause)s).")
        yield Line("target", text % values, clause=clause)
    elif clock.kind == Clock.Kind.INSTANT:
        text = _("Limit: the day it comes in, or the next working day (%(clause)s).")
        yield Line("limit", text % values, clause=clause)
    else:
        yield Line("limit", _("Limit: %(days)s (%(clause)s).") % values, clause=clause)
    if clock.due_on:
        text = _("Due by the end of %(day)s.") % {"day": day_words(clock.due_on)}
        if clock.provisional:
            text += _(" Provisional: the holidays of that year have not been announced yet.")
        yield Line("due", text, clause=clause)
    if clock.recounted_at:
        for one in clock.recalculations.order_by("id"):
            yield Line("recounted", recalculated_words(one), one.at)
    if clock.is_late(now):
        since = clock.breached_at or clock.late_from
        yield Line("late", _("Late since %(at)s.") % {"at": moment(since)}, since)


def moment(at: datetime | None) -> str:
    return at.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def day_words(day: date | datetime | None) -> str:
    if isinstance(day, datetime):
        day = local_date(day)
    return day.isoformat() if day else ""


def pause_reasons(clock: Clock, instants: Iterable[datetime]) -> dict[datetime, str]:
    """By instant at which the clock was paused, where one is recorded."""
    found = Entry.objects.filter(case_ref=clock.case_ref, at__in=list(instants))
    if clock.part:
        found = found.filter(part=clock.part)
    rows = found.order_by("case_seq").values_list("at", "type", "holder")
    reasons = {at: PAUSED_BY.get(kind) or PAUSED_FOR.get(holder) for at, kind, holder in rows}
    return {at: str(reason) for at, reason in reasons.items() if reason}


def recalculated_words(one: Recalculation) -> str:
    values = {
        "at": moment(one.at),
        "was": one.was.isoformat(),
        "due": one.due_on.isoformat(),
        "counted": one.counted.isoformat(),
    }
    match one.moved(), one.provisional:
        case True, True:
            text = _(
                "Counted again %(at)s: the last day was %(was)s and is %(due)s, provisional still."
            )
        case True, False:
            text = _("Counted again %(at)s: the last day was %(was)s and is %(due)s.")
        case False, True:
            text = _("Counted again %(at)s: the last day stays %(due)s and is provisional now.")
        case _:
            text = _("Counted again %(at)s: the last day stays %(due)s and is final now.")
    said = text % values
    if one.counted < one.due_on:
        said += _(" By it the last day was %(counted)s, which was over by then.") % values
    said += _(" Reason: %(why)s.") % {"why": why(one.reason)}
    if loaded := one.reason.get("loaded_at"):
        day = day_words(datetime.fromisoformat(str(loaded)))
        role = role_name(str(one.reason.get("role", "")))
        said += _(" Loaded %(day)s, approved by: %(role)s.") % {"day": day, "role": role}
    return said


def why(reason: Mapping[str, Any]) -> str:
    """In the reader's language; `reason` is as `Recalculation` keeps it."""
    found = []
    for notice in reason.get("notices", ()):
        title, number = str(Words(notice["zh"], notice["en"])), notice.get("number", "")
        if number:
            title = _("%(title)s (%(number)s)") % {"title": title, "number": number}
        found.append(title)
    if text := str(reason.get("text", "")):
        found.append(text)
    return _("; ").join(found) or _("the calendar of the city was changed")


def role_name(role: str) -> str:
    """Whose word let a version in; the system where nobody was asked for it."""
    return str(Role(role).label) if role else _("the system")
