import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from documents import storage


class Command(BaseCommand):
    help = (
        "Checks every stored file against its row: rows without file, wrong digests, files without "
        "row. Exit 1 when there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove-strays", action="store_true", help="delete files older than 1 h without row"
        )

    def handle(self, *args: Any, remove_strays: bool, **options: Any) -> None:
        if remove_strays:
            self.stdout.write(f"{storage.remove_strays()} stray files removed")
        found = list(storage.findings())
        for finding in found:
            self.stdout.write(f"{finding.what}: {finding.name}")
        self.stdout.write("documents are whole" if not found else f"{len(found)} findings")
        if found:
            sys.exit(1)
