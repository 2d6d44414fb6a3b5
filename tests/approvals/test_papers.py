"""The paper of a granted permit: made after the grant, kept under seal, checked by anybody."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from pytest_django import Settings
from rest_framework.test import APIClient

from approvals.models import Permit
from approvals.papers.models import PermitPaper
from approvals.papers.paper import check_url, sheet
from approvals.papers.views import NUMBER_MAX
from approvals.tasks import keep_permits
from documents import storage
from ledger.queries import timeline
from ledger.seal import DEMONSTRATION_SEAL
from rules.limits import Meter, limits
from tests.approvals.people import Cast, bring, change, permit_of, post, take
from tests.approvals.test_pages import at_desk, text_of
from tests.approvals.test_rounds import decide_all
from tests.people import browser
from tests.receipts.papers import signature_of, signer_of
from tools.scenarios import PLANNING_ONLY, SHORT_LINE


def granted(people: Cast) -> PermitPaper:
    """The paper of a planning permit, not kept yet."""
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "granted")
    return PermitPaper.objects.select_related("permit").get(permit=permit)


def checked(number: str) -> tuple[int, Any]:
    """What anybody is told by the API."""
    answer = APIClient().get(f"/api/v1/permits/check/{number}/")
    return answer.status_code, answer.json()


def test_it_is_made_after_the_grant_sealed_recorded_and_handed_out(people: Cast) -> None:
    paper = granted(people)
    permit, desk, api = paper.permit, at_desk(people, "manager"), APIClient()
    api.force_authenticate(people["manager"])
    path = f"/api/v1/permits/{permit.pk}/"
    assert "The PDF is being made" in text_of(desk.get(f"/bureau/permits/{permit.pk}/"))
    assert api.get(f"{path}permit.pdf").status_code == 404
    assert (keep_permits(), keep_permits()) == (1, 0)
    paper.refresh_from_db()
    assert paper.document
    made = storage.unchanged(paper.document)
    assert signature_of(made).intact
    assert signer_of(made) == f"Common Name: {DEMONSTRATION_SEAL}"
    entry = timeline(permit.case_ref)[-1]
    assert (entry.type, entry.part, entry.at) == ("permit.paper_kept", permit.ref, paper.kept_at)
    told = api.get(path).json()
    assert (told["permit_number"], bool(told["paper_kept_at"])) == (paper.number, True)
    assert api.get(f"{path}permit.pdf").content == made
    page = desk.get(f"/bureau/permits/{permit.pk}/")
    assert f"/documents/{paper.document.ref}/" in page.content.decode()
    # It is none of those that the applicant has handed in.
    assert page.context["documents"] == []
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_permitpaper SET sealed_by = 'another'")


def test_it_says_what_is_permitted_and_names_nobody(people: Cast) -> None:
    paper = granted(people)
    told = sheet(paper, sealed=True)
    assert (told["title"], told["issuer"], told["number"]) == (
        "建设工程规划许可", "自贡市自然资源和规划局", paper.number,
    )  # fmt: skip
    assert {row["key"]: row["value"] for row in told["rows"]} == {
        "被许可人": "国网自贡供电公司",
        "工程地点": "自流井区",
        "申请编号": paper.permit.line_works.application,
        "办理方式": "一般审查",
        "电压等级": "高压",
        "线路长度": "600 米",
        "道路挖掘": "0 米",
        "外线投资": "500,000 元",
        "道路": "不涉及道路",
        "绿化": "不涉及绿化",
        "申报情况": "无其他情况",
        "附加条件": "无",
        "规则依据": "方案三(一)2(1)",
        "审批部门": "自贡市自然资源和规划局",
        "许可日期": "2026年3月2日（周一）10:00",
        "签章": "以本文件中的电子印章为准。",
    }


def test_without_a_seal_that_opens_it_waits_and_is_tried_again(
    people: Cast, settings: Settings
) -> None:
    paper = granted(people)
    settings.PERMIT = settings.PERMIT | {"pkcs12": "/nowhere/seal.p12"}
    assert keep_permits() == 0
    paper.refresh_from_db()
    assert (paper.trouble, paper.tries, paper.document) == ("seal", 1, None)
    page = text_of(at_desk(people, "planning").get(f"/bureau/permits/{paper.pk}/"))
    assert "The seal cannot be used at the moment." in page
    assert keep_permits() == 0, "not before its pause is over"
    settings.PERMIT = settings.PERMIT | {"pkcs12": ""}
    PermitPaper.objects.update(due_at=Now())
    assert keep_permits() == 1


def test_anybody_checks_it_by_the_number_and_learns_nothing_else(
    people: Cast, settings: Settings
) -> None:
    paper = granted(people)
    answer = {
        "number": paper.number,
        "permit": "planning",
        "name": "建设工程规划许可",
        "bureau": "planning",
        "bureau_name": "自贡市自然资源和规划局",
        "decided_on": "2026-03-02",
        "standing": "valid",
    }
    spelled = f"{paper.number[:5].lower()}-{paper.number[5:]}"
    assert checked(paper.number) == checked(spelled) == (200, answer)
    page = browser().get(check_url(paper).removeprefix(settings.PUBLIC_ADDRESS))
    assert (page.status_code, "有效" in text_of(page)) == (200, True)
    assert paper.permit.line_works.application not in page.content.decode()
    led = browser().get("/permits/", {"number": spelled})
    assert led["Location"] == f"/permits/{paper.number}/"
    assert browser().get("/permits/", {"number": "x" * (NUMBER_MAX + 1)}).status_code == 422


def test_it_holds_while_the_line_is_the_one_that_it_was_granted_for(people: Cast) -> None:
    opened = post(people, SHORT_LINE)
    decide_all(people, opened, refusing="construction")
    numbers = {paper.permit.permit: paper.number for paper in PermitPaper.objects.all()}
    change(
        people, opened.line_works.case_ref,
        {**SHORT_LINE, "investment_yuan": 3_000_000, "greening": "none"},
    )  # fmt: skip
    found = {permit: checked(number)[1]["standing"] for permit, number in numbers.items()}
    assert found == {
        "planning": "valid",
        "road_occupation": "valid",
        "municipal_occupation": "valid",
        "municipal_excavation": "valid",
        "greening": "replaced",
    }
    # What holds on keeps its paper, and gets none of its own.
    holding = Permit.objects.get(round__number=2, permit="planning")
    assert not PermitPaper.objects.filter(permit=holding).exists()
    page = at_desk(people, "planning").get(f"/bureau/permits/{holding.pk}/")
    assert numbers["planning"] in text_of(page)
    assert "不再有效" in text_of(browser().get(f"/permits/{numbers['greening']}/"))


def test_an_unknown_number_is_said_to_be_and_only_so_many_are_asked_about(people: Cast) -> None:
    paper, most = granted(people), limits().windows[Meter.PERMIT_ADDRESS].most
    unknown = browser().get("/permits/ZGXGH2026AAAAAAAAAA/")
    assert (unknown.status_code, "没有编号为 ZGXGH2026AAAAAAAAAA 的许可" in text_of(unknown)) == (
        404, True,
    )  # fmt: skip
    assert {checked(f"ZGX{number}")[0] for number in range(most - 1)} == {404}
    assert checked(paper.number)[0] == 429


def test_a_revoked_permit_is_told_as_revoked(people: Cast) -> None:
    opened = post(people, SHORT_LINE)
    decide_all(people, opened)
    permit = permit_of(opened, "road_occupation")
    for action in ("check_afterwards", "revoke"):
        permit = take(people, permit, action)
    number = PermitPaper.objects.get(permit=permit).number
    assert checked(number)[1]["standing"] == "revoked"
    assert "已撤销" in text_of(browser().get(f"/permits/{number}/"))
