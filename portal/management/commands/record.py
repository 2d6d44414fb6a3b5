from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.problems import Forbidden
from ledger import keys, upkeep, witnesses
from ledger.trouble import NotBegun, RecordTrouble


class Command(BaseCommand):
    help = "Lists and rotates the record's keys, declares a gap, rebuilds its files, its witnesses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("keys", help="lists every key with its purpose and sizes")
        rotate = verbs.add_parser("rotate", help="replaces the log key; the old one introduces it")
        rotate.add_argument("--receipt", action="store_true", help="the receipt key instead")
        rotate.add_argument("--lost", action="store_true", help="the log key's file is gone")
        gap = verbs.add_parser("declare_gap", help="gives up what a restored database has lost")
        gap.add_argument("--reason", required=True)
        gap.add_argument("--approved-by", required=True, metavar="USERNAME")
        verbs.add_parser("rebuild", help="writes the public files anew from the database")
        witness = verbs.add_parser("witness", help="who cosigns the checkpoints")
        what = witness.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="lists who is asked")
        add = what.add_parser("add", help="asks somebody from now on")
        for name in ("name", "vkey", "url"):
            add.add_argument(name)
        what.add_parser("remove", help="asks somebody no more").add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except Forbidden as error:
            raise CommandError("This person holds no role that may approve it.") from error
        except (RecordTrouble, ValueError) as error:
            raise CommandError(str(error)) from error

    def _keys(self, options: dict[str, Any]) -> None:
        try:
            found = keys.published()["keys"]
        except NotBegun:
            found = []
        for key in found:
            until = key["until_size"]
            sizes = f"from {key['from_size']}" + (f" until {until}" if until is not None else "")
            self.stdout.write(f"{key['purpose']:8}epoch {key['epoch']}  {sizes}  {key['vkey']}")
        if not found:
            self.stdout.write("No key yet: the first run of the sequencer makes them.")

    def _rotate(self, options: dict[str, Any]) -> None:
        purpose = keys.RECEIPT if options["receipt"] else keys.LOG
        self.stdout.write(str(upkeep.rotate(purpose, lost=options["lost"])))

    def _declare_gap(self, options: dict[str, Any]) -> None:
        person = User.objects.filter(username=User.normalise(options["approved_by"])).first()
        if person is None:
            raise CommandError("There is no such account.")
        epoch = upkeep.declare_gap(reason=options["reason"], by=person)
        self.stdout.write(
            f"The gap is in the record; epoch {epoch} has begun: {keys.origin(epoch)}"
        )

    def _rebuild(self, options: dict[str, Any]) -> None:
        missing = upkeep.rebuild()
        self.stdout.write("The public files of this epoch are those of the database.")
        if missing:
            raise CommandError("; ".join(missing))

    def _witness(self, options: dict[str, Any]) -> None:
        if options["what"] == "add":
            witnesses.add(options["name"], options["vkey"], options["url"])
        elif options["what"] == "remove":
            witnesses.remove(options["name"])
        for witness in witnesses.asked():
            self.stdout.write(f"{witness.name}  {witness.url}  {witness.vkey}")
