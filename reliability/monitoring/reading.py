"""Suggested faults, and what monitoring tells of an outage, in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.clock import CITY, city_now, local_date
from core.templatetags.city import and_then, instant, short_instant
from reliability.monitoring import queries
from reliability.monitoring.faults import Fault
from reliability.monitoring.models import MonitoringEvent, Suggestion
from reliability.monitoring.placing import ways_of, word_of
from reliability.monitoring.workflow import SuggestionState
from reliability.outages.models import Outage
from reliability.outages.reading import affected_words, span
from reliability.outages.workflow import IS_OFF
from reliability.records import Shown
from reliability.rules import joining
from rules.city import city
from workflow.machine import state_words

TONES = {SuggestionState.WAITING: "danger", SuggestionState.REPORTED: "success"}


def to_the_second(at: datetime | None) -> str:
    """An instant as a system reported it."""
    return f"{short_instant(at)}:{at.astimezone(CITY):%S}" if at else ""


def length_words(length: timedelta) -> str:
    """As `span`, in seconds where it is short."""
    seconds = round(length.total_seconds())
    if seconds >= 2 * 60:
        return span(length)
    return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}


def is_momentary(one: Suggestion) -> bool:
    """Whether an interruption as long as this was, by its reported times, is a momentary one."""
    if one.back_at is None:
        return False
    rules = joining(local_date(one.first_lost_at))
    return rules.is_momentary(one.back_at - one.first_lost_at)


def title_of(one: Suggestion) -> str:
    row = one.located.row
    return f"{city().district(one.district).name} · {row.name if row else one.located.code}"


def sentence(one: Suggestion) -> str:
    lost = _("Voltage lost at {at}, as reported.").format(at=to_the_second(one.first_lost_at))
    if one.back_at is None:
        return lost
    back = _("Back at {at}, after {length}.").format(
        at=to_the_second(one.back_at), length=length_words(one.back_at - one.first_lost_at)
    )
    return and_then(lost, back)


def customers_of(one: Suggestion) -> str:
    return affected_words(one) or _("unknown to the grid's tables")


def shown(one: Suggestion) -> Shown:
    tags = [
        {
            "text": state_words(one),
            "tone": TONES.get(SuggestionState(one.state), ""),
        }
    ]
    if one.back_at:
        words = _("Momentary") if is_momentary(one) else _("Voltage is back")
        tags.append({"text": words, "tone": "primary"})
    affected = _("Customers affected: {customers}.").format(customers=customers_of(one))
    return Shown(title_of(one), tags, and_then(sentence(one), affected), number=one.number)


def page_shown(one: Suggestion) -> Shown:
    """With its events, and what became of it."""
    said = shown(one)
    facts = [
        {"key": _("Lies at or below"), "value": one.located.code},
        {"key": _("Without voltage"), "value": ", ".join(one.elements)},
        *([{"key": _("Section, as reported"), "value": one.section}] if one.section else []),
        {"key": _("Customers affected"), "value": customers_of(one)},
        {"key": _("Suggested"), "value": instant(one.suggested_at)},
        *(
            [{"key": pgettext("suggestion", "Decided"), "value": instant(one.ended_at)}]
            if one.ended_at
            else []
        ),
        *(
            [{"key": _("Why it is no outage"), "value": _aside_words(one)}]
            if one.state == SuggestionState.ASIDE
            else []
        ),
    ]
    return Shown(
        said.title,
        said.tags,
        sentence(one),
        facts,
        one.number,
        links=list(_links(one)),
        tables=[told_table(queries.told_of(one))],
    )


def _aside_words(one: Suggestion) -> str:
    return " · ".join(filter(None, (str(one.get_reason_display()), one.note)))


def _links(one: Suggestion) -> Iterable[Mapping[str, str]]:
    if one.outage:
        number = one.outage.number
        text = _("Outage {number}").format(number=number)
        yield {"url": reverse("work-outages:one", args=[number]), "text": text}
    if one.into:
        text = _("Suggestion {number}").format(number=one.into.number)
        yield {"url": reverse("fault-suggestions:one", args=[one.into_id]), "text": text}


def told_table(events: Iterable[MonitoringEvent]) -> dict[str, Any]:
    """For `components/data_table.html`."""
    return {
        "caption": _("What monitoring told"),
        "columns": [
            {"label": _("Reported time")},
            {"label": _("What")},
            {"label": _("Line or transformer")},
            {"label": _("System")},
            {"label": pgettext("monitoring", "Received")},
        ],
        "rows": [
            [
                to_the_second(each.reported_at),
                str(each.get_type_display()),
                {"text": each.element.code if each.element else "", "note": each.section},
                each.system,
                to_the_second(each.received_at),
            ]
            for each in events
        ],
        "stack": True,
    }


def of_outage(outage: Outage) -> dict[str, Any]:
    """What monitoring tells of an outage: its events, and whether all have voltage again, which
    restores nothing by itself."""
    events = queries.told_of(outage)
    if not events:
        return {}
    ways = ways_of(each.element_id for each in events if each.element_id)
    fault = Fault(ways, [word_of(each) for each in events])
    back = fault.back_at if fault.lost() and outage.state in IS_OFF else None
    said = _(
        "Monitoring reports voltage back at {at}. That restores nothing here: say so once it is "
        "certain."
    )
    return {
        "table": told_table(events),
        "back": said.format(at=to_the_second(back)) if back else "",
    }


def systems_table() -> dict[str, Any]:
    """Who tells something, and who is silent."""
    stands = {None: _("not watched"), True: _("Silent"), False: _("Heard")}
    return {
        "caption": _("Monitoring systems"),
        "columns": [
            {"label": _("System")},
            {"label": _("State")},
            {"label": _("Heard last")},
            {"label": _("Newest reported time")},
        ],
        "rows": [
            [
                each.system,
                stands[each.silent],
                to_the_second(each.heard_at) or _("never"),
                to_the_second(each.reported_at) or None,
            ]
            for each in queries.systems()
        ],
        "stack": True,
        "empty": {
            "title": _("No monitoring system is connected"),
            "text": _("Faults are entered by hand until one is."),
        },
    }


def unclear_table(events: Iterable[MonitoringEvent]) -> dict[str, Any]:
    """What was told and is to be clarified, as it came."""
    return {
        "caption": _("To be clarified"),
        "columns": [
            {"label": pgettext("monitoring", "Received")},
            {"label": _("System")},
            {"label": _("What is unclear")},
            {"label": _("As it came")},
        ],
        "rows": [
            [
                to_the_second(each.received_at),
                each.system,
                str(each.get_problem_display()),
                each.shown,
            ]
            for each in events
        ],
        "stack": True,
        "empty": {
            "title": _("Nothing is to be clarified"),
            "text": _(
                "Rows that cannot be read, unknown words and unknown elements are listed here."
            ),
        },
    }


def begins_as(one: Suggestion) -> dict[str, str]:
    """What the form of an outage begins with."""
    return {
        "kind": "fault",
        "district": one.district,
        "elements": "\n".join(one.elements),
        "number_of_suggestion": one.number,
    }


def reported_times(outage: Outage) -> tuple[datetime, datetime] | None:
    """From when until when it was off, as reported; None where nobody told both."""
    told = list(outage.told.order_by("id"))
    fault = Fault(ways_of(e.element_id for e in told if e.element_id), [word_of(e) for e in told])
    if not fault.lost() or fault.back_at is None:
        return None
    return fault.losses[0], min(fault.back_at, city_now())
