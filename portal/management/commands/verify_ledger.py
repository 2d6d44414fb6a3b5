import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.models import Entry
from ledger.verify import verify


class Command(BaseCommand):
    help = (
        "Checks order, times, hashes, guards, checkpoints and published files of the record; "
        "exit 1 at the first fault."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            metavar="FILE",
            action="append",
            default=[],
            help="a checkpoint that was kept: the record must begin with it (may be repeated)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = [kept_checkpoint(name) for name in options["checkpoint"]]
        fault = verify(kept, lambda said: self.stderr.write(f"{said} ..."))
        if fault:
            where = f"entry {fault.entry_id}: " if fault.entry_id else ""
            self.stdout.write(f"The record does not hold: {where}{fault.what}")
            sys.exit(1)
        self.stdout.write(f"The record holds: {Entry.objects.count()} entries")


def kept_checkpoint(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}") from error
