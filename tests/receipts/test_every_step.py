"""Every step with a receipt gives one that a stranger's program accepts, early and late."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application
from core.events import catalogue
from ledger import sequencer
from ledger.models import Entry
from tests.people import browser
from tests.receipts.lives import all_lives
from tests.receipts.reading import Say, entries, got

#: Those of a referral, which is no case: tests/applications/referrals.
APART = ("referral.",)
RECEIPTED = {
    event.type for event in catalogue() if event.receipt and not event.type.startswith(APART)
}


def one_of_each(cases: list[Application]) -> Iterator[tuple[Application, Entry]]:
    """The last step of every type that there is in some cases."""
    found = {entry.type: (case, entry) for case in cases for entry in entries(case)}
    yield from found.values()


def test_every_step_is_promised_at_once_and_proved_later(
    signed_city: dict[str, User], say: Say
) -> None:
    cases = all_lives(signed_city)
    regulator = browser(signed_city["manager"])
    steps = list(one_of_each(cases))
    assert {entry.type for _case, entry in steps} == RECEIPTED
    before = [got(regulator, case, entry) for case, entry in steps]
    assert sequencer.run() > len(steps)
    after = [got(regulator, case, entry) for case, entry in steps]
    promised, recorded = (0, "Promised"), (0, "Recorded")
    for (_case, entry), early, late in zip(steps, before, after, strict=True):
        assert early["proof"] is None, entry.type
        assert say(early) == promised, entry.type
        assert say(late) == recorded, entry.type
        assert (early["entry"], early["opening"], early["promise"]) == (
            late["entry"], late["opening"], late["promise"],
        )  # fmt: skip


def test_every_step_names_its_case_and_permit(signed_city: dict[str, User]) -> None:
    """Else a receipt would prove a step of nobody knows which case."""
    lead = browser(signed_city["supply-lead"])
    for case, entry in one_of_each(all_lives(signed_city)):
        data = json.loads(got(lead, case, entry)["opening"]["data"])
        assert data["number"] == case.number
        named = {"permit", "bureau"} <= set(data)
        assert named == entry.type.startswith(("permit.", "advice.")), entry.type


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r | {"number": r["number"] + "1"},
        lambda r: r | {"entry": r["entry"].replace('"submitted"', '"accepted"')},
        lambda r: r | {"opening": r["opening"] | {"data": r["opening"]["data"] + " "}},
        lambda r: r | {"promise": r["promise"].replace("T", "t", 1)},
        lambda r: r | {"proof": r["proof"].replace("index ", "index 1")},
    ],
)
def test_a_receipt_that_was_changed_does_not_hold(
    signed_city: dict[str, User], say: Say, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    from rules.names import Kind
    from tests.builders import filed

    case = filed(signed_city, Kind.RESIDENTIAL)
    sequencer.run()
    client: Client = browser(case.filed_by.user)
    receipt = got(client, case, entries(case)[-1])
    assert say(receipt)[0] == 0
    assert say(spoil(receipt))[0] == 1
