"""What the tests of receipts share: finding them, and checking them with the program for all."""

import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.test import Client

from applications.models import Application
from core.events import catalogue
from ledger.models import Entry
from ledger.receipts import number_of

#: Asks the stand-alone program: its exit status, and the first word of its answer.
Say = Callable[..., tuple[int, str]]
PROGRAM = Path(settings.BASE_DIR) / "static" / "record" / "tongdian_verify.py"

RECEIPTED = {event.type for event in catalogue() if event.receipt}


def entries(case: Application) -> list[Entry]:
    """Every step of a case that has a receipt, oldest first."""
    found = Entry.objects.filter(case_ref=case.ref, type__in=RECEIPTED)
    return list(found.order_by("case_seq"))


def entry_of(case: Application, kind: str) -> Entry:
    """The last step of a type."""
    return [entry for entry in entries(case) if entry.type == kind][-1]


def page_of(case: Application, kind: str) -> str:
    """The address of the receipt of the last step of a type."""
    return f"/account/cases/{case.number}/receipts/{entry_of(case, kind).case_seq}/"


def got(client: Client, case: Application, entry: Entry) -> dict[str, Any]:
    """A receipt as the API gives it."""
    number = number_of(case.number, entry.case_seq)
    answer = client.get(f"/api/v1/ledger/receipts/{number}/")
    assert answer.status_code == 200, (entry.type, answer.content)
    found: dict[str, Any] = answer.json()
    return found


@cache
def program() -> ModuleType:
    """The stand-alone program, as anybody downloads it."""
    spec = importlib.util.spec_from_file_location("tongdian_verify", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def opened(receipt: dict[str, Any]) -> Any:
    """What the entry of a receipt commits to."""
    return json.loads(receipt["opening"]["data"])
