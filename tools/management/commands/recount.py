import sys
from typing import Any

from django.core.management.base import BaseCommand

from applications.timings.releases import published
from tools.recount import differences


class Command(BaseCommand):
    help = (
        "Counts the newest published timings of every period again, day by day from the record; "
        "exit 1 where they differ."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for release in reversed(published()):
            found = list(differences(release))
            wrong += len(found)
            self.stdout.write(f"{release}: {len(found)} figures differ")
            for each in found:
                self.stdout.write(
                    f"  {each.row.table} {each.row.row or 'all'} {each.row.district or 'city'} "
                    f"{each.figure}: published {each.published}, counted {each.counted}"
                )
        if wrong:
            sys.exit(1)
