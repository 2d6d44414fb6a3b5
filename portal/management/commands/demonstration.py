from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demonstration import make_people
from applications.assignments.demonstration import make_cells
from applications.referrals import demonstration as other_cities
from core.demonstration import is_demonstration
from ledger.actions import open_city
from publishing.demonstration import publish
from reliability.outages.demonstration import make_outages

#: Whose role it is to keep the offices of other cities.
KEEPER = "supply-lead"


class Command(BaseCommand):
    help = "Opens an empty database as a demonstration, with people and tables. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        open_city(demonstration=True)
        if not is_demonstration():
            raise CommandError("This is a real city: it cannot become a demonstration.")
        people = make_people()
        [keeper] = (person for person in people if person.username == KEEPER)
        publish(by=people)
        other_cities.register(keeper)
        make_outages(keeper)
        make_cells({person.username: person for person in people})
        if options["verbosity"]:
            self.stdout.write(f"A demonstration city with {len(people)} synthetic people.")
