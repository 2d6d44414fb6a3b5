"""Two people at the same instant: one of them wins, the other hears so, nothing is half done."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications.models import Application, Draft
from applications.states import State
from approvals.models import Permit
from ledger.models import Entry
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.approvals.people import ANSWERED
from tests.builders import (
    case_at,
    do,
    drafted,
    filed,
    fresh_address,
    open_permits,
    perform,
    permit_step,
)
from tests.concurrency.processes import Outcome, at_once, barrier, outcome_of
from tests.page import Page
from tests.people import browser, staff

TIMES = 12


def nothing_broken() -> None:
    assert verify() is None
    assert [(name, rows) for name, rows in broken() if rows] == []


def acting(case: Application, action: str, by: User) -> Callable[[], str]:
    """One action as a call that answers with the state after it."""

    def call() -> str:
        return str(perform(application=case, action=action, by=by).state)

    return call


def race(rounds: list[list[Callable[[], Any]]]) -> list[list[Outcome]]:
    """Run many races of the same number of parties, a process for each party."""
    parties = len(rounds[0])
    together = barrier(parties)

    def runner(number: int) -> Callable[[], list[Outcome]]:
        def run() -> list[Outcome]:
            outcomes = []
            for calls in rounds:
                together.wait()
                outcomes.append(outcome_of(calls[number]))
            return outcomes

        return run

    finished = at_once(*(runner(number) for number in range(parties)))
    assert [one.refused for one in finished] == [""] * parties
    return [list(row) for row in zip(*(one.value for one in finished), strict=True)]


def test_two_managers_accept_one_case(people: dict[str, User]) -> None:
    other = staff(Role.MANAGER, username="second-manager")
    cases = [filed(people, Kind.LV_OTHER) for _ in range(TIMES)]
    managers = (people["manager"], other)
    races = race([[acting(case, "accept", by) for by in managers] for case in cases])
    for case, outcomes in zip(cases, races, strict=True):
        [winner] = [one for one in outcomes if not one.refused]
        [loser] = [one for one in outcomes if one.refused]
        accepted = Entry.objects.get(case_ref=case.ref, type="case.accepted")
        assert (winner.value, loser.refused) == (State.ACCEPTED, "somebody-was-faster")
        assert loser.extra == {"winner": {"role": "manager", "at": accepted.at.isoformat()}}
    nothing_broken()


Answer = tuple[int, str]


def by_program_and_page(
    people: list[User], api: str, page: str, form: dict[str, Any]
) -> tuple[list[str], list[str]]:
    """Let people ask for one act in the same instant, every other one as a program does, the others
    with a button of a page; return what those are told, by way, who came too late."""

    def asking(client: Client, *, program: bool) -> Callable[[], Answer]:
        def call() -> Answer:
            sent = client.post(api, {}, "application/json") if program else client.post(page, form)
            return sent.status_code, sent.content.decode()

        return call

    found = at_once(
        *(asking(browser(user), program=number % 2 == 0) for number, user in enumerate(people))
    )
    assert [one.refused for one in found] == [""] * len(people)
    statuses = [one.value[0] for one in found]
    assert sorted(statuses)[1:] == [409] * (len(people) - 1)
    assert min(statuses) in (200, 302)
    told = [[one.value[1] for one in found[way::2] if one.value[0] == 409] for way in (0, 1)]
    return told[0], told[1]


def test_of_ten_at_the_same_instant_one_wins_and_nine_read_who(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    ten = [staff(Role.MANAGER, username=f"manager-{number}") for number in range(10)]
    form = {"action": "accept", "version": case.version, "idempotency_key": "k"}
    api = f"/api/v1/applications/{case.number}/actions/accept/"
    programs, pages = by_program_and_page(ten, api, f"/work/cases/{case.number}/act/", form)
    accepted = Entry.objects.get(case_ref=case.ref, type="case.accepted")
    winner = {"role": "manager", "at": accepted.at.isoformat()}
    assert [json.loads(told)["winner"] for told in programs] == [winner] * len(programs)
    assert all("客户经理" in read(told) for told in pages)

    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    permit = next(one for one in open_permits(case) if one.bureau == "planning")
    permit = permit_step(permit=permit, action="accept", by=people["planning"], body={})
    ten = [staff(Role.OFFICER, username=f"officer-{number}") for number in range(10)]
    form = {"version": permit.version, "idempotency_key": "k", **ANSWERED}
    api = f"/api/v1/permits/{permit.pk}/actions/grant/"
    programs, pages = by_program_and_page(ten, api, f"/bureau/permits/{permit.pk}/grant/", form)
    granted = Entry.objects.get(part=permit.ref, type="permit.granted")
    winner = {"role": "officer", "at": granted.at.isoformat()}
    assert [json.loads(told)["winner"] for told in programs] == [winner] * len(programs)
    assert all("经办人" in read(told) for told in pages)
    nothing_broken()


def read(page: str) -> str:
    """What the refusal of a page says."""
    return str(Page(page).tree.xpath("string(//*[@role='alert'])"))


def test_the_same_manager_twice_is_told_of_the_state(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    [outcomes] = race([[acting(case, "accept", people["manager"])] * 2])
    assert sorted(one.refused for one in outcomes) == ["", "wrong-state"]
    nothing_broken()


def test_two_officers_grant_and_refuse_one_permit(people: dict[str, User]) -> None:
    second = staff(Role.OFFICER, username="second-officer", bureau="planning")
    permits = []
    for _ in range(TIMES):
        case = case_at(people, Kind.LV_OTHER, State.PERMITS)
        [permit] = [one for one in open_permits(case) if one.bureau == "planning"]
        permit_step(permit=permit, action="accept", by=people["planning"], body={})
        permits.append(permit)
    no = {"reason": "线位冲突", "clause": "城乡规划法 40"}

    def deciding(permit: Permit, action: str, by: User, body: dict[str, Any]) -> Callable[[], str]:
        return lambda: str(permit_step(permit=permit, action=action, by=by, body=body).state)

    races = race(
        [
            [
                deciding(permit, "grant", people["planning"], {}),
                deciding(permit, "refuse", second, no),
            ]
            for permit in permits
        ]
    )
    for permit, outcomes in zip(permits, races, strict=True):
        [winner] = [one for one in outcomes if not one.refused]
        [loser] = [one for one in outcomes if one.refused]
        state = Permit.objects.get(pk=permit.pk).state
        assert (state, loser.refused) == (winner.value, "somebody-was-faster")
        assert loser.extra["winner"]["role"] == "officer"
        assert Entry.objects.filter(part=permit.ref, to_state=state).count() == 1
    nothing_broken()


def test_withdrawing_while_a_permit_is_granted(people: dict[str, User]) -> None:
    cases, permits = [], []
    for _ in range(TIMES):
        case = case_at(people, Kind.LV_OTHER, State.PERMITS)
        for permit in open_permits(case)[1:]:
            officer = people[permit.bureau]
            permit_step(permit=permit, action="accept", by=officer, body={})
            permit_step(permit=permit, action="grant", by=officer, body={})
        [last] = open_permits(case)
        permit_step(permit=last, action="accept", by=people[last.bureau], body={})
        cases.append(case)
        permits.append(last)

    def granting(permit: Permit) -> Callable[[], str]:
        by = people[permit.bureau]
        return lambda: str(permit_step(permit=permit, action="grant", by=by, body={}).state)

    races = race(
        [
            [acting(case, "withdraw", case.filed_by.user), granting(permit)]
            for case, permit in zip(cases, permits, strict=True)
        ]
    )
    for case, permit, (withdrawal, grant) in zip(cases, permits, races, strict=True):
        # A case can be withdrawn after its join too, so the withdrawal always comes through.
        assert (withdrawal.value, withdrawal.refused) == (State.WITHDRAWN, "")
        assert Application.objects.get(pk=case.pk).state == State.WITHDRAWN
        state = Permit.objects.get(pk=permit.pk).state
        joins = Entry.objects.filter(case_ref=case.ref, type="case.permits_joined").count()
        lost, won = ("withdrawn", 0, "somebody-was-faster"), ("granted", 1, "")
        assert (state, joins, grant.refused) == (lost if grant.refused else won)
    nothing_broken()


def test_one_person_files_twice_for_one_address(people: dict[str, User]) -> None:
    pairs = []
    for _ in range(TIMES):
        address = {"district": "510302", "line": fresh_address()}
        pairs.append([drafted(people, Kind.LV_OTHER, address=address) for _ in range(2)])
    races = race([[acting(case, "submit", case.filed_by.user) for case in pair] for pair in pairs])
    for pair, outcomes in zip(pairs, races, strict=True):
        refused = sorted(one.refused for one in outcomes)
        assert refused == ["", "wrong-state"], outcomes
        [winner] = [case for case, one in zip(pair, outcomes, strict=True) if not one.refused]
        [told] = [one.detail for one in outcomes if one.refused]
        assert winner.number in told
        assert Application.objects.get(number=winner.number).state == State.SUBMITTED
        [draft] = Draft.objects.filter(number__in=[case.number for case in pair])
        assert draft.number != winner.number
    nothing_broken()


def test_an_older_draft_cannot_slip_past_a_newer_withdrawn_case(people: dict[str, User]) -> None:
    """The open case is found whatever the order in which the drafts were written down."""
    address = {"district": "510302", "line": fresh_address()}
    older, newer, third = (drafted(people, Kind.LV_OTHER, address=address) for _ in range(3))
    do(people, do(people, newer, "submit"), "withdraw")
    do(people, older, "submit")
    [outcome] = at_once(acting(third, "submit", third.filed_by.user))
    assert outcome.refused == "wrong-state"
    assert older.number in outcome.detail


def test_a_form_from_before_another_s_step_is_stale_though_its_own_is_still_legal(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.LV_OTHER)
    seen = case.version
    do(people, case, "accept")

    def withdrawing(version: int) -> Callable[[], str]:
        def call() -> str:
            return str(
                perform(
                    application=case, action="withdraw", by=case.filed_by.user, version=version
                ).state
            )

        return call

    outcomes = at_once(withdrawing(seen), withdrawing(seen))
    assert [one.refused for one in outcomes] == ["stale", "stale"]
    [outcome] = at_once(withdrawing(seen + 1))
    assert outcome.value == State.WITHDRAWN


def test_an_officer_s_old_page_is_stale(people: dict[str, User]) -> None:
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    permit = open_permits(case)[0]
    officer = people[permit.bureau]
    permit = permit_step(permit=permit, action="accept", by=officer, body={})
    seen = permit.version
    body = {"ground": "hearing", "expected_days": 2}
    permit_step(permit=permit, action="exclude_time", by=officer, body=body)
    permit_step(permit=permit, action="resume", by=officer, body={})
    [outcome] = at_once(
        lambda: permit_step(permit=permit, action="grant", by=officer, body={}, version=seen).state
    )
    assert outcome.refused == "stale"
    assert Permit.objects.get(pk=permit.pk).state == "accepted"


@pytest.mark.parametrize("version_seen", [True, False])
def test_a_form_from_before_the_other_step_is_stale(
    people: dict[str, User], *, version_seen: bool
) -> None:
    case = filed(people, Kind.LV_OTHER)

    def asking() -> str:
        version = case.version if version_seen else None
        body = {"items": [{"requirement": "identity", "reason": "照片不清"}]}
        done = perform(
            application=case, action="request_supplement", by=people["clerk"], body=body,
            version=version,
        )  # fmt: skip
        return str(done.state)

    do(people, case, "accept")
    [outcome] = at_once(asking)
    assert outcome.refused == "somebody-was-faster"
