"""Cases in a state of your choice, brought there by the real actions of the real people."""

import itertools
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from applications import documents, filing, line_works
from applications.actions import perform
from applications.models import Application
from applications.standing import policy_of, requirements
from applications.workflow import State
from approvals.actions import perform as permit_step
from approvals.models import Permit
from approvals.workflow import DECIDED
from approvals.workflow import State as PermitState
from core.clock import city_now
from rules.names import Kind, Stage

People = Mapping[str, User]

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)
DISTRICT = "510302"

RESIDENT = {"type": "person", "name": "王小明", "id_number": "510302199003070013"}
SHOP = {
    "type": "company",
    "name": "自贡市好味道小吃店",
    "id_number": "91510300MA60000014",
    "enterprise_size": "small",
}
FACTORY = {
    "type": "company",
    "name": "自贡市机械制造有限公司",
    "id_number": "125103004504000000",
    "enterprise_size": "large",
}
PHONE = "13800001234"

#: What makes each kind, and whose account files it.
KINDS: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.RESIDENTIAL: (
        "resident",
        {"applicant": RESIDENT, "capacity_kw": 8, "voltage": "low", "sources": 1,
         "purpose": "residential"},
    ),
    Kind.LV_SMALL: (
        "shop",
        {"applicant": SHOP, "capacity_kw": 60, "voltage": "low", "sources": 1,
         "purpose": "commercial"},
    ),
    Kind.LV_OTHER: (
        "shop",
        {"applicant": FACTORY, "capacity_kw": 90, "voltage": "low", "sources": 1,
         "purpose": "commercial"},
    ),
    Kind.HV_SINGLE: (
        "factory",
        {"applicant": FACTORY, "capacity_kw": 800, "voltage": "high", "sources": 1,
         "purpose": "industrial"},
    ),
    Kind.HV_DUAL: (
        "factory",
        {"applicant": FACTORY, "capacity_kw": 2000, "voltage": "high", "sources": 2,
         "purpose": "industrial"},
    ),
}  # fmt: skip

#: A line that needs four reviewed permits of four bureaus, at high and at low voltage alike.
FOUR_REVIEWS: dict[str, Any] = {
    "length_m": 800,
    "excavation_m": 0,
    "investment_yuan": 2_000_000,
    "in_planned_area": True,
    "along_municipal_road_or_duct": True,
    "road": "none",
    "occupies_road": True,
    "greening": "ordinary",
}
NO_WORKS: dict[str, Any] = {"none": True}

_addresses = itertools.count(1)


def fresh_address() -> str:
    """An address that no other test case has."""
    return f"解放路{next(_addresses)}号"


def declaration(kind: Kind, **changes: Any) -> dict[str, Any]:
    """The body of an application of a kind, at a fresh address."""
    _who, body = KINDS[kind]
    base = {
        **body,
        "applicant": {**body["applicant"], "phone": PHONE},
        "address": {"district": DISTRICT, "line": fresh_address()},
        "channel": "online",
    }
    return base | changes


def pdf(name: str = "证件.pdf") -> SimpleUploadedFile:
    """A small whole PDF."""
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def drafted(people: People, kind: Kind, **changes: Any) -> Application:
    """A draft, its documents of the application stage handed in."""
    who = people[KINDS[kind][0]]
    case = filing.draft(body=declaration(kind, **changes), by=who)
    hand_in(people, case, Stage.APPLICATION)
    return case


def hand_in(people: People, case: Application, stage: Stage) -> None:
    """Hand in every document of a stage."""
    for need in requirements(policy_of(case, city_now()), case.kind):
        if need.stage == stage:
            documents.add(application=case, requirement=need.code, upload=pdf(), by=case.filed_by)


def filed(people: People, kind: Kind, **changes: Any) -> Application:
    """A case that was just submitted."""
    return do(people, drafted(people, kind, **changes), "submit")


#: The way of each machine from submitted to energised; `*` posts the line works.
WAYS: dict[Kind, tuple[str, ...]] = {
    **dict.fromkeys(
        (Kind.RESIDENTIAL, Kind.LV_SMALL, Kind.LV_OTHER),
        ("submit", "accept", "sign_contract", "*", "start_works", "energise"),
    ),
    Kind.HV_SINGLE: (
        "submit", "accept", "reply_plan", "confirm_plan", "*", "start_works",
        "report_completion", "inspect_completion", "sign_contract", "energise",
    ),
    Kind.HV_DUAL: (
        "submit", "accept", "reply_plan", "confirm_plan", "submit_design", "review_design", "*",
        "start_works", "request_inspection", "inspect", "report_completion",
        "inspect_completion", "sign_contract", "energise",
    ),
}  # fmt: skip

BODIES: dict[str, dict[str, Any]] = {
    "request_supplement": {"items": [{"requirement": "identity", "reason": "照片不清"}]},
    "reply_plan": {"summary": "由 10 千伏解放线供电"},
    "confirm_plan": {"agree": True},
    "review_design": {"passed": True, "findings": []},
    "inspect": {"passed": True, "findings": []},
    "inspect_completion": {"passed": True, "findings": []},
    "energise": {"meter_number": "DB-0001"},
    "rate": {"level": 5},
}
BY_APPLICANT = {
    "submit", "supply_supplement", "confirm_plan", "submit_design", "sign_contract",
    "request_inspection", "report_completion", "rate", "withdraw",
}  # fmt: skip


def do(people: People, case: Application, action: str, **body: Any) -> Application:
    """One action by the person whose it is, with a body that serves."""
    who = case.filed_by if action in BY_APPLICANT else people["manager"]
    return perform(application=case, action=action, by=who, body=body or BODIES.get(action, {}))


def post_works(people: People, case: Application, works: dict[str, Any]) -> Application:
    """Post the line works of a case; `voltage` is added."""
    body = works if works.get("none") else works | {"voltage": case.voltage}
    line_works.post(application=case, body=body, by=people["manager"])
    return again(case)


def again(case: Application) -> Application:
    """The case as it stands now."""
    return Application.objects.get(pk=case.pk).workflow()


#: States that lie beside the straight way, and how each is reached.
ASIDE: dict[State, tuple[State, str, dict[str, Any]]] = {
    State.SUPPLEMENT: (State.SUBMITTED, "request_supplement", {}),
    State.WITHDRAWN: (State.SUBMITTED, "withdraw", {}),
}


def case_at(people: People, kind: Kind, state: State) -> Application:
    """A case of a kind in a state."""
    if state in ASIDE:
        before, action, body = ASIDE[state]
        return do(people, case_at(people, kind, before), action, **body)
    if state in (State.PERMITS, State.REPLANNING):
        return _among_permits(people, kind, state)
    case = drafted(people, kind)
    for action in WAYS[kind]:
        if case.state == state:
            return case
        case = post_works(people, case, NO_WORKS) if action == "*" else do(people, case, action)
    if case.state != state:
        raise AssertionError(f"{kind} has no way to {state}")
    return case


def _among_permits(people: People, kind: Kind, state: State) -> Application:
    case = drafted(people, kind)
    for action in WAYS[kind][: WAYS[kind].index("*")]:
        case = do(people, case, action)
    case = post_works(people, case, FOUR_REVIEWS)
    if state == State.REPLANNING:
        decide_all(people, case, refuse="planning")
    return again(case)


def open_permits(case: Application) -> list[Permit]:
    """The permits of a case that are not decided yet, in their order."""
    ended = [*DECIDED, PermitState.WITHDRAWN]
    return list(Permit.objects.filter(case_ref=case.ref).exclude(state__in=ended).order_by("id"))


def decide_all(people: People, case: Application, *, refuse: str = "") -> None:
    """Accept and decide every open permit of a case by its own officer."""
    for permit in open_permits(case):
        officer = people[permit.bureau]
        if permit.state == PermitState.RECEIVED and permit.route != "instant":
            permit_step(permit=permit, action="accept", by=officer, body={})
        if permit.permit == refuse:
            body = {"reason": "线位与规划道路冲突", "clause": "城乡规划法 40"}
            permit_step(permit=permit, action="refuse", by=officer, body=body)
        else:
            permit_step(permit=permit, action="grant", by=officer, body={})
