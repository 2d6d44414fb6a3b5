"""Published tables of a demonstration: made up, marked so, and published as anybody would.

Their files are as a person would upload them, but for the days: `{-1}` is yesterday of the city's
clock, `{year-1}` last year. So there is always a fault that is on and a plan that is ahead.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.db import transaction

from accounts.models import User
from core.clock import city_now, local_date
from core.demonstration import dated, is_demonstration
from core.problems import Forbidden
from publishing import actions, permissions, queries
from publishing.models import Publication
from publishing.tables import tables

FILES: Final = Path(__file__).parent
SOURCE: Final = (FILES / "source.txt").read_text("utf-8").strip()


def publish(*, by: Iterable[User]) -> list[Publication]:
    """Publish every table of which nothing was ever published.

    Args:
        by: people among whom are those who keep the tables; one that none keeps stays empty, and so
            does one that two must keep.

    Raises:
        Forbidden: this is not a demonstration database.
    """
    if not is_demonstration():
        raise Forbidden("The tables of the demonstration are for demonstration databases only.")
    people, made, today = list(by), [], local_date(city_now())
    with transaction.atomic():
        for table in tables():
            keepers = [user for user in people if permissions.keeps(user, table)]
            if len(keepers) > table.checked and queries.newest(table.kind) is None:
                text = dated((FILES / f"{table.kind.value}.csv").read_text("utf-8"), today)
                draft = actions.begin(kind=table.kind, by=keepers[0], text=text, source=SOURCE)
                if table.checked:
                    actions.offer(draft=draft, by=keepers[0], sure=True)
                # Outages of past years are far from today, which the table asks about.
                publisher = keepers[table.checked]
                made.append(actions.publish(draft=draft, by=publisher, sure=True))
    return made
