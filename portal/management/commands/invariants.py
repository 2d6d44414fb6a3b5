import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications.queries import counts
from portal.invariants import broken


class Command(BaseCommand):
    help = "Runs every invariant query; exit 1 with the rows that break one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = False
        for name, rows in broken():
            found = found or bool(rows)
            self.stdout.write(f"{'BROKEN' if rows else 'holds '} {name}")
            for row in rows:
                self.stdout.write(f"    {row}")
        waiting = ", ".join(f"{count} {state}" for state, count in counts().items())
        self.stdout.write(f"messages on their way: {waiting}")
        if found:
            sys.exit(1)
