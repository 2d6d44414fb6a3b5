"""What shows in how clocks are stopped: supplements in the last hour, suspensions in bunches."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.clock import CITY
from deadlines.models import Clock, Interval
from oversight.addressees import SUPPLIER
from oversight.detectors.base import Detector, Numbers, Occurrence, Step, Window, bunches, rows_of
from oversight.detectors.cases import bunched
from oversight.models import Finding
from rules.calendar import Calendar
from rules.registry import calendar

# A limited clock whose run ended at the very instant of asking: what the supplement stopped.
STOPPED: Final = """
SELECT e.id, e.at, e.case_ref, e.part, a.district, p.bureau, i.id FROM ledger_leaf l
JOIN ledger_entry e ON e.id = l.entry_id
JOIN applications_application a ON a.ref = e.case_ref
JOIN deadlines_clock c ON c.case_ref = e.case_ref AND c.part IS NOT DISTINCT FROM e.part
    AND c.limit_days IS NOT NULL AND NOT c.target
JOIN deadlines_interval i ON i.clock_id = c.id AND i.ended_at = e.at
LEFT JOIN approvals_permit p ON p.ref = e.part
WHERE l.index > %(after)s AND l.index <= %(upto)s
    AND e.type IN ('case.supplement_requested', 'permit.supplement_requested')
ORDER BY l.index, i.id
"""


def _supplement_in_last_hour(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    table, seen = calendar(), set()
    closing, span = timedelta(hours=numbers["offices_close"]), timedelta(minutes=numbers["minutes"])
    for entry, at, ref, part, district, bureau, interval in rows_of(
        STOPPED, after=window.after, upto=window.upto
    ):
        moment = at.astimezone(CITY)
        midnight = datetime.combine(moment.date(), time(), CITY)
        if entry in seen or moment < midnight + closing - span:
            continue
        run = Interval.objects.select_related("clock").get(pk=interval)
        if _last_day(run, table) != moment.date():
            continue
        seen.add(entry)
        yield Occurrence(
            subject_kind=Finding.Subject.CASE,
            subject=str(part or ref),
            occurrence=str(entry),
            district=district,
            party=bureau or SUPPLIER,
            entry_id=entry,
            at=at,
            evidence=(entry,),
            facts={"time": f"{moment:%H:%M}"},
            case_ref=ref,
        )


def _last_day(interval: Interval, table: Calendar) -> object:
    """The last day of a run, from what its clock had used before it."""
    clock, begun = interval.clock, interval.started_at.astimezone(CITY)
    if clock.kind == Clock.Kind.INSTANT:
        return table.next_working(begun.date())
    before = clock.intervals.filter(ended_at__lte=interval.started_at).exclude(pk=interval.pk)
    used = sum(table.used(a, b) for a, b in before.values_list("started_at", "ended_at"))
    left = max((clock.limit_days or 0) - clock.carried_days - used, 0)
    return table.due(begun, left).date


SUPPLEMENT_IN_LAST_HOUR = Detector(
    code="supplement_in_last_hour",
    name=_("Supplement asked for in the last hour"),
    definition=_(
        "On the last day of a limit, from %(minutes)s minutes before offices close at "
        "%(offices_close)s:00, a supplement is asked for and stops that limit's clock."
    ),
    harmless=[
        _("A document may turn out wrong only when it is looked at, which may be late."),
    ],
    thresholds={"minutes": _("Before closing"), "offices_close": _("Offices close at")},
    find=_supplement_in_last_hour,
    sentence=_("The supplement was asked for at %(time)s on the last day of the limit"),
)


EXCLUDED: Final = """
SELECT l.index, e.id, e.at, e.part, p.bureau, p.district FROM ledger_entry e
JOIN ledger_leaf l ON l.entry_id = e.id
JOIN approvals_permit p ON p.ref = e.part
WHERE e.type = 'permit.time_excluded' AND l.index <= %(upto)s
    AND e.at BETWEEN %(since)s AND %(until)s
ORDER BY l.index
"""


def _pauses_in_bunches(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    span, least = timedelta(minutes=numbers["minutes"]), numbers["permits"]
    rows = rows_of(
        EXCLUDED,
        upto=window.upto,
        since=window.first_at - 2 * span,
        until=window.last_at + 2 * span,
    )
    steps = [
        Step(index, entry, at, f"{bureau}/{district}", district, bureau, value=part)
        for index, entry, at, part, bureau, district in rows
    ]

    def enough(together: Sequence[Step]) -> bool:
        return len({step.value for step in together}) >= least

    for bunch in bunches("pauses_in_bunches", window, steps, span=span, enough=enough):
        permits = len({step.value for step in bunch.complete})
        yield bunched(bunch, Finding.Subject.BUREAU, permits=permits)


PAUSES_IN_BUNCHES = Detector(
    code="pauses_in_bunches",
    name=_("Suspensions in bunches"),
    definition=_(
        "One bureau in one district suspends the review of %(permits)s permits or more by law "
        "within %(minutes)s minutes."
    ),
    harmless=[
        _("One hearing or expert review may concern many permits of a large project."),
        _("An office that enters its decisions once a day does so in a bunch."),
    ],
    thresholds={"permits": _("Permits at least"), "minutes": _("Within")},
    find=_pauses_in_bunches,
    sentence=_("%(permits)s permits suspended within %(minutes)s minutes"),
)
