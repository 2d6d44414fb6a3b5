"""Patrols and defects in tests, by the real acts of the supply company's people."""

from typing import Any, Final

from accounts.models import User
from reliability.patrols.actions import register_patrol, report_defect
from reliability.patrols.models import Defect, Patrol

PATROL: Final[dict[str, Any]] = {"element": "L-1", "every_days": 30, "due_on": "2026-12-10"}
DEFECT: Final[dict[str, Any]] = {
    "element": "L-1", "severity": "serious", "words": "绝缘子破损",
}  # fmt: skip


def patrolled(by: User, **said: Any) -> Patrol:
    return register_patrol(body=PATROL | said, by=by)


def reported_defect(by: User, **said: Any) -> Defect:
    return report_defect(body=DEFECT | said, by=by)


def on_the_public_grid(by: User) -> dict[str, Any]:
    """A patrol and a defect of what the published sample has, for who may do what."""
    return {
        "patrol": patrolled(by, element="YS-L1").pk,
        "defect": reported_defect(by, element="YS-L1").pk,
    }
