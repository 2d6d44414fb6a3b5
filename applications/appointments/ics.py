"""Appointments as a file that calendars read (RFC 5545).

It leaves our control, so it says no name, no phone and no number of a house: what for, when, which
case and in which street.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.appointments.models import Appointment
from applications.appointments.workflow import AppointmentState
from applications.wording import place_words
from core.ics import calendar_file, escaped, utc
from core.street import street_of
from rules.city import city_code


def appointments_file(appointments: Iterable[Appointment]) -> str:
    """In the reader's language; what was cancelled says so, under the name that it had."""
    return calendar_file("Appointments", map(_event, appointments))


def _event(one: Appointment) -> Iterator[str]:
    case = one.application
    parted = pgettext("between the parts of a statement", "; ")
    what = str(one.get_purpose_display())
    place = parted.join(filter(None, [place_words(case), street_of(case.address_line)]))
    cancelled = one.state == AppointmentState.CANCELLED
    yield f"UID:{one.ref}@{city_code()}.tongdian"
    yield f"DTSTAMP:{utc(one.changed_at)}"
    yield f"LAST-MODIFIED:{utc(one.changed_at)}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTART:{utc(one.begins_at)}"
    yield f"DTEND:{utc(one.ends_at)}"
    yield f"SUMMARY:{escaped(_('{what}, case {number}').format(what=what, number=case.number))}"
    yield f"LOCATION:{escaped(place)}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
