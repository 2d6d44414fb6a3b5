from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.actions import NotApproved, approval, load_city
from rules.city import city_code
from rules.files import RuleError
from rules.registry import Loaded


class Command(BaseCommand):
    help = (
        "Load the rules and the calendar of the city; content that is there already is kept. "
        "In a real city somebody approves what is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--approved-by", default="", metavar="USERNAME", help="administrator or regulator"
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the record")
        parser.add_argument(
            "--shipped", action="store_true", help="a release brings it: what start-up says"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        city = city_code()
        try:
            word = approval(options["approved_by"], options["reason"], shipped=options["shipped"])
            rules, calendar = load_city(city, word)
        except RuleError as error:
            raise CommandError(f"The rules of {city} were refused: {error}") from error
        except NotApproved as error:
            raise CommandError(f"Nothing was loaded: {error}.") from error
        if options["verbosity"]:
            self._tell("rules", rules)
            self._tell("calendar", calendar)

    def _tell(self, what: str, loaded: Loaded) -> None:
        done = "loaded" if loaded.new else "already loaded"
        self.stdout.write(f"{what} {loaded.label}: {done}")
        if not loaded.newest:
            hint = "a later version is in force; change a file, a comment is enough, to return"
            self.stderr.write(f"{what} {loaded.label}: {hint}")
