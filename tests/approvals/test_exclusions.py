"""Time that the law leaves out: its document, its overrun, and lateness that stays."""

import hashlib
from typing import Any

import pytest

from approvals.answers import time_left
from approvals.models import Permit
from approvals.queries import clocks_by_part, late_at_desk, permits
from core.clock import city_now
from ledger.models import Entry
from ledger.receipts.content import opening_of
from tests.approvals.people import Cast, bring, permit_of, post, set_clock, take
from tests.approvals.test_api import ask, client_of
from tests.approvals.test_pages import at_desk, hidden, text_of
from tests.builders import pdf
from tests.rules.in_force import let
from tools.scenarios import LONG_LINE, PDF, PLANNING_ONLY

GROUND = {"ground": "expert_review", "expected_days": 3}
ONE = hashlib.sha256(PDF).hexdigest()


def accepted(people: Cast) -> Permit:
    return bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")


def test_an_officer_hands_in_the_document_that_is_the_ground(people: Cast) -> None:
    permit = accepted(people)
    desk, path = at_desk(people, "planning"), f"/bureau/permits/{permit.pk}/exclude_time/"
    page = desk.get(path)
    assert not page.context["form"].is_bound
    form = {**hidden(page), **GROUND}
    without = desk.post(path, form)
    assert (without.status_code, list(without.context["form"].errors)) == (422, ["evidence"])
    sent = desk.post(path, {**form, "evidence": pdf("专家评审通知.pdf")})
    assert "专家评审通知.pdf" in text_of(desk.get(sent["Location"]))
    entry = opening_of(Entry.objects.get(part=permit.ref, type="permit.time_excluded"))
    assert entry is not None
    assert entry.data["documents"] == [{"requirement": "exclusion_document", "sha256": ONE}]
    [one] = ask(people, "regulator", f"permits/{permit.pk}/").json()["excluded"]
    assert [file["sha256"] for file in one["files"]] == [ONE]
    assert (one["ground"], one["expected_days"], one["overrun_days"]) == ("expert_review", 3, 0)
    assert at_desk(people, "planning").get(one["files"][0]["url"]).status_code == 200


@pytest.mark.parametrize(
    ("rule", "files", "status"),
    [("on_pages", 0, 200), ("on_pages", 1, 200), ("everywhere", 0, 422), ("everywhere", 1, 200)],
)
def test_the_rules_say_whether_a_program_hands_it_in_too(
    people: Cast, monkeypatch: pytest.MonkeyPatch, rule: str, files: int, status: int
) -> None:
    let(monkeypatch, "permit.excluded_time.document", rule)
    permit = accepted(people)
    url = f"/api/v1/permits/{permit.pk}/actions/exclude_time/"
    body: dict[str, Any] = {**GROUND, "files": [pdf()]} if files else GROUND
    answer = client_of(people, "planning").post(url, body, format="multipart")
    assert (answer.status_code, answer.json().get("errors", [{}])[0].get("pointer")) == (
        status, "/files" if status == 422 else None,
    )  # fmt: skip


def test_what_runs_past_its_expected_length_shows_everywhere(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    seen: dict[str, list[Any]] = {}
    for day in ("2026-03-05 10:00", "2026-03-06 10:00"):
        set_clock(day)
        lists = [
            text_of(at_desk(people, "planning").get("/bureau/")),
            text_of(at_desk(people, "regulator").get("/oversight/suspensions/")),
            text_of(at_desk(people, "manager").get(f"/work/permits/{permit.pk}/")),
        ]
        found = ask(people, "regulator", "permits/?overrun=true").json()["results"]
        told = [one["overrun_days"] for row in found for one in row["excluded"]]
        over, number = "verrun by 1 working day", permit.line_works.application
        seen[day] = [over in lists[0], number in lists[1], over in lists[2], told]
    assert seen == {
        "2026-03-05 10:00": [False, False, False, []],
        "2026-03-06 10:00": [True, True, True, [1]],
    }
    take(people, permit, "resume")
    regulator = text_of(at_desk(people, "regulator").get("/oversight/suspensions/"))
    assert "No suspension overruns" in regulator


def at_desk_of(permit: Permit) -> tuple[bool, str]:
    """Whether a list of what is late has it, and what the list says of its time."""
    row = permits().get(pk=permit.pk)
    clocks = clocks_by_part([row.ref, row.round.ref])
    here = late_at_desk(Permit.objects.filter(pk=permit.pk)).exists()
    return here, time_left(row, clocks, city_now()).word


def test_a_permit_that_was_late_by_its_set_stays_late_when_it_stands_still(people: Cast) -> None:
    set_clock("2026-03-02 10:00")
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    punctual = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-05 10:00")
    permit, punctual = (take(people, one, "accept") for one in (permit, punctual))
    take(people, punctual, "exclude_time")  # before the set of Friday the 6th has passed
    set_clock("2026-03-09 10:00")
    said = [at_desk_of(permit)]
    for action in ("exclude_time", "resume", "exclude_time", "resume"):
        permit = take(people, permit, action)
        said.append(at_desk_of(permit))
    late, still = (True, "超期 3 天"), (True, "超期 3 天；依法中止计时")
    assert said == [late, still, late, still, late]
    assert at_desk_of(punctual) == (False, "依法中止计时")


def test_papers_asked_for_after_the_set_was_late_leave_it_late(people: Cast) -> None:
    permit = permit_of(post(people, LONG_LINE), "planning")
    set_clock("2026-03-09 10:00")
    said = []
    for action in ("request_supplement", "supply_supplement", "accept", "exclude_time", "resume"):
        permit = take(people, permit, action)
        said.append(at_desk_of(permit)[1])
    late, waits, still = "超期 3 天", "超期 3 天；等待供电公司", "超期 3 天；依法中止计时"
    assert said == [waits, late, late, still, late]
