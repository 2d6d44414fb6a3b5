"""Ratings (好差评): once for the acceptance and once in the end, by the customer alone."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.states import State
from ledger.queries import timeline
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import of, press
from tests.builders import Ready, again, states_of
from tests.rules.in_force import let

pytestmark = pytest.mark.django_db

#: Before anything is accepted, and once there is nothing to rate.
CLOSED = {"submitted", "supplement", "withdrawn"}


def rate(user: User, case: Application, **said: Any) -> Any:
    client = APIClient()
    client.force_authenticate(user)
    url = f"/api/v1/applications/{case.number}/actions/rate/"
    return client.post(url, {"level": 4} | said, format="json")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (kind, state)
        for kind in (Kind.RESIDENTIAL, Kind.HV_DUAL)
        for state in sorted(states_of(kind))
        if state != State.DRAFT
    ],
)
def test_the_acceptance_is_rated_from_then_on_and_all_of_it_in_the_end(
    people: dict[str, User], ready: Ready, kind: Kind, state: State
) -> None:
    case = ready(kind, state)
    owner = case.filed_by.user
    asked = {"level": 5}
    before = (case.state, case.holder, case.held_since, case.signed_papers)
    answers = [
        rate(owner, case, **asked, **stage).status_code
        for stage in ({"stage": "acceptance"}, {"stage": "acceptance"}, {}, {"stage": "end"})
    ]
    over, open_ = state == State.ENERGISED, state not in CLOSED
    assert answers == [200 if open_ else 409, 409, 200 if over else 409, 409]
    found = again(case)
    assert (found.acceptance_rating, found.rating) == (5 if open_ else None, 5 if over else None)
    assert (found.state, found.holder, found.held_since, found.signed_papers) == before


def test_once_all_of_it_is_rated_nothing_more_is(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    owner = case.filed_by.user
    assert rate(owner, case).status_code == 200
    late = rate(owner, case, stage="acceptance")
    assert (late.status_code, late.json()["detail"]) == (409, "已经评价过了。")
    assert again(case).acceptance_rating is None


def test_each_is_an_entry_of_its_own_and_nothing_else_moves(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.LV_SMALL, State.ACCEPTED)
    owner, before = case.filed_by.user, len(timeline(case.ref))
    rate(owner, case, stage="acceptance", comment="快")
    [event] = timeline(case.ref)[before:]
    assert (event.type, event.from_state, event.to_state, event.clock) == (
        "case.acceptance_rated", "accepted", "accepted", "",
    )  # fmt: skip
    assert [found for found in broken() if found[1]] == []


@pytest.mark.parametrize("stage", ["acceptance", "end"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_lowest_levels_need_words(
    people: dict[str, User], ready: Ready, stage: str, level: int
) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    owner = case.filed_by.user
    for nothing in ({}, {"comment": None}, {"comment": " \u200b"}):
        if level == 3:
            continue
        refused = rate(owner, case, stage=stage, level=level, **nothing)
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        assert (error["pointer"], bool(error["clause"])) == ("/comment", True)
    words = {} if level == 3 else {"comment": "等了很久"}
    assert rate(owner, case, stage=stage, level=level, **words).status_code == 200


def test_which_levels_need_words_the_rules_say(
    people: dict[str, User], ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    let(monkeypatch, "rating.reason_to", 3)
    assert rate(case.filed_by.user, case, level=3).status_code == 422
    let(monkeypatch, "rating.reason_to", 0)
    assert rate(case.filed_by.user, case, level=1).status_code == 200


@pytest.mark.parametrize("stage", ["", "begin", 1, ["end"]])
def test_a_stage_that_there_is_not_is_refused(
    people: dict[str, User], ready: Ready, stage: Any
) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    # Nothing is as good as the default.
    assert rate(case.filed_by.user, case, stage=stage).status_code == (422 if stage else 200)


def test_nobody_of_the_company_or_a_bureau_rates(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.LV_SMALL, State.ACCEPTED)
    asked = {name: rate(people[name], case, stage="acceptance").status_code for name in people}
    assert {name: code for name, code in asked.items() if code == 200} == {"shop": 200}


def test_the_page_rates_what_there_is(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    client = of(people, "resident")
    url = f"/account/cases/{case.number}/rate/"
    silent = press(client, url, level="1")
    assert (silent.status_code, set(silent.context["form"].errors)) == (422, {"comment"})
    press(client, url, level="1", comment="没人接电话")
    assert (again(case).acceptance_rating, again(case).rating) == (1, None)
    # The next step is still the contract, with the accent.
    page = client.get(f"/account/cases/{case.number}/")
    assert [button.action for button in page.context["choices"].now if button.primary] == [
        "sign_contract"
    ]
    assert "没人接电话" in page.content.decode()
    ended = ready(Kind.RESIDENTIAL, State.ENERGISED)
    press(client, f"/account/cases/{ended.number}/rate/", level="5")
    assert (again(ended).acceptance_rating, again(ended).rating) == (None, 5)
