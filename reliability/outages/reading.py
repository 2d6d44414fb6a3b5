"""Outages in words: how each stands, and its stages with their times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.clock import city_now
from core.templatetags.city import and_then, figure, instant, short_instant
from grid.points.models import Level
from reliability.crews.times import repair_of
from reliability.outages import audience
from reliability.outages.kinds import OutageKind
from reliability.outages.models import Outage
from reliability.outages.queries import of_case
from reliability.outages.workflow import IS_OFF, OutageState
from rules.city import city
from workflow.machine import state_words

TONES: Final = {
    OutageState.ANNOUNCED: "primary",
    **dict.fromkeys(IS_OFF, "danger"),
    OutageState.RESTORED: "success",
    OutageState.CANCELLED: "",
}
Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What has happened, and when by the record; `note`: what was said with it."""

    words: str
    at: datetime
    note: str = ""


def place_words(outage: Outage) -> str:
    return f"{city().district(outage.district).name} · {outage.area}"


def span(length: timedelta) -> str:
    """How long, in hours and minutes; what is begun of a minute counts as one."""
    minutes = -(-length // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    said = (
        [ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}] if hours else []
    )
    if rest or not hours:
        said.append(ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest})
    return " ".join(said)


def sentence(outage: Outage, now: datetime) -> str:
    """How it stands, and until when."""
    if outage.state == OutageState.CANCELLED:
        said = _("Cancelled at {at}: {reason}")
        return said.format(at=instant(outage.ended_at), reason=outage.ending)
    if outage.off_at and outage.on_at:
        said = _("Power was off from {off} to {on}, {length}.")
        length = span(outage.on_at - outage.off_at)
        return said.format(off=instant(outage.off_at), on=instant(outage.on_at), length=length)
    if outage.started_at:
        return _off_words(outage)
    planned = _("Power is to be off from {since} to {until}.").format(
        since=instant(outage.planned_from), until=instant(outage.planned_until)
    )
    if outage.planned_until and outage.planned_until <= now:
        passed = _("That time has passed; nothing was reported.")
        return and_then(planned, passed)
    if outage.planned_from and outage.planned_from <= now:
        due = _("That is now; it was not reported yet.")
        return and_then(planned, due)
    return planned


def _off_words(outage: Outage) -> str:
    off = _("Power is off since {off}.").format(off=instant(outage.started_at))
    if outage.part_restored_at:
        said = _("It is back for some since {at}.")
        off = and_then(off, said.format(at=instant(outage.part_restored_at)))
    if outage.expected_at:
        said = _("It is expected back at {expected}, as estimated at {estimated}.")
        more = said.format(
            expected=instant(outage.expected_at), estimated=short_instant(outage.estimated_at)
        )
    elif outage.planned_until:
        more = _("It is planned to be back at {until}.").format(until=instant(outage.planned_until))
    else:
        more = _("Nobody can say yet when it is back.")
    return and_then(off, more)


def tags(outage: Outage) -> Rows:
    found = [
        {"text": state_words(outage), "tone": TONES[OutageState(outage.state)]},
        {"text": str(outage.get_kind_display()), "tone": ""},
    ]
    if outage.part_restored_at and not outage.restored_at:
        found.append({"text": _("Back in part"), "tone": "warning"})
    if outage.short_notice:
        found.append({"text": _("Announced late"), "tone": "warning"})
    if outage.corrected_at:
        found.append({"text": _("Times corrected"), "tone": "warning"})
    return found


def stages(outage: Outage) -> list[Stage]:
    """In the order of their times."""
    begun = outage.started_at == outage.announced_at
    told = [
        (None if begun else outage.announced_at, _("Announced"), ""),
        (outage.changed_at, _("Plan changed"), ""),
        (outage.started_at, _("Power off"), ""),
        (outage.located_at, _("Fault located"), outage.section),
        (outage.crew_at, _("Crew sent"), outage.crew.name if outage.crew else ""),
        (outage.repairing_at, _("Repair begun"), ""),
        (outage.estimated_at, _("Restoration estimated"), instant(outage.expected_at)),
        *((at, _("Power back in part"), words) for at, words in parts_back(outage)),
        (outage.restored_at, _("Power back"), ""),
        (
            outage.ended_at if outage.state == OutageState.CANCELLED else None,
            _("Cancelled"),
            outage.ending,
        ),
        (outage.corrected_at, _("Times corrected"), outage.correction),
    ]
    found = [Stage(words, at, note) for at, words, note in told if at]
    return sorted(found, key=lambda stage: stage.at)


def parts_back(outage: Outage) -> list[tuple[datetime | None, str]]:
    """When power was back before it was for all, and for how many; one statement."""
    return [
        (at, customers_words(audience.by_level(rows)))
        for at, rows in groupby(outage.parts(), attrgetter("recorded_on_at"))
    ]


#: What an outage says of itself, each where it has something to say.
FACTS: Final = (
    ("cause", gettext_lazy("Cause")),
    ("section", gettext_lazy("Where the fault is")),
    ("regulation", gettext_lazy("Regulation that prescribes it")),
    ("short_notice_reason", gettext_lazy("Why it was announced late")),
    ("again_reason", gettext_lazy("Why the same people again")),
    ("not_live_reason", gettext_lazy("Why it is not done live")),
)


def facts(outage: Outage) -> Rows:
    """What is public of one."""
    rows = [
        {"key": _("Number"), "value": outage.number},
        {"key": _("Where"), "value": place_words(outage)},
        {"key": _("What it comes from"), "value": str(outage.get_nature_display())},
    ]
    if outage.planned_from:
        since, until = instant(outage.planned_from), instant(outage.planned_until)
        planned = _("{since} to {until}").format(since=since, until=until)
        rows.append({"key": _("Planned"), "value": planned})
    rows += [
        {"key": str(label), "value": said}
        for name, label in FACTS
        if (said := getattr(outage, name))
    ]
    if outage.excluded_by_policy:
        rows.append({"key": _("In the plan's hours"), "value": _("left out, as it prescribes")})
    if outage.corrected_at:
        said = _("{off} to {on}, not {recorded_off} to {recorded_on} as recorded: {reason}")
        rows.append(
            {
                "key": _("Times corrected"),
                "value": said.format(
                    off=instant(outage.corrected_started_at),
                    on=instant(outage.corrected_restored_at),
                    recorded_off=instant(outage.started_at),
                    recorded_on=instant(outage.restored_at),
                    reason=outage.correction,
                ),
            }
        )
    rows += repair_facts(outage)
    rows.append({"key": _("Customers affected"), "value": affected_words(outage)})
    return rows


def repair_facts(outage: Outage) -> Rows:
    """Of a fault: who went, how long it took, and whether that was promised."""
    if outage.kind != OutageKind.FAULT:
        return []
    repair, rows = repair_of(outage), []
    if outage.crew:
        said = f"{outage.crew.name} · {outage.crew.phone}"
        rows.append({"key": _("Repair crew"), "value": said})
    if repair.arrived_at:
        taken = span(repair.arrived_at - repair.reported_at)
        rows.append({"key": _("Arrival after the report"), "value": taken})
    if repair.promised:
        promised = span(timedelta(minutes=repair.promised))
        words = {
            True: _("{promised}: kept"),
            False: _("{promised}: not kept"),
            None: "{promised}",
        }[repair.in_time]
        value = words.format(promised=promised)
        rows.append({"key": _("Arrival is promised within"), "value": value})
    return rows


class Counted(Protocol):
    """What says how many customers of each level it takes the power from."""

    low: int
    medium: int


def affected_words(one: Counted) -> str:
    return customers_words({Level.LOW: one.low, Level.MEDIUM: one.medium})


def customers_words(counts: Mapping[str, int]) -> str:
    """By level, which are never added up; empty where there are none."""
    low, medium = counts[Level.LOW], counts[Level.MEDIUM]
    said = [
        _("{count} of low voltage").format(count=figure(low)) if low else "",
        _("{count} of medium voltage").format(count=figure(medium)) if medium else "",
    ]
    return _(", ").join(filter(None, said))


@dataclass(frozen=True, slots=True)
class Row:
    """An outage in a list."""

    number: str
    place: str
    cause: str
    tags: Rows
    sentence: str
    customers: str


def rows_of(found: list[Outage]) -> list[Row]:
    now = city_now()
    return [
        Row(
            each.number,
            place_words(each),
            f"{each.get_nature_display()} · {each.cause}",
            tags(each),
            sentence(each, now),
            affected_words(each),
        )
        for each in found
    ]


#: So many outages of one case are shown; the list of all has the rest.
MOST_OF_CASE: Final = 20


def on_case_page(case_ref: UUID) -> list[Row]:
    """Those that the works of a case need, newest first."""
    return rows_of(list(of_case(case_ref)[:MOST_OF_CASE]))
