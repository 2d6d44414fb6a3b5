"""Which cases have waited for their applicant for long, and the reminder."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from applications.checklist import SUBJECT
from applications.models import Application
from applications.queries import applicants
from applications.states import Holder
from core.clock import CITY, city_now, local_date
from core.ways import any_of
from notifications import outbox
from rules.calendar import Calendar
from rules.city import city
from rules.names import WAITING
from rules.registry import calendar, current
from workflow.run import Step


def waiting_long(now: datetime) -> QuerySet[Application]:
    """The cases that have waited for the applicant for longer than the rules of their place let
    them without a reminder."""
    places: dict[tuple[str, datetime], list[Q]] = defaultdict(list)
    table, today, book = calendar(), local_date(now), current()
    for district in city().districts:
        for statutory in district.statutory or ("",):
            policy = book.in_force(on=today, district=district.code, statutory=statutory or None)
            here = Q(district=district.code, statutory_district=statutory)
            for state in WAITING:
                if rule := policy.waiting(state):
                    places[state, held_before(today, rule.remind, table)].append(here)
    due = [
        Q(state=state, held_since__lt=before) & any_of(here)
        for (state, before), here in places.items()
    ]
    unreminded = Q(reminded_at=None) | Q(reminded_at__lt=F("held_since"))
    waiting = Application.objects.filter(unreminded, holder=Holder.APPLICANT)
    return waiting.filter(any_of(due)) if due else waiting.none()


def held_before(today: date, days: int, table: Calendar) -> datetime:
    """The instant before which a wait has to have begun, so that its last day, the n-th working day
    after its first, is over today."""
    first = today
    while table.due(first, days).date >= today:
        first -= timedelta(days=1)
    return datetime.combine(first + timedelta(days=1), datetime.min.time(), CITY)


def remind(step: Step[Application]) -> None:
    """Tell the applicant what the case waits for, and from when on it may be closed; where no rule
    says when, it never is."""
    case, now = step.thing, city_now()
    rule = case.in_force(current(), now).waiting(case.state)
    last = calendar().due(now, rule.close).date if rule and rule.close is not None else None
    step.values = {"closable_on": last + timedelta(days=1) if last else None}
    step.record()
    outbox.put(
        kind="case.reminded",
        subject_kind=SUBJECT,
        subject_id=case.pk,
        case_ref=case.ref,
        version=case.version,
        recipients=applicants(case),
        context={"number": case.number}
        | ({"variant": "closable", "last_day": last.isoformat()} if last else {}),
    )
