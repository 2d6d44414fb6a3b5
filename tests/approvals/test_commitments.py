"""Commitments (告知承诺): signed with who is responsible, checked afterwards, revoked."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.actions import PERMITS
from approvals.answers import permits_json
from approvals.commitments import actions as commitments
from approvals.commitments.models import Commitment, is_drawn, to_check
from approvals.commitments.pages import listed
from approvals.commitments.queries import at_desk as checks_of
from approvals.commitments.queries import by_time_left, routed
from approvals.models import Permit, Round
from approvals.queries import permits
from core.clock import city_now
from core.fields import text_digest
from core.problems import Invalid, Problem
from deadlines.models import Clock
from deadlines.signals import breached
from deadlines.sweep import sweep
from ledger.models import Entry, Salt
from notifications.models import Outbox
from oversight.late import late
from rules.registry import policy
from tests.approvals.people import Cast, bring, change, fresh, permit_of, post, set_clock, take
from tests.approvals.test_pages import at_desk, text_of
from tests.rules.in_force import let
from tests.works import works_of
from tools.scenarios import PERMIT_BODIES, SHORT_LINE

NAMED = {"responsible": "王建国", "position": "项目负责人"}
#: What is dug is always checked.
DUG = SHORT_LINE


@pytest.fixture
def heard(people: Cast) -> Iterator[None]:
    """What is late of a check is told of; the apps above rest."""
    breached.connect(commitments.tell_late)
    yield
    breached.disconnect(commitments.tell_late)


def signed(people: Cast, code: str = "municipal_excavation", **named: str) -> Permit:
    permit = permit_of(post(people, DUG), code)
    return PERMITS.perform(permit, "commit", by=fresh(people["manager"]), body=named)


def broken(people: Cast, code: str = "municipal_excavation") -> Permit:
    """Checked afterwards, and not kept."""
    return take(people, signed(people, code), "check_afterwards")


def tried(people: Cast, permit: Permit, action: str, who: str) -> str:
    try:
        with transaction.atomic():
            take(people, permit, action, who)
            transaction.set_rollback(True)
    except Problem as refused:
        return f"{type(refused).__name__}: {refused.detail}"
    return "done"


def told(people: Cast, permit: Permit, who: str = "planning") -> dict[str, object]:
    found = permits().get(pk=permit.pk)
    answer: dict[str, object] = permits_json([found], fresh(people[who]))[0]["commitment"]
    return answer


def routes(round_: Round) -> dict[str, str]:
    return {each["permit"]: each["route"] for each in round_.routes}


# Signed


def test_what_is_signed_is_kept_and_committed_to_by_its_digest(people: Cast) -> None:
    permit = signed(people, **NAMED)
    kept = Commitment.objects.get(permit=permit)
    assert [each["code"] for each in kept.conditions] == [
        "as_declared", "site_guarded", "pipes_protected", "road_restored", "may_be_checked",
    ]  # fmt: skip
    text = kept.statement(permit)
    assert json.loads(text) | NAMED == json.loads(text)
    entry = Entry.objects.get(type="permit.committed", part=permit.ref)
    salt = Salt.objects.get(ref=entry.salt_ref)
    said = json.loads(salt.data)
    assert (said["sha256"], said["rules"], entry.to_state) == (
        text_digest(text), permit.round.rules_version, "granted",
    )  # fmt: skip
    assert "王建国" not in json.dumps(said, ensure_ascii=False)
    page = f"/bureau/permits/{permit.pk}/"
    seen = {
        who: "王建国" in text_of(at_desk(people, who).get(page)) for who in ("manager", "digital")
    }
    assert seen == {"manager": True, "digital": False}


def test_whoever_signs_is_responsible_where_nobody_is_named(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Commitment.objects.get(permit=signed(people))
    assert (kept.responsible, kept.position) == (people["manager"].name, "客户经理")
    with pytest.raises(Invalid) as half:
        signed(people, responsible="王建国")
    assert [error.pointer for error in half.value.errors] == ["/position"]
    let(monkeypatch, "permit.commitment.responsible", value=True)
    with pytest.raises(Invalid) as nobody:
        signed(people)
    assert [error.pointer for error in nobody.value.errors] == ["/responsible", "/position"]


def test_a_program_and_the_form_read_the_conditions_before(people: Cast) -> None:
    permit = permit_of(post(people, DUG), "greening")
    answer = told(people, permit, "manager")
    assert (answer["signed_at"], answer["sha256"], len(answer["conditions"])) == (None, None, 4)  # type: ignore[arg-type]
    page = at_desk(people, "manager", english=False).get(f"/bureau/permits/{permit.pk}/commit/")
    assert "树木按方案移植并养护成活" in text_of(page)


# Drawn and checked


def test_nobody_chooses_what_is_checked() -> None:
    """The draw follows from reference and instant alone, keeps to the share, and whoever is drawn
    at a share is drawn at every larger one."""
    draw = Random(63)
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    drawn = [
        (UUID(int=draw.getrandbits(128)), begun + timedelta(microseconds=draw.getrandbits(44)))
        for _each in range(5000)
    ]
    found = {p: [is_drawn(*each, p) for each in drawn] for p in (0, 1, 30, 50, 99, 100)}
    assert (any(found[0]), all(found[100])) == (False, True)
    for percent, picked in found.items():
        assert abs(sum(picked) / len(drawn) - percent / 100) < 0.03, percent
        assert picked == [is_drawn(*each, percent) for each in drawn]
    for less, more in zip(found.values(), list(found.values())[1:], strict=False):
        assert all(big for small, big in zip(less, more, strict=True) if small)


def test_a_check_has_a_limit_of_its_own_and_is_noticed_late(people: Cast, heard: None) -> None:
    permit = signed(people)
    answer = told(people, permit)
    assert (answer["selected"], answer["check_due_on"]) == (True, date(2026, 3, 30))
    set_clock("2026-03-31 00:00")
    assert sweep() >= 1
    clock = Clock.objects.get(case_ref=Commitment.objects.get(permit=permit).ref)
    assert (clock.kind, clock.breached_at and clock.breached_at.isoformat()) == (
        "check", "2026-03-30T16:00:00+00:00",
    )  # fmt: skip
    parties = {
        people[name].party_id
        for name in (
            "city-management", "city-management-second", "city-management-lead", "regulator",
        )
    }  # fmt: skip
    rows = Outbox.objects.filter(kind="permit.check_late")
    assert {row.recipient_id for row in rows} == parties
    assert clock not in late(None)
    lists = {
        (who, url): permit.line_works.application in text_of(at_desk(people, who).get(url))
        for who, url in (
            ("city-management", "/bureau/checks/?show=late"),
            ("digital", "/bureau/checks/"),
            ("regulator", "/oversight/checks/?show=late"),
            ("police", "/bureau/checks/"),
            ("city-management", "/desk/?module=checks"),
        )
    }
    assert [where for where, shown in lists.items() if not shown] == [("police", "/bureau/checks/")]
    take(people, permit, "check_afterwards", "city-management-second")
    clock.refresh_from_db()
    answer = told(people, permit)
    assert (clock.state, answer["kept"], answer["check_late"], answer["findings"]) == (
        "stopped", False, True, PERMIT_BODIES["check_afterwards"]["findings"],
    )  # fmt: skip
    assert not to_check(checks_of(people["digital"])).exists()


def test_what_was_not_drawn_may_be_checked_without_a_clock(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "permit.greening.check.percent", value=0)
    permit = signed(people, "greening")
    assert (told(people, permit)["selected"], Clock.objects.filter(kind="check").exists()) == (
        False, False,
    )  # fmt: skip
    assert tried(people, permit, "check_afterwards", "police").startswith("Forbidden")
    take(people, permit, "check_afterwards")
    assert tried(people, permit, "check_afterwards", "city-management") == (
        "WrongState: 此许可没有尚待核查的承诺。"
    )


# Revoked


def test_only_the_lead_revokes_and_only_what_was_found_not_kept(people: Cast) -> None:
    permit = signed(people)
    its_lead = "city-management-lead"
    assert tried(people, permit, "revoke", its_lead) == (
        "WrongState: 只有经事后核查认定未履行承诺的许可，才可以撤销。"
    )
    take(people, permit, "check_afterwards")
    assert tried(people, permit, "revoke", "city-management").startswith("Forbidden")
    gone = take(people, permit, "revoke")
    answer = told(people, permit)
    assert (gone.state, answer["reason"], answer["clause"], answer["barred_until"]) == (
        "revoked", "未按承诺恢复路面", "行政许可法 69", date(2027, 3, 2),
    )  # fmt: skip
    recipients = set(
        Outbox.objects.filter(kind="permit.revoked").values_list("recipient_id", flat=True)
    )
    assert recipients == {people[name].party_id for name in ("manager", "project", "regulator")}


def test_after_a_revocation_the_bureau_takes_no_commitment_until_the_period_ends(
    people: Cast,
) -> None:
    waiting = permit_of(post(people, DUG), "greening")
    before = routes(waiting.round)
    take(people, broken(people), "revoke")
    # Another bureau's stay as they were; the ground is the clause of the decision.
    barred = {**before, **dict.fromkeys(
        ("municipal_occupation", "municipal_excavation", "greening"), "review",
    )}  # fmt: skip
    now = post(people, DUG)
    assert routes(now) == barred
    assert "未履行承诺" in permit_of(now, "greening").clause["zh"]
    # What waited for its commitment is still taken, and checked whatever the draw says.
    assert told(people, take(people, waiting, "commit"))["selected"] is True
    assert "takes no commitment" in text_of(at_desk(people, "regulator").get("/oversight/checks/"))
    set_clock("2027-03-03 08:00")
    found = routed(policy(), works_of(DUG))
    assert {one.permit: one.route for one in found} == before


def test_a_permit_that_holds_on_takes_its_commitment_with_it(people: Cast) -> None:
    round_ = post(people, DUG)
    for each in round_.live:
        if each.route == "commitment":
            take(people, each, "commit")
    taken = permit_of(round_, "municipal_excavation")
    take(people, taken, "check_afterwards")
    take(people, taken, "revoke")
    for each in Permit.objects.filter(round=round_, state="received"):
        bring(people, each, "granted")
    # What was revoked before the last decision counts as refused at it.
    assert Round.objects.get(pk=round_.pk).refused
    again = change(people, taken.case_ref, DUG)
    greening = permit_of(again, "greening")
    assert (greening.state, greening.route, again.live[0].permit, len(again.live)) == (
        "granted", "commitment", "municipal_excavation", 1,
    )  # fmt: skip
    take(people, greening, "check_afterwards")
    assert tried(people, permit_of(round_, "greening"), "check_afterwards", "city-management") == (
        "WrongState: 此许可没有尚待核查的承诺。"
    )


def test_lists_cost_the_same_for_one_and_for_three(people: Cast) -> None:
    def statements(count: int) -> int:
        pks = [signed(people).pk for _each in range(count)]
        user = fresh(people["city-management"])
        mine = to_check(checks_of(user)).filter(permit__in=pks)
        with CaptureQueriesContext(connection) as asked:
            assert len(listed(list(by_time_left(mine)), city_now())) == count
            assert len(permits_json(list(permits().filter(pk__in=pks)), user)) == count
        return len(asked)

    assert statements(1) == statements(3)


def test_what_was_found_and_what_was_revoked_stay(people: Cast) -> None:
    permit = take(people, broken(people), "revoke")
    for values in ({"kept": True}, {"reason": "别的"}, {"barred_until": date(2026, 3, 2)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Commitment.objects.filter(permit=permit).update(**values)
