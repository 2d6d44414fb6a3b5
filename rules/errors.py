"""What can be wrong with rules. These reach operators and logs, in English."""

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


class NotInForce(LookupError):
    """No decision of the city is in force on the day asked for."""


class NotLoaded(LookupError):
    """The version is not in the database: `manage.py load_rules` was not run, or it is unknown."""


class BeforeCalendar(ValueError):
    """A day before the first year of the calendar."""
