"""Appointments as a file that calendars read (RFC 5545).

It leaves our control, so it says no name, no phone and no number of a house: what for, when, which
case and in which street.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.appointments.models import Appointment
from applications.appointments.workflow import AppointmentState
from applications.wording import place_words
from core.street import street_of
from rules.city import city_code

TYPE: Final = "text/calendar; charset=utf-8"
#: Of one line, without its end.
OCTETS: Final = 75


def calendar_file(appointments: Iterable[Appointment]) -> str:
    """In the reader's language; what was cancelled says so, under the name that it had."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tongdian//Appointments//ZH"]
    for one in appointments:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def calendar_answer(found: Iterable[Appointment], name: str) -> HttpResponse:
    """The file to be downloaded; `name` is without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return HttpResponse(calendar_file(found), content_type=TYPE, headers=headers)


def _event(one: Appointment) -> Iterator[str]:
    case = one.application
    parted = pgettext("between the parts of a statement", "; ")
    what = str(one.get_purpose_display())
    place = parted.join(filter(None, [place_words(case), street_of(case.address_line)]))
    cancelled = one.state == AppointmentState.CANCELLED
    yield "BEGIN:VEVENT"
    yield f"UID:{one.ref}@{city_code()}.tongdian"
    yield f"DTSTAMP:{_utc(one.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(one.changed_at)}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTART:{_utc(one.begins_at)}"
    yield f"DTEND:{_utc(one.ends_at)}"
    yield f"SUMMARY:{_text(_('{what}, case {number}').format(what=what, number=case.number))}"
    yield f"LOCATION:{_text(place)}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    """An instant that needs no table of zones."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for character in "\\;,":
        words = words.replace(character, f"\\{character}")
    return words.replace("\n", "\\n")


def folded(line: str) -> str:
    """Broken by octets, and never inside a character; what goes on begins with a space."""
    whole, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            whole, size = f"{whole}\r\n ", 1
        whole, size = whole + character, size + octets
    return whole
