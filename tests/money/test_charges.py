"""Charges: items of the published catalogue at their rate, and none where the law is zero."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from applications.models import Application
from core.problems import Forbidden, Invalid, WrongState
from ledger.queries import timeline
from money.charges.actions import charge
from money.models import Charge, FeeItem
from publishing.models import Publication
from rules.names import Kind
from tests.builders import filed
from tests.page import Page
from tests.people import browser
from tests.publishing.builders import PAYEES, fees, published

pytestmark = pytest.mark.django_db


def page(case: Application) -> str:
    return f"/work/cases/{case.number}/"


@pytest.fixture
def fee_item(people: dict[str, User]) -> FeeItem:
    """An item of the published catalogue, made up for the test, and who may be paid."""
    published("payees", PAYEES, people["supply-lead"])
    publication = Publication.objects.create(
        kind="fees",
        number=1,
        published_at="2026-01-01T00:00:00+08:00",
        entry=1,
        role="supply_lead",
        source="测试目录",
        added=1,
        changed=0,
        withdrawn=0,
        digest="0" * 64,
    )
    return FeeItem.objects.create(
        publication=publication,
        source="测试目录",
        code="T1",
        item="测试项目",
        payer="高压用户",
        kinds="hv_single;hv_dual",
        unit="元/kVA",
        rate="12.5000",
        nature="government_set",
        legal_basis="测试文件",
        from_date=date(2021, 1, 1),
    )


BODY = {"fee_item": "T1", "quantity": "10.5", "payee": "市供电公司", "payee_affiliated": False}


def test_a_charge_is_an_item_of_the_catalogue_at_its_rate(
    people: dict[str, User], fee_item: FeeItem
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    row = charge(application=case, body=BODY, by=people["manager"])
    assert (str(row.amount_yuan), row.fee_item) == ("131.25", fee_item)
    assert timeline(case.ref)[-1].type == "case.charged"


@pytest.mark.parametrize("kind", [Kind.RESIDENTIAL, Kind.LV_SMALL])
def test_a_home_and_a_three_zero_case_take_no_charge(
    people: dict[str, User], fee_item: FeeItem, kind: Kind
) -> None:
    case = filed(people, kind)
    with pytest.raises(WrongState):
        charge(application=case, body=BODY, by=people["manager"])
    with pytest.raises(DatabaseError, match="takes no charge"), transaction.atomic():
        Charge.objects.create(
            application=case,
            fee_item=fee_item,
            quantity=1,
            amount_yuan=1,
            state="due",
            district=case.district,
            payee="市供电公司",
            payee_affiliated=False,
            entered_at=case.created_at,
        )


def test_what_is_not_in_the_catalogue_is_not_charged(people: dict[str, User]) -> None:
    case = filed(people, Kind.HV_SINGLE)
    with pytest.raises(Invalid) as refused:
        charge(application=case, body=BODY | {"quantity": 0}, by=people["manager"])
    assert [e.pointer for e in refused.value.errors] == ["/fee_item", "/quantity", "/payee"]
    with pytest.raises(Forbidden):
        charge(application=case, body=BODY, by=case.filed_by.user)


def test_a_home_takes_no_charge_and_the_page_says_by_which_clause(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    manager = browser(people["manager"])
    assert "/charge/" not in manager.get(page(case)).content.decode()
    answer = manager.get(f"{page(case)}charge/")
    assert (answer.status_code, Charge.objects.count()) == (409, 0)


def test_a_charge_is_entered_by_an_item_of_the_catalogue_in_force_once(
    people: dict[str, User],
) -> None:
    case, manager = filed(people, Kind.HV_SINGLE), browser(people["manager"])
    url = f"{page(case)}charge/"
    early = manager.get(url)
    assert early.status_code == 409
    assert "收费目录今天没有有效项目" in Page(early).text
    assert "您打开页面之后发生的变化" not in Page(early).text
    published("fees", fees(), people["supply-lead"])
    undeclared = manager.get(url)
    assert undeclared.status_code == 409
    assert "今天没有已声明的收款单位" in Page(undeclared).text
    published("payees", PAYEES, people["supply-lead"])
    form = {**Page(manager.get(url)).carried(), "fee_item": "HR-10", "payee": "GD"}
    assert manager.post(url, {**form, "quantity": "abc"}).status_code == 422
    assert manager.post(url, {**form, "quantity": "0"}).status_code == 422
    for _ in range(2):
        manager.post(url, {**form, "quantity": "800"})
    charged = Charge.objects.values_list("fee_item__code", "amount_yuan", "payee_affiliated")
    assert list(charged) == [("HR-10", Decimal(10_000), False)]
    assert "10,000" in Page(manager.get(page(case))).text


def test_who_may_not_charge_is_refused_before_anything_is_typed(people: dict[str, User]) -> None:
    case = filed(people, Kind.HV_SINGLE)
    published("fees", fees(), people["supply-lead"])
    for who in ("clerk", "supply-lead"):
        client = browser(people[who])
        url = f"{page(case)}charge/"
        answers = [client.get(url), client.post(url, {"quantity": "abc"})]
        assert [answer.status_code for answer in answers] == [403, 403]
    assert Charge.objects.count() == 0
