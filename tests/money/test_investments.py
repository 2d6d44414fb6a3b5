"""What the supply company spends on a case: entered line by line, reversed and never changed, and
added up in public without telling what was spent on one case (plan 3(3)2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.actions import issue_token
from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from core.problems import Forbidden, Invalid, Missing, WrongState
from ledger.queries import timeline
from money.investments.actions import reverse, spend
from money.investments.models import Investment, InvestmentTotal
from money.investments.queries import borne, least, of_kind
from portal.committed.entries import said
from portal.invariants import broken
from rules.city import city
from rules.names import Kind
from tests.builders import Ready, do, filed
from tests.page import Page
from tests.people import browser, staff

pytestmark = pytest.mark.django_db

METER: Final = {"kind": "meter", "amount_yuan": "350.50"}
LINE: Final = {"kind": "line", "amount_yuan": 12_000, "item": "BLV-35 四芯 80 米"}
EXTENDED: Final = LINE | {"ground": "pollution", "ground_words": "煤改电"}


def spent(case: Application, by: User, **body: Any) -> Investment:
    return spend(application=case, body=body, by=by)


def reversed_by(case: Application, number: int, by: User, reason: str = "重复登记") -> Investment:
    return reverse(application=case, number=number, body={"reason": reason}, by=by)


def refusals(case: Application, by: User, **body: Any) -> list[tuple[str, str]]:
    with override("en"), pytest.raises(Invalid) as refused:
        spent(case, by, **body)
    return [(error.pointer, str(error.reason)) for error in refused.value.errors]


def totals() -> list[tuple[str, str, int, str]]:
    rows = InvestmentTotal.objects.order_by("kind", "district")
    return [(row.kind, row.district, row.cases, str(row.yuan)) for row in rows]


def not_held() -> list[str]:
    return [name for name, rows in broken() if rows]


def test_a_line_is_an_entry_of_the_record_with_kind_and_amount_and_no_words(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    line = spent(case, people["manager"], **LINE)
    event = timeline(case.ref)[-1]
    assert (event.type, event.role, event.at) == (
        "case.investment_entered", "manager", line.entered_at,
    )  # fmt: skip
    [entry] = said("case.investment_entered")
    assert entry.data == {
        "number": case.number, "line": 1, "kind": "line", "amount_yuan": "12000", "ground": "",
    }  # fmt: skip
    assert not_held() == []


@pytest.mark.parametrize("who", ["manager", "project", "supply-lead"])
def test_the_company_enters_it(people: dict[str, User], ready: Ready, who: str) -> None:
    case = ready(Kind.LV_SMALL, State.SUBMITTED)
    assert spent(case, people[who], **METER).amount_yuan == Decimal("350.50")


@pytest.mark.parametrize("who", ["shop", "clerk", "regulator", "digital", "price-authority"])
def test_nobody_else_does(people: dict[str, User], ready: Ready, who: str) -> None:
    case = ready(Kind.LV_SMALL, State.SUBMITTED)
    with pytest.raises((Forbidden, Missing)):
        spent(case, people[who], **METER)
    line = spent(case, people["manager"], **METER)
    with pytest.raises((Forbidden, Missing)):
        reversed_by(case, line.number, people[who])


def test_a_high_voltage_case_is_left_to_its_managers_and_the_leads(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    with pytest.raises(Forbidden):
        spent(case, staff(Role.MANAGER, username="another-manager"), **METER)
    for number, who in enumerate(("manager", "project", "supply-lead"), start=1):
        assert spent(case, people[who], **METER).number == number


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("/kind", "This is needed."), ("/amount_yuan", "This is needed.")]),
        (METER | {"kind": "dinner"}, [("/kind", "")]),
        (METER | {"amount_yuan": "0"}, [("/amount_yuan", "An amount in yuan above 0")]),
        (METER | {"amount_yuan": "-1"}, [("/amount_yuan", "An amount in yuan above 0")]),
        (METER | {"amount_yuan": "1.005"}, [("/amount_yuan", "An amount in yuan above 0")]),
        (METER | {"amount_yuan": "NaN"}, [("/amount_yuan", "An amount in yuan above 0")]),
        (METER | {"amount_yuan": 10**10}, [("/amount_yuan", "An amount in yuan above 0")]),
        (METER | {"kind": "other"}, [("/item", "This is needed.")]),
        (METER | {"ground": "pollution"}, [("/ground", "Everything up to and including the")]),
        (METER | {"ground_words": "x"}, [("/ground", "This is needed.")]),
    ],
)
def test_bad_values_are_refused_with_field_and_reason(
    people: dict[str, User], ready: Ready, body: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    told = refusals(case, people["manager"], **body)
    assert [name for name, _reason in told] == [name for name, _reason in found]
    for (_name, reason), (_same, begins) in zip(told, found, strict=True):
        assert reason.startswith(begins)
    assert Investment.objects.count() == 0


def test_an_extension_is_of_high_voltage_on_a_ground_of_the_rules(
    people: dict[str, User], ready: Ready
) -> None:
    high, by = ready(Kind.HV_SINGLE, State.PLAN_REPLIED), people["manager"]
    assert spent(high, by, **EXTENDED).ground == "pollution"
    told = refusals(high, by, **LINE, ground="other_ground")
    assert [name for name, _reason in told] == ["/ground_words"]
    low = ready(Kind.LV_OTHER, State.SUBMITTED)
    assert refusals(low, by, **EXTENDED) == [
        ("/ground", "The investment boundary is extended at high voltage only.")
    ]


def test_a_wrong_line_is_reversed_once_and_stays(people: dict[str, User], ready: Ready) -> None:
    case, by = ready(Kind.RESIDENTIAL, State.SUBMITTED), people["manager"]
    spent(case, by, **METER)
    back = reversed_by(case, 1, by)
    assert (back.number, back.amount_yuan, back.kind) == (2, Decimal("-350.50"), "meter")
    [entry] = said("case.investment_reversed")
    assert entry.data is not None
    assert (entry.data["line"], entry.data["reverses"]) == (2, 1)
    for number in (1, 2):
        with pytest.raises(WrongState):
            reversed_by(case, number, by)
    with pytest.raises(Missing):
        reversed_by(case, 9, by)
    more = spent(case, by, **METER)
    with pytest.raises(Invalid):
        reversed_by(case, more.number, by, reason=" ")
    assert not_held() == []


def test_the_database_keeps_a_line_whatever_the_code_does(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    line = spent(case, people["manager"], **METER)
    wrong = {"application": case, "number": 2, "kind": "meter", "entered_at": line.entered_at}
    opposite = {"reverses": line, "amount_yuan": "-350.50", "reason": "r"}
    for values in (
        {"amount_yuan": 0}, {"amount_yuan": -1}, opposite | {"amount_yuan": "-1"},
        opposite | {"reason": ""}, opposite | {"kind": "line"}, {"amount_yuan": 1, "number": 1},
        {"amount_yuan": 1, "ground": "poverty"}, {"amount_yuan": 1, "kind": "other"},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Investment.objects.create(**wrong | values)
    for statement in (
        "UPDATE money_investment SET amount_yuan = 1", "DELETE FROM money_investment",
        "UPDATE money_investmenttotal SET yuan = 0", "DELETE FROM money_investmenttotal",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


def test_what_energised_cases_cost_is_added_up_as_it_is_entered(
    people: dict[str, User], ready: Ready
) -> None:
    case, by = ready(Kind.RESIDENTIAL, State.WORKS), people["manager"]
    spent(case, by, **METER)
    spent(case, by, **LINE)
    assert totals() == []
    case = do(people, case, "energise")
    assert totals() == [("residential", case.district, 1, "12350.50")]
    # A bill that comes late, a line that was wrong, and all of them.
    spent(case, by, kind="works", amount_yuan="0.01")
    reversed_by(case, 2, by)
    assert totals() == [("residential", case.district, 1, "350.51")]
    reversed_by(case, 1, by)
    reversed_by(case, 3, by)
    assert totals() == [("residential", case.district, 0, "0.00")]
    spent(case, by, **METER)
    assert totals() == [("residential", case.district, 1, "350.50")]
    assert not_held() == []
    withdrawn = ready(Kind.RESIDENTIAL, State.WITHDRAWN)
    spent(withdrawn, by, **METER)
    assert totals() == [("residential", case.district, 1, "350.50")]


DISTRICTS: Final = [district.code for district in city().districts]


@given(st.dictionaries(st.sampled_from(DISTRICTS), st.integers(1, 30), max_size=9))
def test_no_subtraction_tells_of_fewer_cases_than_there_are_figures_for(
    cases: dict[str, int],
) -> None:
    rows = [
        InvestmentTotal(kind="lv_small", district=code, cases=number, yuan=Decimal(number * 7))
        for code, number in cases.items()
    ]
    whole, *parts = of_kind("lv_small", rows)
    number = sum(cases.values())
    if number < least():
        assert (whole.cases, parts) == (None if number else 0, [])
        return
    assert (whole.cases, whole.yuan, whole.mean) == (number, Decimal(number * 7), Decimal("7.00"))
    assert all(part.cases is not None and part.cases >= least() for part in parts)
    if parts:
        # All of it, none twice; so the rest of any difference is a row that is told anyway.
        assert sorted(code for part in parts for code in part.districts) == sorted(cases)
        assert sum(part.cases or 0 for part in parts) == number


def test_of_one_case_the_public_reads_no_figure(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.WORKS)
    spent(case, people["manager"], **METER)
    do(people, case, "energise")
    [home] = [row for row in borne() if row.kind == "residential"]
    assert (home.cases, home.yuan, home.mean) == (None, None, None)
    api = Client().get("/api/v1/disclosure/investment/").json()
    assert api["results"][0] == {
        "kind": "residential", "districts": [], "cases": None, "yuan": None, "mean_yuan": None,
    }  # fmt: skip
    assert api["least"] == least()
    for path in ("/disclosure/investment/", "/disclosure/investment.csv"):
        page = Client().get(path).content.decode()
        assert "样本不足" in page
        assert "350" not in page
    assert "350" not in Client().get("/api/v1/disclosure/investment.csv").content.decode()


def test_the_applicant_reads_what_need_not_be_paid(people: dict[str, User], ready: Ready) -> None:
    case, by = ready(Kind.LV_SMALL, State.SUBMITTED), people["manager"]
    before = Page(browser(people["shop"]).get(f"/account/cases/{case.number}/")).text
    assert "本次接电由供电公司承担" not in before
    spent(case, by, **METER)
    spent(case, by, **LINE)
    spent(case, by, **METER)
    reversed_by(case, 3, by)
    page = Page(browser(people["shop"]).get(f"/account/cases/{case.number}/")).text
    assert "本次接电由供电公司承担 12,350.50 元，不向您收取" in page


def api(user: User) -> Client:
    token, _row = issue_token(user=user, life=timedelta(hours=1), second_factor=True)
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def test_a_program_enters_reads_and_reverses(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    address = f"/api/v1/applications/{case.number}/investments/"
    manager = api(people["manager"])
    key = {"Idempotency-Key": "k-1"}
    made = manager.post(address, METER, content_type="application/json", headers=key)
    again = manager.post(address, METER, content_type="application/json", headers=key)
    assert (made.status_code, again.json()) == (201, made.json())
    assert made.json() | {"entered_at": ""} == {
        "number": 1, "kind": "meter", "item": None, "amount_yuan": "350.50", "ground": None,
        "ground_words": None, "reverses": None, "reason": None, "entered_at": "",
    }  # fmt: skip
    back = manager.post(
        f"{address}1/reverse/", {"reason": "重复登记"}, content_type="application/json"
    )
    assert (back.status_code, back.json()["amount_yuan"], back.json()["reverses"]) == (
        201, "-350.50", 1,
    )  # fmt: skip
    twice = manager.post(f"{address}1/reverse/", {"reason": "r"}, content_type="application/json")
    assert (twice.status_code, twice.json()["title"]) == (409, twice.json()["title"])
    spent(case, people["manager"], **LINE)
    read = api(people["resident"]).get(address).json()
    assert [line["number"] for line in read["results"]] == [3, 2, 1]
    assert read["total_yuan"] == "12000.00"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_of_one_line_and_of_three(
    people: dict[str, User],
    ready: Ready,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    for _row in range(rows):
        spent(case, people["manager"], **METER)
    client = api(people["resident"])
    with django_assert_max_num_queries(9):
        client.get(f"/api/v1/applications/{case.number}/investments/")


def test_at_the_desk_it_is_entered_and_reversed(people: dict[str, User], ready: Ready) -> None:
    case, desk = ready(Kind.RESIDENTIAL, State.SUBMITTED), browser(people["manager"])
    address = f"/work/cases/{case.number}/investment/"
    form = Page(desk.get(address))
    assert "ground" not in desk.get(address).content.decode()
    refused = desk.post(address, {**form.carried(), "kind": "meter", "amount_yuan": "abc"})
    assert (refused.status_code, "最多两位小数" in Page(refused).text) == (422, True)
    sent = {**form.carried(), "kind": "meter", "amount_yuan": "350.5"}
    assert [desk.post(address, sent).status_code for _time in range(2)] == [302, 302]
    assert Investment.objects.count() == 1
    page = Page(desk.get(f"/work/cases/{case.number}/")).text
    assert "本次接电供电公司共承担 350.50 元" in page
    undo = Page(desk.get(f"{address}1/"))
    assert "第 1 行：电能表，350.50 元" in undo.text
    assert desk.post(f"{address}1/", {**undo.carried(), "reason": "重复登记"}).status_code == 302
    page = Page(desk.get(f"/work/cases/{case.number}/")).text
    assert "冲销第 1 行：重复登记" in page
    assert "已由第 2 行冲销" in page
    late = desk.post(f"{address}1/", {**undo.carried(), "reason": "再一次", "idempotency_key": "x"})
    assert late.status_code == 409
