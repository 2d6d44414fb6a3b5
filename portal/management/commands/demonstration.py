from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demonstration import make_people
from applications.assignments.demonstration import make_cells
from applications.referrals import demonstration as other_cities
from core.demonstration import is_demonstration
from ledger.actions import open_city
from oversight import demonstration as watched
from publishing.demonstration import publish
from reliability import demonstration as power

#: Whose role it is to keep the offices of other cities.
KEEPER = "supply-lead"


class Command(BaseCommand):
    help = "Opens an empty database as a demonstration, with people and tables. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        open_city(demonstration=True)
        if not is_demonstration():
            raise CommandError("This is a real city: it cannot become a demonstration.")
        people = make_people()
        named = {person.username: person for person in people}
        publish(by=people)
        other_cities.register(named[KEEPER])
        power.make(named)
        watched.make(named)
        make_cells(named)
        if options["verbosity"]:
            self.stdout.write(f"A demonstration city with {len(people)} synthetic people.")
