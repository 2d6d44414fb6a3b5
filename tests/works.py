"""Works of a line as their body declares them."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from approvals.serializers import LineWorks
from core.bodies import read
from rules.works import Works


def works_of(body: Mapping[str, Any], *, voltage: str | None = None) -> Works:
    """Works that a body declares, for a case of a voltage or for none."""
    number = body.get("application")
    case = SimpleNamespace(number=number, voltage=voltage) if voltage else None
    works: Works = read(LineWorks, body, thing=case)["works"]
    return works
