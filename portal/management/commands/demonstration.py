from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demonstration import make_people
from core.demonstration import is_demonstration
from ledger.actions import open_city


class Command(BaseCommand):
    help = "Opens an empty database as a demonstration and makes its people. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        open_city(demonstration=True)
        if not is_demonstration():
            raise CommandError("This is a real city: it cannot become a demonstration.")
        people = make_people()
        if options["verbosity"]:
            self.stdout.write(f"A demonstration city with {len(people)} synthetic people.")
