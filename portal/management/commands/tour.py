"""Walk one case of every kind through a running portal."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.tour.client import Client, TourError
from portal.tour.refusals import check_refusals
from portal.tour.stories import STORIES
from portal.tour.walk import Walk
from rules.calendar import Calendar

PEOPLE = (
    "resident", "shop", "factory", "clerk", "manager", "project",
    "planning", "housing", "police", "transport", "city-management",
)  # fmt: skip


class Command(BaseCommand):
    help = "Takes a case of every kind from filing to energised over HTTP and prints its timeline."

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--base-url", default=f"http://127.0.0.1:{port}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._tour(Client(options["base_url"]))
        except TourError as error:
            raise CommandError(str(error)) from error

    def _tour(self, nobody: Client) -> None:
        clients = {name: nobody.signed_in(name) for name in PEOPLE}
        calendar = Calendar.from_files()
        for story in STORIES:
            walk = Walk(story, clients, calendar, lambda walk: check_refusals(walk, nobody))
            walk.walk()
            self.stdout.write("\n".join([*walk.lines(), ""]))
        self.stdout.write(f"{len(STORIES)} kinds from filing to energised, as the rules say.")
