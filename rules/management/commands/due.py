"""The due date of a limit, from the files and without a database."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rules.book import Book, NotInForce
from rules.calendar import ZONE, Calendar, Due
from rules.names import Kind, Measure, Permit, Route

REFUSED = 2


class Command(BaseCommand):
    help = (
        "The due date of a limit: YYYY-MM-DD [provisional] calendar=VERSION. KIND is a kind, a "
        "permit (its review), or one of instant, intake, set. A START without offset is "
        "Asia/Shanghai. With --stdin, one line `START_ISO N` in, one line out."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?")
        parser.add_argument("start", nargs="?")
        parser.add_argument("--days", type=int, help="working days, instead of those of the rules")
        parser.add_argument("--district", help="code of the district whose rules count")
        parser.add_argument("--stdin", action="store_true", help="read lines START_ISO N")

    def handle(self, *args: Any, **options: Any) -> None:
        calendar = Calendar.from_files()
        try:
            found = _read_lines(calendar) if options["stdin"] else [_due(calendar, options)]
            for due in found:
                provisional = "provisional " if due.provisional else ""
                self.stdout.write(f"{due.date} {provisional}calendar={calendar.version}")
        except (ValueError, LookupError, OverflowError) as error:
            raise CommandError(str(error), returncode=REFUSED) from error


def _read_lines(calendar: Calendar) -> Iterator[Due]:
    for number, line in enumerate(sys.stdin, start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != len(("START_ISO", "N")):
            raise ValueError(f"line {number}: START_ISO N is expected")
        try:
            yield calendar.due(_moment(words[0]), _whole(words[1]))
        except (ValueError, OverflowError) as error:
            raise ValueError(f"line {number}: {error}") from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _whole(text: str) -> int:
    days = int(text)
    if days < 0:
        raise ValueError("working days are 0 or more")
    return days


def _due(calendar: Calendar, options: dict[str, Any]) -> Due:
    kind, start = options["kind"], options["start"]
    if not kind or not start:
        raise ValueError("KIND and START are needed, or --stdin")
    if kind not in _NAMES:
        raise LookupError(f"{kind} is none of: {', '.join(_NAMES)}")
    moment = _moment(start)
    day = moment.astimezone(ZONE).date()
    calendar.due(day, 0)
    if options["days"] is not None:
        return calendar.due(moment, _whole(str(options["days"])))
    if kind == Measure.INSTANT:
        return calendar.due(calendar.next_working(day), 0)
    try:
        policy = Book.from_files().in_force(on=day, district=options["district"])
    except NotInForce as error:
        raise LookupError(f"{error}; give --days") from error
    if kind in list(Permit):
        limit = policy.permit_limit(kind, Route.REVIEW)
    elif kind == Measure.SET:
        limit = policy.set_limit()
    else:
        limit = policy.intake_limit() if kind == Measure.INTAKE else policy.limit(kind)
    return calendar.due(moment, limit.days if limit else 0)


_NAMES = (*Kind, *Permit, Measure.SET, Measure.INTAKE, Measure.INSTANT)
