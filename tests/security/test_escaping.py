"""Markup that somebody typed is text on every page, whoever looks; formulas are text in CSV."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoDbBlocker

from accounts.actions import create_organisation, create_person, issue_token
from applications import begun, documents, drafts
from applications.models import Application
from applications.queries import numbered
from approvals.models import LineWorks, Permit
from documents.models import Document
from money.charges import actions as charges
from notifications import outbox
from publishing import actions as publishing
from rules.names import Kind
from tests.builders import again, declaration, do, hand_in, permit_step, post_works
from tests.publishing.builders import in_force, second
from tests.security import reading
from tests.security.addresses import table
from tests.security.city import WHO, City, build, taken_back
from tools.scenarios import FOUR_REVIEWS, NO_WORKS, PDF

MARKUP = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"


def evil(where: str) -> str:
    """A text that is markup, and says which field it was typed into."""
    return f"x-{where}{MARKUP}"


def _declared(kind: Kind) -> dict[str, Any]:
    body = declaration(kind)
    return body | {
        "applicant": body["applicant"] | {"name": evil("name")},
        "address": body["address"] | {"line": body["address"]["line"] + evil("line")},
    }


def _drafted(city: City, kind: Kind) -> Application:
    who = city.people["owner"]
    case = drafts.draft(body=_declared(kind), by=who)
    hand_in(case, "submit")
    name = "x-file'><img src=x onerror=a>.pdf"
    upload = SimpleUploadedFile(name, PDF, content_type="text/html")
    documents.add(application=case, requirement="identity", upload=upload, by=who)
    return case


def _supplement(city: City) -> Application:
    case = do(city.people, _drafted(city, Kind.HV_DUAL), "submit")
    asked = [{"requirement": "identity", "reason": evil("supplement")}]
    return do(city.people, case, "request_supplement", items=asked)


def _planned(city: City) -> Application:
    people = city.people
    case = do(people, do(people, _drafted(city, Kind.HV_DUAL), "submit"), "accept")
    case = do(people, case, "reply_plan", summary=evil("first plan"))
    case = do(people, case, "confirm_plan", agree=False, reason=evil("disagreement"))
    return do(people, case, "reply_plan", summary=evil("plan"))


def _reviewed(city: City) -> Application:
    case = do(city.people, _planned(city), "confirm_plan", agree=True)
    case = do(city.people, case, "submit_design")
    return do(city.people, case, "review_design", passed=False, findings=[evil("finding")])


def _decided(city: City) -> Application:
    people = city.people
    case = do(people, do(people, _reviewed(city), "submit_design"), "review_design")
    charge = {"fee_item": "YS-09", "quantity": 1, "payee": evil("payee")}
    charges.charge(application=case, body=charge, by=people["manager"])
    case = post_works(people, case, FOUR_REVIEWS)
    permits = list(Permit.objects.filter(case_ref=case.ref).exclude(state__in=("not_needed",)))
    steps: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "planning": [("request_supplement", {"items": [f"红线图：{evil('item')}"]})],
        "construction": [("accept", {}), ("grant", {"conditions": evil("conditions")})],
        "road_occupation": [
            ("accept", {}),
            ("refuse", {
                "reason": evil("refusal"), "clause": "roads_33",
                "review_points": [
                    {"point": point, "met": False, "remark": evil("review")}
                    for point in ("necessity", "reasonableness", "extent_occupied")
                ],
            }),
        ],
    }  # fmt: skip
    for permit in permits:
        for action, body in steps.get(permit.permit, []):
            permit_step(permit=permit, action=action, by=people[permit.bureau], body=body)
    return again(case)


def _energised(city: City) -> Application:
    people = city.people
    case = do(people, do(people, _drafted(city, Kind.LV_OTHER), "submit"), "accept")
    case = post_works(people, do(people, case, "sign_contract"), NO_WORKS)
    case = do(people, case, "start_works")
    case = do(people, case, "energise", meter_number="m'\"><img src=x onerror=alert(1)>")
    return do(people, case, "rate", level=1, comment=evil("comment"))


def _withdrawn(city: City) -> Application:
    case = do(city.people, _drafted(city, Kind.LV_OTHER), "submit")
    return do(city.people, case, "withdraw", reason=evil("withdrawal"))


def _quoted(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _published(city: City, text: str = MARKUP) -> None:
    def cell(where: str) -> str:
        return text if text == FORMULA else evil(where)

    head = "code,item,payer,kinds,payees,unit,rate,nature,legal_basis,from_date,until_date,note\n"
    fees = head + _quoted(
        "YS-09", cell("fee"), cell("payer"), "hv_dual", "YS-09", "元", "3", "market",
        cell("basis"), "2026-01-01", "", cell("fee note"),
    )  # fmt: skip
    payees = "code,name,affiliated,relation,from_date,note\n" + _quoted(
        "YS-09", cell("payee"), "yes", cell("relation"), "2026-01-01", cell("payee note")
    )
    head = "number,district,area,area_class,kind,cause,planned_from,planned_until,started_at,"
    head += "restored_at,customers,level,excluded_by_policy,regulation,short_notice_reason\n"
    outages = head + _quoted(
        "YS-99", "510302", cell("area"), "urban", "planned", cell("cause"), "2026-11-01 08:00",
        "2026-11-01 12:00", "2026-11-01 08:00", "2026-11-01 12:00", "9", "medium", "no", "",
        cell("late"),
    )  # fmt: skip
    for kind, rows in (("payees", payees), ("fees", fees), ("outages", outages)):
        draft = publishing.begin(
            kind=kind, by=city.people["keeper"], text=rows, source=cell("source"),
            note=cell("note"),
        )  # fmt: skip
        in_force(draft, city.people["keeper"])
    given_back = publishing.begin(
        kind="fees", by=city.people["keeper"], text=fees.replace("YS-09", "YS-10", 1),
        source=cell("draft source"), file_name="x'\"><img src=x onerror=a>.csv", note=cell("why"),
    )  # fmt: skip
    publishing.offer(draft=given_back, by=city.people["keeper"])
    checker = second(city.people["keeper"])
    publishing.give_back(draft=given_back, by=checker, reason=cell("given back"))


@pytest.fixture(scope="module")
def defaced(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """A city in which somebody typed markup wherever text can be typed."""
    from datetime import timedelta

    from core import demonstration

    with django_db_blocker.unblock(), taken_back():
        city = build()
        person = create_person(
            username="evil", password="a-long-sentence-12", name=evil("person"), phone=""
        )
        create_organisation(kind="digital", code="evil", name_zh=evil("office"), name_en="evil")
        issue_token(user=city.people["owner"], life=timedelta(days=1), second_factor=True,
                    label="x-label'\"><img src=x onerror=alert(1)>")  # fmt: skip
        _published(city)
        city.things["person"] = person.pk
        yield city
    demonstration._known.clear()


SITUATIONS: dict[str, Any] = {
    "draft": lambda city: _drafted(city, Kind.HV_DUAL),
    "supplement": _supplement,
    "planned": _planned,
    "reviewed": _reviewed,
    "decided": _decided,
    "energised": _energised,
    "withdrawn": _withdrawn,
}
#: What must be seen, escaped, on some page, so that nothing is passed over in silence.
SEEN = {
    "draft": {"name", "line", "file", "person", "office", "label", "fee", "area", "source"},
    "supplement": {"supplement", "line"},
    "planned": {"plan"},
    "reviewed": {"finding"},
    "decided": {"payee", "item", "conditions", "refusal", "review"},
    # The words of a rating are read by nobody on any page.
    "energised": {"line"},
    "withdrawn": {"line"},
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_typed_markup_is_text_to_everybody(defaced: City, situation: str) -> None:
    with taken_back():
        case = SITUATIONS[situation](defaced)
        outbox.deliver(100)
        things = defaced.things | _things_of(case)
        wrong, unseen = [], {f"x-{one}" for one in SEEN[situation]}
        for who, address in _addresses(defaced, things, everything=situation == "draft"):
            answer = defaced.browsers[who].get(address)
            assert answer.status_code < 500, address
            if "html" in answer.get("Content-Type", ""):
                page = answer.content.decode()
                unseen = {one for one in unseen if one not in page}
                wrong += [(who, address, fault) for fault in reading.faults(page)]
    assert wrong == []
    assert unseen == set()


def _things_of(case: Application) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(
        ("draft", "filed", "replied", "confirmed", "permits", "replanning"), case.number
    )
    found["document"] = Document.objects.filter(case_ref=case.ref).order_by("-pk")[0].ref
    if works := LineWorks.objects.filter(case_ref=case.ref).first():
        found |= {"works": works.pk}
    return found


def _addresses(
    city: City, things: dict[str, Any], *, everything: bool
) -> Iterator[tuple[str, str]]:
    """Every page with everybody who may see it; of one situation only the pages of a case."""
    before, city.things = city.things, things
    numbers = {things["draft"]}
    case = numbered(things["draft"]) or begun.numbered(things["draft"])
    assert case is not None
    for route in table():
        for ask in (ask for ask in route.asks if ask.method == "GET" and not route.api):
            address = route.address(city)
            # What everybody gets is the same for all, but for who is signed in.
            readers = WHO[:2] if set(ask.expected) == {"200"} else WHO
            for who, expected in zip(readers, ask.expected, strict=False):
                if expected in ("200", "409") and (everything or numbers & set(address.split("/"))):
                    yield who, address
    for permit in Permit.objects.filter(case_ref=case.ref):
        people = ("owner", "manager", "regulator", "keeper")
        places = ("bureau", "work", "oversight")
        yield from ((who, f"/{one}/permits/{permit.pk}/") for who in people for one in places)
        city.browsers[permit.bureau] = city.browsers.get(permit.bureau) or _browser(city, permit)
        yield permit.bureau, f"/bureau/permits/{permit.pk}/"
    yield from (("owner", one) for one in ("/account/messages/", "/account/", "/apply/"))
    city.things = before


def _browser(city: City, permit: Permit) -> Any:
    from tests.people import browser

    return browser(city.people[permit.bureau])


def test_no_cell_of_a_file_is_a_formula(defaced: City) -> None:
    with taken_back():
        _published(defaced, FORMULA)
        files = [
            ("anonymous", f"{start}{kind}.csv")
            for start in ("/disclosure/", "/api/v1/disclosure/")
            for kind in ("fees", "outages", "capacity", "customers", "standards", "reliability")
        ]
        files += [("keeper", f"/work/publish/{kind}/table.csv") for kind in ("fees", "outages")]
        files += [("regulator", "/oversight/late.csv")]
        found = 0
        for who, address in files:
            answer = defaced.browsers[who].get(address)
            said = b"".join(answer) if answer.streaming else answer.content
            rows = list(csv.reader(io.StringIO(said.decode("utf-8-sig"))))
            cells = [cell for row in rows for cell in row]
            assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == [], address
            found += sum("cmd|" in cell for cell in cells)
    assert found >= 4
