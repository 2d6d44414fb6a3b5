"""Charges that somebody complains of, through the real actions."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from applications.models import Application
from money.charges.actions import charge
from money.charges.models import Charge
from money.complaints.actions import COMPLAINTS, complain
from money.complaints.models import Complaint
from rules.names import Kind
from tests.builders import filed
from tests.publishing.builders import PAYEES, fees, published

TEXT = "我没有申请双电源，不应交此费。"
SAID = "按目录收取，见附表。"
REASONS = "已核对收费目录和本办件的类型。"
BODY = {"ground": "not_mine", "text": TEXT}
DECISION = {"reasons": REASONS, "clause": "《优化营商环境条例》第25条"}
EXPLANATION = {"explanation": SAID}
#: An item that names an affiliate.
DESIGN = (
    "code,item,payer,kinds,payees,unit,rate,nature,legal_basis,from_date,until_date,note\n"
    "D-1,Design,Customers,hv_single;hv_dual,GC,CNY,100,market,Order 2,2026-01-01,,\n"
)


def charged(people: Mapping[str, User]) -> Charge:
    """An item of the catalogue, charged in a case that is just filed."""
    publish(people["supply-lead"])
    return charge_of(filed(people, Kind.HV_SINGLE), people["manager"])


def publish(keeper: User) -> None:
    """The catalogue, and who may be paid."""
    published("payees", PAYEES, keeper)
    published("fees", fees(), keeper)


def charge_of(case: Application, by: User, **changes: Any) -> Charge:
    body = {"fee_item": "HR-10", "quantity": "800", "payee": "GD"} | changes
    return charge(application=case, body=body, by=by)


def payer(one: Charge) -> User:
    user = one.application.filed_by.user
    assert user is not None
    return user


def complained(one: Charge, **changes: Any) -> Complaint:
    return complain(charge=one, body=BODY | changes, by=payer(one))


def step(one: Complaint, act: str, by: User, body: Any = None) -> Complaint:
    return COMPLAINTS.perform(one, act, by=by, body=body)
