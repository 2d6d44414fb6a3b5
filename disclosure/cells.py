"""Values of answers as the cells of files for programs."""

from typing import Any

from core.templatetags.city import iso
from publishing.columns import PARTED


def cell_of(value: Any) -> str:
    """Nothing is empty; instants and days are ISO 8601, lists are parted by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return PARTED.join(map(cell_of, value))
    return iso(value) if hasattr(value, "isoformat") else str(value)
