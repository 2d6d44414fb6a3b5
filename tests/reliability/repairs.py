"""Repair crews in tests."""

from typing import Any, Final

from accounts.models import User
from reliability.crews.actions import register
from reliability.crews.models import RepairCrew

CREW: Final = {
    "code": "QX-1", "district": "510302", "name": "五星抢修班", "towns": [], "phone": "95598",
}  # fmt: skip


def registered(by: User, **said: Any) -> RepairCrew:
    return register(body=CREW | said, by=by)
