import re
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as server_now

from core.clock import CITY, city_now, local_date
from core.demonstration import is_demonstration
from ledger.actions import move_clock
from rules.registry import calendar

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
SPAN = re.compile(r"-?(\d+[wdhms])+")


class Command(BaseCommand):
    help = "Shows the demonstration's clock, or moves it. It does not sweep."

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--set", metavar="ISO", help="e.g. 2026-03-02T10:00 (Asia/Shanghai)")
        way.add_argument("--advance", metavar="SPAN", help="e.g. 3d4h; -2h goes back")
        way.add_argument("--real", action="store_true", help="back to the server's clock")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demonstration():
            raise CommandError("Only the clock of a demonstration database can be shown or moved.")
        offset = wanted_offset(options)
        if offset is not None:
            first = calendar().first
            if local_date(server_now() + offset) < first:
                said = f"The calendar begins on {first}: the clock cannot stand before it."
                raise CommandError(said)
        now = city_now() if offset is None else move_clock(offset=offset)
        self.stdout.write(now.astimezone(CITY).isoformat(timespec="seconds"))


def wanted_offset(options: dict[str, Any]) -> timedelta | None:
    """To the server's clock; None only shows."""
    if options["real"]:
        return timedelta()
    if options["set"] is not None:
        return instant(options["set"]) - server_now()
    if options["advance"] is not None:
        return city_now() + span(options["advance"]) - server_now()
    return None


def instant(text: str) -> datetime:
    """Without an offset it is the city's time."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not an ISO date and time.") from error
    return read if read.tzinfo else read.replace(tzinfo=CITY)


def span(text: str) -> timedelta:
    """Such as 3d4h."""
    if not SPAN.fullmatch(text):
        raise CommandError(f"{text} is not a span such as 3d4h or 90m.")
    parts = re.findall(r"(\d+)([wdhms])", text)
    total = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    return -total if text.startswith("-") else total
