"""Quiet hours: the city's, and fewer or none by a person's own choice."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, ChoiceField, WordsField
from core.clock import CITY
from core.problems import Text
from notifications.models import QuietChoice
from rules.carriers import Quiet
from rules.delivery import delivery_rules

CLOCK: Final = "%H:%M"


class Mode(StrEnum):
    CITY = "city"
    OWN = "own"
    OFF = "off"


MODES: Final = [
    (Mode.CITY.value, _("Those of the city")),
    (Mode.OWN.value, _("Fewer hours, from and until the times below")),
    (Mode.OFF.value, _("None: tell me at any hour")),
]


class QuietHours(Body):
    """In which hours a person is not disturbed; times of the city's clock, such as 23:00."""

    mode = ChoiceField(MODES, label=_("Quiet hours"))
    begin = WordsField(label=_("From"), required=False, one_line=True, max_length=5)
    until = WordsField(label=_("Until before"), required=False, one_line=True, max_length=5)

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        if data.get("mode") != Mode.OWN:
            return
        found = {name: clock_of(data.get(name)) for name in ("begin", "until")}
        for name, read in found.items():
            if read is None:
                yield name, _("Enter a time of day, such as 23:00.")
        city, (begin, until) = city_hours(), found.values()
        if begin and until and (city is None or not lies_within(begin, until, city)):
            yield (
                "begin",
                format_lazy(
                    _("Choose hours within those of the city, {begin} to {until}."),
                    begin=f"{city.begin:%H:%M}" if city else "–",
                    until=f"{city.until:%H:%M}" if city else "–",
                ),
            )


class QuietHoursAnswer(serializers.Serializer[Any]):
    """What holds now; times are null where there are none."""

    mode = serializers.ChoiceField(choices=MODES)
    begin = serializers.TimeField(format=CLOCK, allow_null=True)
    until = serializers.TimeField(format=CLOCK, allow_null=True)
    city_begin = serializers.TimeField(format=CLOCK, allow_null=True)
    city_until = serializers.TimeField(format=CLOCK, allow_null=True)


def clock_of(text: Any) -> time | None:
    """None where it is no time of day."""
    try:
        return datetime.strptime(str(text or ""), CLOCK).time()  # noqa: DTZ007 (a time alone)
    except ValueError:
        return None


def city_hours() -> Quiet | None:
    """None where none are kept."""
    return delivery_rules().quiet if settings.QUIET_HOURS else None


def hours_of(party: int) -> dict[str, Any]:
    """As `QuietHoursAnswer` has them."""
    city, chosen = city_hours(), chosen_by([party]).get(party)
    own = {"begin": city.begin if city else None, "until": city.until if city else None}
    mode = Mode.CITY
    if chosen is not None:
        mode = Mode.OWN if chosen.begin else Mode.OFF
        own = {"begin": chosen.begin, "until": chosen.until}
    ends = {"city_begin": city.begin if city else None, "city_until": city.until if city else None}
    return {"mode": mode.value, **own, **ends}


def choose(party: int, said: Mapping[str, Any]) -> None:
    """Args: `said` is a body of `QuietHours`."""
    if said["mode"] == Mode.CITY:
        QuietChoice.objects.filter(pk=party).delete()
        return
    own = said["mode"] == Mode.OWN
    QuietChoice.objects.update_or_create(
        party_id=party,
        defaults={name: clock_of(said[name]) if own else None for name in ("begin", "until")},
    )


def ends_at(at: datetime, begin: time, until: time) -> datetime | None:
    """When the quiet hours of an instant end, by the city's clock; None outside of them. The end
    is outside, and hours whose end comes before their begin go over midnight."""
    local = at.astimezone(CITY)
    clock = local.time()
    if begin < until:
        if not begin <= clock < until:
            return None
        day = local.date()
    else:
        if until <= clock < begin:
            return None
        day = local.date() + timedelta(days=1 if clock >= begin else 0)
    return datetime.combine(day, until, CITY)


def lies_within(begin: time, until: time, city: Quiet) -> bool:
    """Whether hours are part of the city's, and not all around them."""
    length = _minutes(city.begin, city.until)
    return 0 < _minutes(city.begin, until) <= length and (
        _minutes(city.begin, begin) < _minutes(city.begin, until)
    )


def _minutes(begin: time, until: time) -> int:
    """Of the clock, onward from one time to another; none to itself."""
    passed = (until.hour - begin.hour) * 60 + until.minute - begin.minute
    return passed % (24 * 60)


def chosen_by(parties: Iterable[int | None]) -> dict[int, QuietChoice]:
    return QuietChoice.objects.in_bulk([party for party in parties if party])


def quiet_until(at: datetime, city: Quiet, chosen: QuietChoice | None) -> datetime | None:
    """When somebody may be disturbed again; None where they may be now. The city's hours hold
    where a choice would go beyond them."""
    theirs = ends_at(at, city.begin, city.until)
    if theirs is None or chosen is None:
        return theirs
    if chosen.begin is None or chosen.until is None:
        return None
    own = ends_at(at, chosen.begin, chosen.until)
    return None if own is None else min(own, theirs)
