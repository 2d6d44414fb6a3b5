"""Whether this database is a demonstration: the record's first entry says so, for good; and days of
what is made up for one."""

import re
from datetime import date, timedelta
from typing import Final

from django.db import connection

_known: dict[str, bool] = {}
AGO: Final = re.compile(r"\{([+-]\d+)\}")
YEAR: Final = re.compile(r"\{year([+-]\d+)\}")


def is_demonstration() -> bool:
    """Remembered per database once its record has a first entry; before that False."""
    name = str(connection.settings_dict["NAME"])
    if name not in _known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT city_is_demonstration()")
            answer: bool | None = cursor.fetchone()[0]
        if answer is None:
            return False
        _known[name] = answer
    return _known[name]


def dated(text: str, today: date) -> str:
    """A file of made-up things with its days around today: `{-1}` is yesterday, `{year-1}` last
    year."""
    text = YEAR.sub(lambda found: str(today.year + int(found[1])), text)
    return AGO.sub(lambda found: (today + timedelta(days=int(found[1]))).isoformat(), text)
