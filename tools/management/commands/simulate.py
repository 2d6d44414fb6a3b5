import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.demonstration import is_demonstration
from tools.simulation.coordinator import ClockTooFar, first_day, processors, simulate
from tools.simulation.mix import Size, out_of_range
from tools.simulation.report import is_whole, lines


class Command(BaseCommand):
    help = (
        "Lets a demonstration city work for some days through the real actions, and prints what "
        "came of it; exit 1 where a story was not told to its end (docs/simulation.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="simulated days, from tomorrow")
        parser.add_argument("--cases", type=int, required=True, help="cases filed in these days")
        parser.add_argument("--seed", type=int, default=1, help="the same makes the same stories")
        parser.add_argument(
            "--processes", type=int, default=processors(), help="that act; as many as cores"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demonstration():
            raise CommandError("Only a demonstration database can be simulated in.")
        for name in ("days", "cases", "processes"):
            if reason := out_of_range(name, options[name]):
                raise CommandError(reason)
        size = Size(options["days"], options["cases"], options["seed"], first_day())
        try:
            city = simulate(size, options["processes"], self.stderr.write)
        except ClockTooFar as error:
            raise CommandError(str(error)) from error
        for line in lines(city):
            self.stdout.write(line)
        if not is_whole(city):
            sys.exit(1)
