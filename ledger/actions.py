"""What is done to the record as a whole: opening the city, moving a demonstration's clock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from core.demonstration import is_demonstration
from core.problems import Forbidden
from ledger.models import Entry
from ledger.record import CITY_REF, NewEntry, append


def open_city(*, demonstration: bool) -> bool:
    """Write the record's first entry, which says for good whether this is a demonstration.

    Returns:
        True where the city was opened now, False where it was open already.
    """
    with transaction.atomic():
        if Entry.objects.exists():
            return False
        opened = "city.demonstration_opened" if demonstration else "city.opened"
        append(NewEntry(case_ref=CITY_REF, type=opened, actor=SYSTEM))
    return True


def move_clock(*, offset: timedelta, by: Actor = SYSTEM) -> datetime:
    """Set a demonstration's clock to the server's plus an offset; the move is recorded.

    Args:
        offset: difference to the server's clock; zero is the real time.
        by: who moves it.

    Returns:
        The city's instant after the move.

    Raises:
        Forbidden: this is a real city.
    """
    if not is_demonstration():
        raise Forbidden(_("The clock of a real city cannot be moved."))
    with transaction.atomic(), connection.cursor() as cursor:
        data = {"offset": offset.total_seconds()}
        append(NewEntry(case_ref=CITY_REF, type="city.clock_moved", actor=by, data=data))
        moved: list[Any] = [offset]
        cursor.execute("SELECT city_clock_move(%s)", moved)
        now: datetime = cursor.fetchone()[0]
    return now
