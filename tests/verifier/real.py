"""A record that the portal itself made: cases taken through real actions, signed and published."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from accounts.models import User
from applications.models import Application
from applications.states import State
from rules.names import Kind
from tests.verifier.writer import Files


@dataclass
class Real:
    """What the city published, state by state, and what others kept of it.

    Attributes:
        states: the published folder after every run of the sequencer that signed something.
        receipts: receipts by the state that they were taken in.
        keys: the folder of private keys, for those who have the right one and still do wrong.
    """

    states: list[Files] = field(default_factory=list)
    receipts: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    secrets: Files = field(default_factory=dict)


def files_of(folder: Path) -> Files:
    """The content of a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _cases(people: Mapping[str, User]) -> Iterator[Application]:
    """Cases at several states; each is yielded when it got there."""
    from tests import builders

    yield builders.case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    yield builders.case_at(people, Kind.LV_SMALL, State.WITHDRAWN)
    yield builders.case_at(people, Kind.HV_SINGLE, State.REPLANNING)
    case = builders.case_at(people, Kind.HV_DUAL, State.PERMITS)
    yield case
    builders.decide_all(people, case)
    yield builders.again(case)
    yield builders.case_at(people, Kind.LV_OTHER, State.SUPPLEMENT)


def made() -> Real:
    """Run a city, publish after each of its cases, change its key midway; in an empty database."""
    from django.core.management import call_command

    from ledger import folders
    from tests.ledger.entries import written
    from tests.people import open_demonstration

    real = Real()
    people = open_demonstration()
    _publish(real)
    for number, case in enumerate(_cases(people)):
        _receipt(real, case)
        _publish(real)
        _receipt(real, case)
        written(50)
        _publish(real)
        if number == 3:
            call_command("record", "rotate", stdout=StringIO())
            _publish(real)
    real.secrets = files_of(folders.home() / "keys")
    return real


def _publish(real: Real) -> None:
    from ledger import folders, sequencer

    sequencer.run()
    real.states.append(files_of(folders.public()))


def _receipt(real: Real, case: Application) -> None:
    """The receipts of a case as its applicant gets them now: promised before, proved after."""
    from applications.receipts.content import read
    from applications.receipts.lookup import find
    from applications.receipts.render import receipt_json
    from core.problems import Missing
    from ledger.models import Entry

    for seq in Entry.objects.filter(case_ref=case.ref).values_list("case_seq", flat=True):
        try:
            reading = read(find(str(case.number), seq, case.filed_by.user))
        except Missing:
            continue
        receipt = json.loads(json.dumps(receipt_json(reading)))
        real.receipts.append((len(real.states) - 1, receipt))
