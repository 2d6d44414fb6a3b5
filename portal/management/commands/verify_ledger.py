"""Verify the whole record."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from ledger.models import Entry
from ledger.verify import verify


class Command(BaseCommand):
    help = "Checks order, times, hashes and guards of the record; exit 1 at the first fault."

    def handle(self, *args: Any, **options: Any) -> None:
        fault = verify(lambda done: self.stderr.write(f"{done} entries ..."))
        if fault:
            where = f"entry {fault.entry_id}: " if fault.entry_id else ""
            self.stdout.write(f"The record does not hold: {where}{fault.what}")
            sys.exit(1)
        self.stdout.write(f"The record holds: {Entry.objects.count()} entries")
