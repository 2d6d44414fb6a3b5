"""Who was awaited while something was late, at each instant, read off the record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from core.clock import local_date

#: Parties beside the supply company and the single bureaus: the customer, and, where a case or the
#: whole set waits for permits, the bureaus together.
APPLICANT: Final = "applicant"
SET: Final = "set"


@dataclass(frozen=True, slots=True)
class Stay:
    """A span of the lateness in which one party was awaited; `now`: it still is."""

    party: str
    since: datetime
    until: datetime
    now: bool

    @property
    def days(self) -> int:
        """Calendar days; a day belongs to who was awaited at its 00:00, as in every timeline."""
        return (local_date(self.until) - local_date(self.since)).days


def stays(clocks: Iterable[int]) -> dict[int, list[Stay]]:
    """By clock id, in order, those that touch; `late_stays` reads them off the record."""
    found: dict[int, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM late_stays(%s)", [list(clocks)])
        for pk, party, since, until, now in cursor.fetchall():
            found[pk].append(Stay(party, since, until, now))
    return found
