"""What can be wrong with rules. These reach operators and logs, in English."""

from django.utils.translation import gettext_lazy as _

from core.problems import WrongState
from rules.texts import Clause


class RuleError(Exception):
    """Rule files that cannot be loaded: which file, which key, which clause, and why.

    Args:
        file: path of the file within the city's folder.
        key: key of the row, or the table where there is no key yet.
        reason: why it is refused.
        clause: the clause of the row, where it was read already.
    """

    def __init__(self, file: str, key: str, reason: str, clause: Clause | None = None) -> None:
        self.file, self.key, self.reason, self.clause = file, key, reason, clause
        cited = f" ({clause.zh} / {clause.en})" if clause else ""
        super().__init__(f"{file}: {key}{cited}: {reason}")


class NotInForce(WrongState, LookupError):
    """409: no decision of the city is in force on the day asked for.

    A person meets it where the clock of a demonstration stands before the first decision.

    Args:
        what: which city, and since when it has decisions.
    """

    def __init__(self, what: str) -> None:
        super().__init__(_("No decision of the city was in force on that day."))
        self.what = what

    def __str__(self) -> str:
        return self.what


class NotLoaded(LookupError):
    """The version is not in the database: `manage.py load_rules` was not run, or it is unknown."""


class BeforeCalendar(ValueError):
    """A day before the first year of the calendar."""
