"""Values that no honest program sends: each is refused with a sentence, none is a fault."""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest

from applications.models import Application
from rules.names import Kind
from tests.builders import again, declaration
from tests.security.addresses import table
from tests.security.asking import changes, send
from tests.security.city import WHO, City, taken_back

JSON = "application/json"
LONE = "\ud800"
#: (address with the name of a thing in it, who may send there, a body that serves)
DOORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tokens": ("/api/v1/tokens/", "anonymous", {"username": "shop", "password": "x", "code": "1"}),
    "draft": ("/api/v1/applications/", "owner", declaration(Kind.HV_SINGLE)),
    "redraft": ("/api/v1/applications/{draft}/", "owner", declaration(Kind.HV_SINGLE)),
    "withdraw": ("/api/v1/applications/{filed}/actions/withdraw/", "owner", {"reason": "x"}),
    "supplement": (
        "/api/v1/applications/{filed}/actions/request_supplement/", "manager",
        {"items": [{"requirement": "identity", "reason": "x"}]},
    ),
    "confirm": (
        "/api/v1/applications/{replied}/actions/confirm_plan/", "owner",
        {"agree": False, "reason": "x"},
    ),
    "charge": (
        "/api/v1/applications/{filed}/charges/", "manager",
        {"fee_item": "YS-01", "quantity": 1, "payee": "市供电公司", "payee_affiliated": False},
    ),
    "works": (
        "/api/v1/line-works/", "manager",
        {"application": "{confirmed}", "voltage": "high", "voltage_kv": 10, "length_m": 10,
         "excavation_m": 0, "investment_yuan": 1, "road": "none", "highway_class": "other",
         "greening": "none", "choose_review": ["greening"], "occupies_road": True},
    ),
    "dry-run": (
        "/api/v1/line-works/?dry_run=1", "other",
        {"voltage": "high", "length_m": 10, "excavation_m": 0, "investment_yuan": 1,
         "choose_review": ["greening"]},
    ),
    "changes": (
        "/api/v1/line-works/{works}/changes/", "manager", {"voltage": "high", "length_m": 1},
    ),
    "permit-supplement": (
        "/api/v1/permits/{permit}/actions/request_supplement/", "officer", {"items": ["红线图"]},
    ),
    "permit-refuse": (
        "/api/v1/permits/{permit}/actions/refuse/", "officer",
        {"reason": "x", "clause": "licensing_38"},
    ),
    "permit-pause": (
        "/api/v1/permits/{permit}/actions/exclude_time/", "officer",
        {"ground": "hearing", "expected_days": 3},
    ),
    "order": (
        "/api/v1/orders/", "regulator",
        {"party": "supplier", "district": "510302", "text": "x", "clause": "x", "days": 10,
         "application": "{filed}", "permit": 1},
    ),
    "order-answer": ("/api/v1/orders/{order}/actions/answer/", "keeper", {"text": "x"}),
    "order-return": (
        "/api/v1/orders/{answered-order}/actions/return/", "regulator", {"reason": "x"},
    ),
}  # fmt: skip
EVIL: dict[str, Any] = {
    "nul": "a\0b", "lone surrogate": f"a{LONE}", "long": "长" * 20_000, "list": [], "object": {},
    "deep list": [[[[[[]]]]]], "huge": 10**400, "negative": -(10**30), "tiny": 1e-300,
    "null": None, "true": True, "bidi": "\u202egnp.exe", "number text": "1" * 5000,
    "exponent": "1e999999999", "not a number": "NaN", "arabic digits": "٣",
}  # fmt: skip
RAW = {
    "deep": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "NaN": b'{"capacity_kw": NaN}', "Infinity": b'{"capacity_kw": -Infinity}',
    "cut": b'{"a": ', "not UTF-8": b'{"a": "\xff\xfe"}', "UTF-16": '{"a": 1}'.encode("utf-16"),
    "empty key": b'{"": {"": "\\ud800"}}', "list": b"[1]", "text": b'"text"', "null": b"null",
    "long number": b'{"capacity_kw": ' + b"9" * 100_000 + b"}", "BOM": b"\xef\xbb\xbf{}",
    "two": b"{}{}", "evil key": b'{"\\ud800": 1, "\\u0000": 2}',
}  # fmt: skip


def at(city: City, address: str) -> str:
    """An address with the real thing in it."""
    return address.format(**city.things)


def post(city: City, door: str, content: bytes, **headers: str) -> Any:
    address, who, _body = DOORS[door]
    method = "PATCH" if door == "redraft" else "POST"
    client = city.browsers[who]
    return client.generic(method, at(city, address), content, content_type=JSON, headers=headers)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the values of a body are, from the outside in."""
    found = [here] if here else []
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*here, key))
    return found


def with_value(body: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The body with another value in one place."""
    changed: Any = deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert isinstance(changed, dict)
    return changed


def body_of(city: City, door: str) -> dict[str, Any]:
    body = deepcopy(DOORS[door][2])
    if "application" in body:
        body["application"] = at(city, body["application"])
    return body


@pytest.mark.parametrize("door", DOORS)
def test_an_evil_value_in_any_field_is_no_fault(city: City, door: str) -> None:
    body = body_of(city, door)
    wrong = []
    for place in places(body):
        for name, value in EVIL.items():
            with taken_back():
                answer = post(city, door, json.dumps(with_value(body, place, value)).encode())
            kept = name in ("nul", "lone surrogate") and answer.status_code < 400
            if answer.status_code >= 500 or kept:
                wrong.append((place, name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("key", [None, "key-1"])
@pytest.mark.parametrize("name", RAW)
def test_a_body_that_is_no_object_of_json_is_refused(
    city: City, name: str, key: str | None
) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    for door in ("tokens", "draft", "withdraw"):
        before = changes()
        answer = post(city, door, RAW[name], **headers)
        # A byte order mark may be let pass; a step that needs nothing is taken then.
        wanted = (
            {200, 400, 401, 422} if name in ("BOM", "evil key", "empty key") else {400, 401, 422}
        )
        assert answer.status_code in wanted, (door, answer.content[:200])
        if answer.status_code != 200:
            assert answer["Content-Type"] == "application/problem+json"
            assert changes() == before


def test_a_body_larger_than_is_read_is_refused(city: City) -> None:
    answer = post(city, "draft", b'{"a": "' + b"x" * (3 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("version", ['"' + "9" * 5000 + '"', "-1", "٣", "W/x", "*", '"1", "2"'])
def test_a_strange_version_is_stale_at_most(city: City, version: str) -> None:
    answer = send_with(city, {"if-match": version.encode().decode("latin-1")})
    assert answer.status_code in (200, 412)


@pytest.mark.parametrize("key", ["k" * 201, "\x00", "Ã©", " ", "k" * 200, "'; --"])
def test_a_strange_idempotency_key_is_refused_at_most(city: City, key: str) -> None:
    answer = send_with(city, {"idempotency-key": key})
    assert answer.status_code in (200, 422)


def send_with(city: City, headers: dict[str, str]) -> Any:
    """An honest request with strange headers."""
    address = f"/api/v1/applications/{city.things['filed']}/actions/accept/"
    return city.browsers["manager"].generic("POST", address, b"{}", JSON, headers=headers)


STRANGE = (
    "%00",
    "%ED%A0%80",
    "%FF",
    "..%2f..%2fetc",
    "٣",
    "1" * 5000,
    "' OR 1=1 --",
    "%",
    "{{7*7}}",
)


@pytest.mark.parametrize("text", STRANGE)
def test_a_strange_address_is_missing_at_most(city: City, text: str) -> None:
    for address in (
        "/api/v1/applications/{}/", "/api/v1/applications/{}/timeline/", "/api/v1/permits/{}/",
        "/work/cases/{}/", "/oversight/cases/{}/", "/account/cases/{}/", "/documents/{}/",
        "/api/v1/line-works/{}/", "/disclosure/{}.csv", "/disclosure/fees/history/{}/",
        "/work/publish/{}/", "/bureau/permits/{}/", "/static/{}", "/{}",
    ):  # fmt: skip
        who = "regulator" if "oversight" in address else "manager"
        answer = city.browsers[who].get(address.format(text))
        assert answer.status_code in (400, 403, 404), address


QUERIES = (
    "cursor={}", "page_size={}", "state={}", "q={}", "district={}", "late={}", "kind={}",
    "bureau={}", "application={}", "holder={}", "year={}", "party={}", "show={}", "since={}",
    "number={}", "open={}", "next={}", "days={}", "from={}", "{}=1",
)  # fmt: skip
LISTS = (
    ("owner", "/api/v1/applications/"), ("owner", "/api/v1/permits/"),
    ("owner", "/api/v1/line-works/"), ("regulator", "/api/v1/oversight/late/"),
    ("manager", "/work/"), ("officer", "/bureau/"), ("regulator", "/oversight/"),
    ("regulator", "/oversight/late.csv"), ("administrator", "/account/people/"),
    ("anonymous", "/disclosure/outages/"), ("anonymous", "/disclosure/capacity/"),
    ("anonymous", "/disclosure/fees/"), ("anonymous", "/disclosure/reliability/"),
    ("anonymous", "/api/v1/disclosure/outages/"), ("anonymous", "/api/v1/disclosure/capacity/"),
    ("anonymous", "/api/v1/disclosure/fees/"), ("owner", "/account/messages/"),
    ("anonymous", "/api/v1/disclosure/outages.csv"), ("owner", "/account/"), ("owner", "/apply/"),
    ("anonymous", "/disclosure/outages/history/"), ("keeper", "/work/publish/fees/"),
    ("anonymous", "/account/sign-in/"), ("manager", "/api/v1/disclosure/reliability/"),
    ("regulator", "/api/v1/orders/"), ("regulator", "/oversight/orders/"), ("keeper", "/orders/"),
)  # fmt: skip


@pytest.mark.parametrize(("who", "address"), LISTS)
def test_a_strange_question_is_no_fault(city: City, who: str, address: str) -> None:
    wrong = []
    for text in ("%00", quote("cD0yMDI2LTAx%00"), "9" * 5000, "-1", "%FF", "[]"):
        query = "&".join(one.format(text) for one in QUERIES)
        for asked in (query, *(one.format(text) for one in QUERIES[:3])):
            answer = city.browsers[who].get(f"{address}?{asked}")
            if answer.status_code >= 500:
                wrong.append(asked[:60])
    assert wrong == []


def form_doors(city: City) -> list[tuple[str, str, dict[str, Any]]]:
    """Every form of the pages, with who may send it and what an honest person types."""
    found = []
    for route in table():
        for ask in route.asks:
            if not route.api and ask.method == "POST" and ask.body:
                who = max(WHO, key=lambda one: ask.expected[WHO.index(one)] == "go")
                found.append((route.address(city), who, city.body(ask.body)))
    return found


NUL, DIGITS = "a\0b", "9" * 5000
#: Fields of forms that a page fills in, or a button.
HIDDEN = {"version": DIGITS, "base": DIGITS, "up_to": DIGITS, "idempotency_key": NUL, "do": NUL,
          "action": NUL, "next": NUL, "return_to": NUL}  # fmt: skip


def test_a_strange_value_in_a_form_is_no_fault(city: City) -> None:
    wrong = []
    for address, who, body in form_doors(city):
        typed = {name: value for name, value in body.items() if name not in HIDDEN}
        changes_ = [{name: HIDDEN[name]} for name in HIDDEN if name in body]
        # What this page does not send, all at once.
        changes_ += [{name: HIDDEN[name] for name in HIDDEN if name not in body}]
        changes_ += [dict.fromkeys(typed, NUL), dict.fromkeys(typed, DIGITS)]
        for change in changes_:
            with taken_back():
                answer = send(city, who, "POST", address, body | change)
            if answer.status_code >= 500:
                wrong.append(f"{address} {list(change)[:3]} {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("place", [("applicant", "name"), ("address", "line")])
@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\n", "\x1b"])
def test_no_name_or_address_reads_as_another(city: City, place: tuple[str, str], mark: str) -> None:
    body = with_value(declaration(Kind.HV_SINGLE), place, f"甲{mark}乙")
    answer = send(city, "owner", "POST", "/api/v1/applications/", body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/" + "/".join(place)]


MORE = {
    "state": "energised", "holder": "supplier", "filed_at": "2020-01-01T00:00:00+08:00",
    "version": 99, "rules_version": "zigong-evil", "number": "ZG20200101000001",
    "at": "2020-01-01T00:00:00+08:00", "ref": "00000000-0000-4000-8000-000000000000",
    "lineage": "00000000-0000-4000-8000-000000000000", "filed_by": 1, "filed_by_id": 1,
    "held_since": "2020-01-01T00:00:00+08:00", "id": 1, "pk": 1, "rating": 5, "energised_at":
    "2020-01-01T00:00:00+08:00", "supplements_asked": 1, "continues": 1,
    "created_at": "2020-01-01",
}  # fmt: skip


def test_more_than_is_asked_for_is_refused_by_name(city: City) -> None:
    before = Application.objects.count()
    answer = send(
        city, "owner", "POST", "/api/v1/applications/", declaration(Kind.HV_SINGLE) | MORE
    )
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {f"/{name}" for name in MORE}
    assert Application.objects.count() == before


@pytest.mark.parametrize("more", [MORE, {"applicant": {"type": "person"}}])
def test_a_step_takes_nothing_but_its_own_words(city: City, more: dict[str, Any]) -> None:
    address = f"/api/v1/applications/{city.things['filed']}/actions/accept/"
    before = again(city.cases["filed"])
    answer = send(city, "manager", "POST", address, more)
    after = again(city.cases["filed"])
    assert answer.status_code == 422
    assert [
        one.attname
        for one in Application._meta.concrete_fields
        if getattr(before, one.attname) != getattr(after, one.attname)
    ] == []
