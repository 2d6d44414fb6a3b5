"""Loads the city's rules and calendar into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rules.city import city_code
from rules.errors import RuleError
from rules.load import Loaded, load


class Command(BaseCommand):
    """`manage.py load_rules`: new content only; safe to repeat and to run at once."""

    help = "Load the rules and the calendar of the city; content that is there already is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        city = city_code()
        try:
            rules, calendar = load(city)
        except RuleError as error:
            raise CommandError(f"The rules of {city} were refused: {error}") from error
        if options["verbosity"]:
            self._tell("rules", rules)
            self._tell("calendar", calendar)

    def _tell(self, what: str, loaded: Loaded) -> None:
        done = "loaded" if loaded.new else "already loaded"
        self.stdout.write(f"{what} {loaded.label}: {done}")
        if not loaded.newest:
            hint = "a later version is in force; change a file, a comment is enough, to return"
            self.stderr.write(f"{what} {loaded.label}: {hint}")
