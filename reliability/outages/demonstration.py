"""Outages of a demonstration: there is always one that is on and one that is ahead."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from accounts.models import User
from core.clock import city_now
from reliability.outages.actions import OUTAGES, enter
from reliability.outages.models import Outage

FILE: Final = Path(__file__).with_suffix(".toml")


def make_outages(by: User) -> None:
    """Enter those of the file, where there are none."""
    if Outage.objects.exists():
        return
    for said in tomllib.loads(FILE.read_text(encoding="utf-8"))["outage"]:
        then = said.pop("then", ())
        one = enter(body=_planned(said), by=by)
        for act in then:
            one = OUTAGES.perform(one, act, by=by)


def _planned(said: Mapping[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in said.items() if name not in ("begins", "hours")}
    if "begins" not in said:
        return body
    begins = city_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=said["begins"])
    times = {"planned_from": begins, "planned_until": begins + timedelta(hours=said["hours"])}
    return body | {name: at.isoformat() for name, at in times.items()}
