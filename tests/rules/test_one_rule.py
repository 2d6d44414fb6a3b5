"""One rule is changed in a file and loaded: everything that follows from it changes together, from
its day on, and the public page says what changed."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from applications.checklist import wanted
from applications.models import Application
from applications.states import State
from applications.timings.models import ALL
from applications.timings.releases import release_due
from core.clock import city_now
from deadlines.models import Clock
from rules import registry
from rules.book import Book
from rules.names import Kind
from tests.applications.timings.figures import later
from tests.builders import do, drafted, post_works
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import open_demonstration
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row
from tools.scenarios import PHONE, SHOP

SINCE = "2026-04-01"
SHOPS = {
    "applicant": SHOP | {"phone": PHONE}, "capacity_kw": 180, "voltage": "high", "sources": 1,
    "purpose": "commercial",
}  # fmt: skip


@pytest.mark.usefixtures("with_people", "committed_db", "fresh_registry")
def test_the_capacity_of_three_zero_service_is_raised(
    changed: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = open_demonstration()
    set_clock("2026-03-02 09:00")
    before = told()
    old = filed_by_the_shop(people)

    text = decision("city", row("three_zero.kw", "200", unit="kW", since=SINCE))
    book = changed("raised.toml", text=text)
    monkeypatch.setattr(Book, "from_files", lambda *_: book)
    call_command("load_rules", verbosity=0)
    registry.forget()
    assert told() == before  # it is not in force yet

    set_clock(f"{SINCE} 09:00")
    after = told()
    new = filed_by_the_shop(people)

    # The page, and its difference to the version before.
    identity = ["identity", "property"]
    assert (before, after) == (
        {"kind": "hv_single", "days": 16, "documents": [*identity, "project_approval"],
         "free": False},
        {"kind": "lv_small", "days": 7, "documents": identity, "free": True},
    )  # fmt: skip
    page = Page(reader().get(f"/disclosure/standards/versions/{SINCE}/")).main
    assert [words in page for words in ("160 kW", "200 kW", "changed")] == [True, True, True]
    # The checklist, the routing and the clock of the case that was filed after it alone.
    assert [facts_of(case) for case in (old, new)] == [
        ("hv_single", [*identity, "project_approval"], {"handling": 16, "whole_process": None}),
        ("lv_small", identity, {"handling": None, "whole_process": 7}),
    ]
    # And its place in the statistics.
    new = do(people, do(people, new, "accept"), "sign_contract")
    new = do(people, post_works(people, new, {"none": True}), "start_works")
    assert do(people, new, "energise").state == State.ENERGISED
    later("2026-05-05")
    april = {tuple(each[:3]): each[3:] for each in release_due()[-1].counts}
    assert april["energised", "lv_small", ALL] == [1, 1, 1]
    assert april["open", "hv_single", ALL] == [1, 0, 0]


def reader() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def told() -> dict[str, Any]:
    asked: dict[str, Any] = {
        "purpose": "commercial", "applicant_type": "company", "enterprise_size": "small",
        "district": "510302", "capacity_kw": 180, "voltage": "high",
    }  # fmt: skip
    takes = Client().get("/api/v1/disclosure/what-if/", asked).json()["takes"]
    first = [each for each in takes["documents"] if each["stage"] == "application"]
    return {
        "kind": takes["kind"],
        "days": takes["limit"]["days"],
        "documents": [each["code"] for each in first],
        "free": takes["free"],
    }


def filed_by_the_shop(people: dict[str, User]) -> Application:
    case = drafted(people, Kind.LV_SMALL, **SHOPS)
    return do(people, case, "submit")


def facts_of(case: Application) -> tuple[str, list[str], dict[str, int | None]]:
    needs = [need.code for need in wanted(case, case.rules(city_now()), "submit")]
    clocks = Clock.objects.filter(case_ref=case.ref, part=None)
    return case.kind, needs, dict(clocks.values_list("kind", "limit_days"))
