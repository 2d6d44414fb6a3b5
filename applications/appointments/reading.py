"""What the pages show of appointments, in statements that do not grow with them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import role_words
from applications.appointments.actions import APPOINTMENTS
from applications.appointments.models import Appointment, BlockedTime
from applications.appointments.queries import of_case, of_days, reads_words
from applications.appointments.serializers import Purpose
from applications.appointments.slots import Days, Slot
from applications.appointments.workflow import PURPOSES, AppointmentState, either, purpose_of
from applications.checklist import SUBJECT
from applications.models import Application
from applications.states import HIGH
from applications.wording import kind_words, place_words
from core.clock import CITY, city_now, local_date
from core.templatetags.city import instant
from documents.models import Document
from documents.queries import about
from rules.registry import current
from workflow.machine import state_words
from workflow.pages import step_words, steps_of

TONES: Final = {
    AppointmentState.BOOKED: "primary",
    AppointmentState.HELD: "success",
    AppointmentState.NOT_HELD: "warning",
    AppointmentState.CANCELLED: "",
}
#: On the page of a case: those booked, and of the others the newest.
SHOWN: Final = 6
WEEK: Final = 7
#: The namespace of the supply company's pages.
AT_WORK_PAGES: Final = "work-appointments"


def clock_words(at: datetime) -> str:
    return f"{at.astimezone(CITY):%H:%M}"


def when_words(begins_at: datetime, ends_at: datetime) -> str:
    values = {"from": instant(begins_at), "until": clock_words(ends_at)}
    return _("%(from)s to %(until)s") % values


def who_words(purpose: str) -> str:
    return _("%(role)s of the supply company") % {"role": role_words(PURPOSES[purpose].role)}


def sentence(one: Appointment, now: datetime) -> str:
    values = {
        "who": who_words(one.purpose),
        "when": when_words(one.begins_at, one.ends_at),
    }
    match one.state:
        case AppointmentState.CANCELLED:
            text = _("The appointment on %(when)s is cancelled.")
        case AppointmentState.HELD:
            text = _("The appointment took place on %(when)s.")
        case AppointmentState.NOT_HELD:
            text = _("The appointment on %(when)s did not take place.")
        case _booked if one.begins_at > now:
            text = _("%(who)s comes on %(when)s.")
        case _booked:
            text = _("The appointment began on %(when)s. What came of it is to be recorded.")
    return text % values


def to_have_ready(case: Application, purpose: str) -> list[str]:
    """The documents of the stage, by the rules; nothing else may be asked for."""
    stage = PURPOSES[purpose].stage
    return [str(need.name) for need in case.checklist(stage)] if stage else []


def one_url(one: Appointment, pages: str) -> str:
    """
    Args:
        pages: the namespace of the reader's pages of appointments.
    """
    at_work = pages == AT_WORK_PAGES
    return reverse(f"{pages}:one", args=[one.pk] if at_work else [one.application.number, one.pk])


def on_case_page(case: Application, user: User, pages: str) -> dict[str, Any] | None:
    """What the page of a case shows; None where there is nothing to show. See `one_url`."""
    if case.kind not in HIGH or case.draft:
        return None
    newest = of_case(case).order_by(F("ended_at").desc(nulls_first=True), "-id")[:SHOWN]
    found, now = list(newest), city_now()
    for one in found:
        one.application = case
    wanted = purpose_of(case)
    if wanted in {one.purpose for one in found if one.state == AppointmentState.BOOKED}:
        wanted = None
    if wanted and either(Appointment(application=case, purpose=wanted), user) is None:
        wanted = None
    rows = [
        {
            "what": one.get_purpose_display(),
            "sentence": sentence(one, now),
            "url": one_url(one, pages),
        }
        for one in found
    ]
    if not rows and wanted is None:
        return None
    return {
        "rows": rows,
        "wanted": wanted.label if wanted else "",
        "book_url": reverse(f"{pages}:book", args=[case.number, wanted.value]) if wanted else "",
    }


def one_context(one: Appointment, user: User) -> dict[str, Any]:
    """Everything about one; its words, which may name people, stay in the row."""
    case, now = one.application, city_now()
    one.begun = one.begins_at <= now
    state = AppointmentState(one.state)
    return {
        "appointment": one,
        "case": case,
        "kind": kind_words(case.kind),
        "what": one.get_purpose_display(),
        "sentence": sentence(one, now),
        "tags": [{"text": state_words(one), "tone": TONES[state]}],
        "facts": facts(case, one.purpose),
        "ready": to_have_ready(case, one.purpose) if state == AppointmentState.BOOKED else [],
        "signs": one.purpose == Purpose.CONTRACT and state == AppointmentState.BOOKED,
        "papers": signed_papers(case) if one.purpose == Purpose.CONTRACT else [],
        "reads_words": reads_words(one, user),
        "steps": [step_words(step) for step in steps_of(APPOINTMENTS, one)],
    }


def signed_papers(case: Application) -> list[Document]:
    """What the customer has signed on paper for the contract."""
    paper = case.in_force(current(), city_now()).signed_papers()["sign_contract"]
    return list(about(SUBJECT, case.pk).filter(requirement=paper.code))


def facts(case: Application, purpose: str) -> list[dict[str, str]]:
    return [
        {"key": _("Who comes"), "value": who_words(purpose)},
        {"key": _("Address of the connection"), "value": place_words(case, line=True)},
    ]


# Choosing a time


def days_rows(days: Days) -> list[dict[str, Any]]:
    return [
        {
            "day": each,
            "free": ngettext("%(number)d free time", "%(number)d free times", len(slots))
            % {"number": len(slots)},
            "full": not slots,
        }
        for each, slots in days.items()
    ]


def times_of(slots: Iterable[Slot]) -> list[tuple[str, str]]:
    """Values and words of free times, as a form has them."""
    return [(slot.begins_at.isoformat(), when_words(*slot)) for slot in slots]


# A calendar


def monday_of(text: str, now: datetime) -> date:
    """The first day of the week of a day, of this week where it is none."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = local_date(now)
    return asked - timedelta(days=asked.weekday())


def week_context(user: User, monday: date, now: datetime) -> dict[str, Any]:
    """One week of somebody's calendar, day by day; two statements."""
    since = datetime.combine(monday, datetime.min.time(), CITY)
    until = since + timedelta(days=WEEK)
    found = list(of_days(user, since, until))
    blocked = BlockedTime.objects.filter(user=user, begins_at__lt=until, ends_at__gt=since)
    rows: list[tuple[datetime, dict[str, Any]]] = [
        (
            one.begins_at,
            {
                "time": "–".join(map(clock_words, (one.begins_at, one.ends_at))),
                "what": one.get_purpose_display(),
                "url": one_url(one, AT_WORK_PAGES),
                "number": one.application.number,
                "place": place_words(one.application, line=True),
                "state": "" if one.state == AppointmentState.BOOKED else state_words(one),
                "to_record": one.state == AppointmentState.BOOKED and one.ends_at <= now,
            },
        )
        for one in found
    ]
    rows += [
        (
            max(row.begins_at, since),
            {"blocked": row.pk, "time": when_words(row.begins_at, row.ends_at)},
        )
        for row in blocked.order_by("begins_at", "id")
    ]
    rows.sort(key=lambda row: row[0])
    days = [monday + timedelta(days=number) for number in range(WEEK)]
    return {
        "monday": monday,
        "sunday": days[-1],
        "before": monday - timedelta(days=WEEK),
        "after": monday + timedelta(days=WEEK),
        "today": local_date(now),
        "days": [
            {"day": each, "rows": [row for at, row in rows if local_date(at) == each]}
            for each in days
        ],
    }
