"""A decision: the points of the review, the clause of a refusal, and who shows who it is first."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import second_factor
from accounts.sign_in import SIGNED_IN_AT
from approvals.actions import PERMITS
from approvals.answers import permits_json
from approvals.models import Permit
from approvals.queries import permits
from approvals.seam import seam
from core.problems import Forbidden, Invalid
from rules.limits import limits
from tests.accounts.test_passkeys import ASK_TO_ENTER, Device, add
from tests.approvals.people import ANSWERED, Cast, bring, fresh, permit_of, post, take
from tests.approvals.test_pages import at_desk, hidden, text_of
from tests.page import Page
from tests.people import PASSWORD
from tools.scenarios import PLANNING_ONLY
from workflow.machine import OWN_CASE

ASK_TO_CONFIRM = "/account/passkeys/ask-to-confirm/"
NO = {"reason": "占用绿线"}
REVIEW: list[dict[str, Any]] = [
    {"point": "necessity", "met": True},
    {"point": "reasonableness", "met": False, "remark": "绕行过长"},
    {"point": "extent", "met": True, "remark": ""},
]


def accepted(people: Cast) -> Permit:
    return bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")


def told(people: Cast, permit: Permit) -> dict[str, Any]:
    found = permits().get(pk=permit.pk)
    return permits_json([found], fresh(people["planning"]))[0]


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("grant", {"review_points": REVIEW[:2]}, "/review_points"),
        ("grant", {"review_points": [*REVIEW, REVIEW[0]]}, "/review_points"),
        ("grant", {"review_points": [*REVIEW[:2], {"point": "beauty", "met": True}]},
         "/review_points"),
        ("grant", {"review_points": [{"point": "necessity", "met": False}]},
         "/review_points/0/remark"),
        ("refuse", NO | {"clause": "城市绿化条例第十九条"}, "/clause"),
        ("refuse", NO | {"clause": "常识"}, "/clause"),
    ],
)  # fmt: skip
def test_what_the_rules_of_the_permit_do_not_list_is_refused(
    people: Cast, action: str, body: dict[str, Any], pointer: str
) -> None:
    permit = accepted(people)
    with pytest.raises(Invalid) as refused:
        PERMITS.perform(permit, action, by=fresh(people["planning"]), body=body)
    [error] = refused.value.errors
    assert (error.pointer, permit_of(permit.round, "planning").state) == (pointer, "accepted")
    if pointer == "/clause":
        assert "城乡规划法第四十条、方案三(一)2(1)、行政许可法第三十八条" in str(error.reason)
        assert str(error.clause) == "行政许可法第三十八条"


@pytest.mark.parametrize(
    "said",
    ["planning_40", "城乡规划法第四十条", "《城乡规划法》40", "urban and rural planning law 40"],
)
def test_a_clause_is_named_by_its_code_or_wording_and_kept_in_that_of_the_law(
    people: Cast, said: str
) -> None:
    permit = accepted(people)
    PERMITS.perform(permit, "refuse", by=fresh(people["planning"]), body=NO | {"clause": said})
    assert permit_of(permit.round, "planning").refusal_clause == "城乡规划法第四十条"
    assert told(people, permit)["refusal_clause"] == "城乡规划法第四十条"
    page = text_of(at_desk(people, "planning").get(f"/bureau/permits/{permit.pk}/"))
    assert "Urban and Rural Planning Law 40" in page


def test_what_the_reviewer_answered_is_told_and_stays(people: Cast) -> None:
    permit = accepted(people)
    assert [point["met"] for point in told(people, permit)["review_points"]] == [None] * 3
    body = NO | {"clause": "plan_planning", "review_points": REVIEW}
    PERMITS.perform(permit, "refuse", by=fresh(people["planning"]), body=body)
    answered = [
        (point["point"], point["name"], point["met"], point["remark"])
        for point in told(people, permit)["review_points"]
    ]
    assert answered == [
        ("necessity", "必要性", True, None),
        ("reasonableness", "合理性", False, "绕行过长"),
        ("extent", "开工范围", True, None),
    ]
    assert "绕行过长" in text_of(at_desk(people, "digital").get(f"/bureau/permits/{permit.pk}/"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_permit SET review_points = '[]'")


def test_the_page_asks_every_point_of_the_review_and_offers_the_clauses(people: Cast) -> None:
    permit, desk = accepted(people), at_desk(people, "planning")
    path = f"/bureau/permits/{permit.pk}/refuse/"
    page = desk.get(path)
    assert [code for code, _name in page.context["form"].fields["clause"].choices] == [
        "", "planning_40", "plan_planning", "licensing_38",
    ]  # fmt: skip
    sent = {**hidden(page), **NO, "clause": "planning_40", "met_extent": "no"}
    answer = desk.post(path, sent)
    assert answer.status_code == 422
    faults = {field for field, _why in answer.context["form"].errors.items()}
    assert faults == {"met_necessity", "met_reasonableness", "remark_extent"}
    sent |= {**ANSWERED, "met_extent": "no", "remark_extent": "超出申报长度"}
    assert desk.post(path, sent).status_code == 302
    kept = {row["point"]: row["met"] for row in permit_of(permit.round, "planning").review_points}
    assert kept == {"necessity": True, "reasonableness": True, "extent": False}


def long_signed_in(people: Cast, name: str) -> Client:
    """A browser in which somebody has signed in too long ago to decide without a word."""
    desk = at_desk(people, name)
    session = desk.session
    longer = timedelta(minutes=limits().confirming, seconds=1)
    session[SIGNED_IN_AT] = (timezone.now() - longer).timestamp()
    session.save()
    return desk


def test_whoever_decides_shows_once_more_who_it_is(people: Cast) -> None:
    first, second = accepted(people), accepted(people)
    desk = long_signed_in(people, "planning")
    path = f"/bureau/permits/{first.pk}/grant/"
    sent = {**hidden(desk.get(path)), **ANSWERED, "conditions": "夜间施工"}
    for wrong in ({}, {"proof_password": "guess"}):
        answer = desk.post(path, sent | wrong)
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"proof_password"})
        assert Page(answer).tree.xpath("string(//*[@name='conditions'])").strip() == "夜间施工"
        assert "guess" not in answer.content.decode()
    assert desk.post(path, sent | {"proof_password": PASSWORD}).status_code == 302
    assert permit_of(first.round, "planning").conditions == "夜间施工"
    # It holds for a while: the next decision asks nothing.
    path = f"/bureau/permits/{second.pk}/grant/"
    assert desk.post(path, {**hidden(desk.get(path)), **ANSWERED}).status_code == 302


def test_a_second_factor_is_asked_for_where_it_is_set_up_and_each_code_once(people: Cast) -> None:
    permit, officer = accepted(people), fresh(people["planning"])
    factor = second_factor.set_up(officer)
    assert second_factor.confirm(officer, second_factor.code_now(factor))
    [code, *_others] = second_factor.new_recovery_codes(officer)
    desk = long_signed_in(people, "planning")
    path = f"/bureau/permits/{permit.pk}/grant/"
    sent = {**hidden(desk.get(path)), **ANSWERED}
    assert desk.post(path, sent | {"proof_password": PASSWORD}).status_code == 422
    assert desk.post(path, sent | {"proof_password": code}).status_code == 302
    assert not second_factor.accepts(officer, code)


def test_a_passkey_shows_it_too_and_only_ones_own(people: Cast) -> None:
    permit, officer = accepted(people), fresh(people["planning"])
    own, others = Device(officer), Device(fresh(people["police"]), b"a device of another")
    add(officer, own, at_desk(people, "planning"))
    add(fresh(people["police"]), others, at_desk(people, "police"))
    desk = long_signed_in(people, "planning")
    path = f"/bureau/permits/{permit.pk}/grant/"
    page = desk.get(path)
    assert (
        Page(page).button("Grant the permit, with a passkey").get("data-passkey") == ASK_TO_CONFIRM
    )
    sent = {**hidden(page), **ANSWERED, "conditions": "夜间施工"}
    for device in (others, own):
        answer = device.signed(desk.post(ASK_TO_CONFIRM).json())
        last = desk.post(path, sent | {"passkey": answer})
        if device is others:
            assert (last.status_code, set(last.context["form"].errors)) == (422, {"proof_password"})
            assert "夜间施工" in last.content.decode()
    assert (last.status_code, permit_of(permit.round, "planning").state) == (302, "granted")
    # A challenge for signing in confirms nothing.
    desk = long_signed_in(people, "planning")
    answer = own.signed(desk.post(ASK_TO_ENTER).json())
    path = f"/bureau/permits/{accepted(people).pk}/grant/"
    sent = {**hidden(desk.get(path)), **ANSWERED, "passkey": answer}
    assert desk.post(path, sent).status_code == 422


def test_no_other_door_of_a_session_goes_round_it(people: Cast) -> None:
    permit, desk = accepted(people), long_signed_in(people, "planning")
    page = desk.get(f"/bureau/permits/{permit.pk}/")
    led = desk.post(f"/bureau/permits/{permit.pk}/act/", {**hidden(page), "action": "grant"})
    assert led["Location"] == f"/bureau/permits/{permit.pk}/grant/"
    by_script = desk.post(
        f"/api/v1/permits/{permit.pk}/actions/grant/", {}, content_type="application/json"
    )
    assert by_script.status_code == 403
    assert permit_of(permit.round, "planning").state == "accepted"


def test_nobody_decides_a_case_of_their_own_but_others_of_the_bureau_do(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit, own = accepted(people), {"planning", "planning-lead"}
    monkeypatch.setattr(seam.cases, "concerns", lambda _ref, user: user.username in own)
    for action in ("exclude_time", "extend", "grant", "refuse"):
        with pytest.raises(Forbidden) as refused:
            take(people, permit, action, "planning-lead")
        assert refused.value.detail == OWN_CASE
    own.remove("planning-lead")
    assert take(people, permit, "grant", "planning-lead").state == "granted"
