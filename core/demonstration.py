"""Whether this database is a demonstration: the record's first entry says so, for good."""

from django.db import connection

_known: dict[str, bool] = {}


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
