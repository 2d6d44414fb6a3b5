"""Who held a case when and whose the delay was, from the record of the case and its permits."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from applications.models import Application
from approvals.custody import lanes_of, parts_of
from approvals.wording import bureau_name, permit_name
from core.clock import local_date
from core.events import words_of
from core.templatetags.city import working_days
from deadlines.custody import (
    Span,
    Step,
    Totals,
    custody_spans,
    is_filed,
    is_suppliers,
    running_totals,
    totals,
)
from deadlines.delay import Part, delay_of
from deadlines.models import Clock
from deadlines.timeline import (
    Foot,
    Limit,
    Timeline,
    foot,
    rows_of,
    shares_words,
    timeline,
)
from ledger.queries import Event, timelines
from rules.calendar import Calendar
from rules.registry import calendar


def custody_of(
    case: Application,
    events: Sequence[Event],
    clocks: Sequence[Clock],
    now: datetime,
    *,
    earlier: bool = True,
) -> Timeline:
    """Return who held a case; one query, one more where it continues earlier filings.

    The clocks are all of the case and its permits, oldest first. Without `earlier` the spans of
    earlier filings are left out; their days count anyway."""
    table = calendar()
    held = custody_spans([*earlier_filings(case), events], now)
    filed = is_filed(held)
    days = totals(held if filed else [], table)
    parts = parts_of(case.ref, events, clocks, now, table) if case.filed_at else []
    limits = [
        Limit(clock, used_by(clock, held, table), delay_of(clock, held, now, table, parts))
        for clock in clocks
        if is_of_all(clock)
    ]
    # The bar shows the limit that the delay is against, or else the first one.
    limit = next((one for one in limits if one.delay), None) or next(iter(limits), None)
    rows = rows_of(held, table, words, label, limits=limits, main=limit, named=len(limits) > 1)
    sets = [
        Limit(clock, delay=delay_of(clock, held, now, table, parts))
        for clock in clocks
        if clock.kind == Clock.Kind.SET
    ]
    late = [part for part in parts if part.delay]
    return timeline(
        [row for row in rows if earlier or not row.earlier],
        days,
        now,
        table,
        limit=limit,
        lanes=lanes_of(parts, table),
        summary=summary_words(held, days) if filed else "",
        feet=[
            *(foot(one, table) for one in limits),
            *(foot(one, table, beside=True) for one in sets if one.delay),
            *late_permits(late, table),
        ],
        late_parts=late,
    )


def is_of_all(clock: Clock) -> bool:
    """Whether it limits a case as a whole, and neither a permit of it nor a step."""
    whole = clock.part is None and clock.kind != Clock.Kind.STEP
    return whole and clock.limit_days is not None


def earlier_filings(case: Application) -> list[list[Event]]:
    """Return the records of the filings that this one continues, the first one first."""
    if not case.continues_id:
        return []
    before = Application.objects.filter(lineage=case.lineage, filed_at__lt=case.filed_at)
    refs = list(before.order_by("filed_at").values_list("ref", flat=True))
    return list(timelines(refs).values())


def used_by(clock: Clock, held: Sequence[Span], table: Calendar) -> list[int | None]:
    """Return how far a limit was used at the end of each span; earlier filings count."""
    ran = [
        (span.start, span.end)
        for span in held
        if clock.kind != Clock.Kind.HANDLING or is_suppliers(span)
    ]
    return running_totals(held, ran, table)


def words(step: Step) -> str:
    return words_of(step.type, step.state)


def label(span: Span) -> str:
    if span.gap:
        return _("between two filings, counted on")
    return _("earlier filing, counted on") if span.earlier else ""


def summary_words(held: Sequence[Span], days: Totals) -> str:
    values = {"gross": working_days(days.gross), "net": working_days(days.net)}
    text = _(
        "From filing to the end %(gross)s (gross time); the supply company had the case for "
        "%(net)s of them (net time)."
    )
    if held[-1].open:
        text = _(
            "From filing to now %(gross)s (gross time); the supply company had the case for "
            "%(net)s of them (net time)."
        )
    said = text % values + shares_words(days.by_holder)
    if held[0].earlier:
        values = {"day": local_date(held[0].start).isoformat()}
        said += _(" Earlier filings count, from %(day)s on.") % values
    return said


def late_permits(late: Sequence[Part], table: Calendar) -> Iterator[Foot]:
    """Yield the permits decided too late; these days lie in those of the case, not beside."""
    for part in late:
        assert part.clock is not None
        values = {"permit": permit_name(part.code), "bureau": bureau_name(part.bureau)}
        name = _("%(permit)s (%(bureau)s)") % values
        yield foot(Limit(part.clock, delay=part.delay), table, name=name, beside=True)
