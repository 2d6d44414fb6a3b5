"""What a verification finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found that does not hold."""

    entry_id: int | None
    what: str
