"""Registered offices of a demonstration. They are made up, marked so, and exist nowhere else."""

import tomllib
from pathlib import Path
from typing import Final

from accounts.models import User
from applications.referrals import offices
from applications.referrals.models import RegisteredOffice

FILE: Final = Path(__file__).with_suffix(".toml")


def register(by: User) -> list[RegisteredOffice]:
    """Make those who are missing; `by` is the supply company's lead."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["office"]
    known = set(RegisteredOffice.objects.values_list("name_zh", flat=True))
    return [offices.add(each, by=by) for each in listed if each["name_zh"] not in known]
