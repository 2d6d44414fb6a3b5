"""A supply plan on the desk's form, the applicant's pages, paper, and in the API."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.plans.models import Plan
from applications.plans.reading import plans_in_words
from applications.states import State
from rules.names import Kind
from tests.applications.pages import door_of, of, press, stranger
from tests.applications.plans.replies import SUMMARY, replied, reply, works
from tests.builders import Ready, again, do
from tests.page import Page
from tools.scenarios import PLAN_LINES

pytestmark = pytest.mark.django_db
People = Mapping[str, User]


@pytest.fixture
def accepted(people: People, ready: Ready) -> Application:
    return ready(Kind.HV_SINGLE, State.ACCEPTED)


def form_url(case: Application, action: str = "reply_plan") -> str:
    return f"/work/cases/{case.number}/{action}/"


def typed(*lines: Mapping[str, Any], **more: str) -> dict[str, str]:
    """What is typed into the form for a summary and some lines."""
    rows = {
        f"line_{number}_{name}": str(value)
        for number, line in enumerate(lines, 1)
        for name, value in line.items()
    }
    return {"summary": SUMMARY, "rows": "3", **rows, **more}


def named(page: Page, name: str) -> Any:
    """The control of that name: many rows have the same labels."""
    [control] = page.tree.xpath(f"//*[@name='{name}']")
    return control


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


# --- the company's form ---------------------------------------------------------------------------


def test_the_company_types_lines_and_asks_for_more_rows(
    people: People, accepted: Application
) -> None:
    manager, url = of(people, "manager"), form_url(accepted)
    page = manager.get(url)
    one, two, *_others = PLAN_LINES
    said = door_of(page.content.decode()) | typed(one, item="")
    more = manager.post(url, said | typed(one) | {"do": "add"})
    kept = Page(more)
    assert (more.status_code, named(kept, "line_1_item").get("value")) == (200, one["item"])
    assert (named(kept, "line_6_item").get("value"), "td-error-message" in str(more.content)) == (
        None,
        False,
    )
    # An empty row between two is none; a wrong one says so at its place, and keeps what was typed.
    sent = kept.carried() | typed(one, {}, two | {"unit": ""}, rows="6", do="")
    refused = manager.post(url, sent)
    assert (refused.status_code, named(Page(refused), "line_3_quantity").get("value")) == (422, "1")
    assert "请填写计量单位" in Page(refused).text
    sent |= {"line_3_unit": two["unit"]}
    for _click in range(2):
        assert manager.post(url, sent)["Location"] == f"/work/cases/{accepted.number}/"
    plan = Plan.objects.get(application=accepted)
    assert list(plan.lines.values_list("number", "item", "quantity", "unit", "builder")) == [
        (1, one["item"], Decimal(320), "米", "supplier"),
        (2, two["item"], Decimal(1), "套", "supplier"),
    ]  # fmt: skip


def test_the_form_of_another_plan_has_the_lines_before_and_what_is_contested(
    people: People, accepted: Application
) -> None:
    contested = [{"line": 4, "reason": "一台就够"}]
    case = replied(people, accepted)
    case = do(people, case, "confirm_plan", agree=False, reason="", contested=contested)
    manager, url = of(people, "manager"), form_url(case)
    page = Page(manager.get(url))
    assert (named(page, "line_3_quantity").get("value"), "一台就够" in page.text) == (
        "152.5",
        True,
    )
    sent = page.hidden() | typed(*PLAN_LINES, rows="7")
    assert manager.post(url, sent).status_code == 422
    assert manager.post(url, sent | {"answer_4": "按两台设计"}).status_code == 302
    desk = Page(manager.get(f"/work/cases/{case.number}/")).text
    assert all(words in desk for words in ("异议： 一台就够", "答复： 按两台设计", "第 2 次答复"))
    own = Page(of(people, "factory").get(f"/account/cases/{case.number}/confirm_plan/")).text
    assert "对上一次方案的异议和答复 4. 配电变压器 异议： 一台就够 答复： 按两台设计" in own


def test_the_project_manager_records_finished_works_on_the_desk(
    people: People, accepted: Application
) -> None:
    case = works(people, replied(people, accepted))
    project = of(people, "project")
    desk = Page(project.get(f"/work/cases/{case.number}/"))
    assert "请按方案完成由供电公司承建的项目并登记" in desk.text
    assert press(project, form_url(case, "finish_line"), line="2").status_code == 302
    assert again(case).open_lines == 1
    own = Page(of(people, "factory").get(f"/account/cases/{case.number}/")).text
    assert "供电公司正在建设方案中由其承建的部分" in own


# --- the applicant's pages ------------------------------------------------------------------------


def test_the_applicant_reads_each_line_and_contests_one(
    people: People, accepted: Application
) -> None:
    case = replied(people, accepted)
    owner, url = of(people, "factory"), f"/account/cases/{case.number}/confirm_plan/"
    page = Page(owner.get(url))
    assert page.rows("供电方案（第 1 次答复）: 工程和费用项目")[2:4] == [
        "3. 10 千伏电缆线路，分界开关至配电室 152.5 米 投资界面以外 用电人 用电人 64,000 元",
        "4. 配电变压器 2 台 投资界面以外 用电人 用电人 158,000 元",
    ]
    for words in (
        "出资方：供电公司 228,000.50 元",
        "出资方：用电人 222,000 元",
        "不是供电公司的收费",
    ):
        assert words in page.text
    refused = press(owner, url, agree="yes", contest_4="一台就够")
    assert (refused.status_code, named(Page(refused), "contest_4").text.strip()) == (
        422,
        "一台就够",
    )
    assert press(owner, url, agree="no", contest_4="一台就够").status_code == 302
    lines = Plan.objects.get(application=case).lines
    assert list(lines.exclude(contested="").values_list("number", "contested")) == [(4, "一台就够")]
    assert "异议： 一台就够" in Page(owner.get(f"/account/cases/{case.number}/plan/")).text


def test_the_page_of_the_plans_leads_to_the_answer_and_is_for_the_applicant(
    people: People, accepted: Application
) -> None:
    url = f"/account/cases/{accepted.number}/plan/"
    assert of(people, "factory").get(url).status_code == 404
    case = replied(people, accepted)
    page = Page(of(people, "factory").get(url))
    assert page.link("确认供电方案") == f"/account/cases/{case.number}/confirm_plan/"
    for other in (stranger(), of(people, "planning"), of(people, "manager")):
        assert other.get(url).status_code == 404


@pytest.mark.parametrize("times", [1, 3])
def test_plans_are_read_in_two_queries_however_many_there_are(
    people: People, accepted: Application, times: int
) -> None:
    case = replied(people, accepted)
    for _time in range(times - 1):
        case = do(people, case, "confirm_plan", agree=False, reason="再改")
        case = replied(people, case)
    with CaptureQueriesContext(connection) as found:
        plans = plans_in_words(again(case))
    assert plans
    assert len(plans.earlier) == times - 1
    assert len([q for q in found if "applications_plan" in q["sql"]]) == 2


# --- paper, and programs --------------------------------------------------------------------------


def test_the_paper_has_every_line_in_both_languages_on_one_sheet(
    people: People, accepted: Application
) -> None:
    url = f"/account/cases/{accepted.number}/plan.pdf"
    assert of(people, "clerk").get(url).status_code == 404
    replied(people, accepted)
    for reader in ("factory", "clerk", "regulator"):
        answer = of(people, reader).get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store, private")
    with pikepdf.open(BytesIO(answer.content)) as paper:
        assert len(paper.pages) == 1
    assert [each.get(url).status_code for each in (stranger(), of(people, "planning"))] == [
        404,
        404,
    ]


def test_a_program_reads_the_plans_and_finishes_a_line(
    people: People, accepted: Application
) -> None:
    manager, path = api(people["manager"]), f"/api/v1/applications/{accepted.number}/"
    body = reply(lines=[PLAN_LINES[1], PLAN_LINES[2] | {"extended": True}], ground="poverty")
    assert manager.post(f"{path}actions/reply_plan/", body, format="json").status_code == 200
    case = works(people, again(accepted))
    done = api(people["project"]).post(f"{path}actions/finish_line/", {"line": 1}, format="json")
    assert (done.status_code, done.json()["holder"]) == (200, "applicant")
    found = api(people["factory"]).get(f"{path}plan/").json()
    [plan] = found.pop("plans")
    assert found == {
        "number": case.number, "lapsed": False, "open_lines": 0, "prolongation_months": 0,
    }  # fmt: skip
    first, second = plan["lines"]
    assert first.pop("finished_at")
    assert first == {
        "number": 1, "item": "分界开关和计量装置", "part": "to_boundary", "extended": False,
        "quantity": "1.00", "unit": "套", "cost_yuan": "42000.50", "builder": "supplier",
        "payer": "supplier", "contested": None, "answer": None,
    }  # fmt: skip
    assert (second["payer"], second["builder"]) == ("supplier", "applicant")
    assert plan["boundary"] == {"ground": "poverty", "words": None, "amount_yuan": "64000.00"}
    assert api(people["planning"]).get(f"{path}plan/").status_code == 404
