"""Personal data is where it belongs and nowhere else.

One person files, is asked for more, goes through the permits and rates, all through the real
doors; then everything that is kept or was said is searched for what the person entrusted to us.
"""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from applications.models import Application
from core.models import Meter
from notifications import outbox
from tests.builders import pdf
from tests.people import PASSWORD
from tests.security.addresses import table
from tests.security.city import City, build, taken_back
from tools.scenarios import FOUR_REVIEWS

#: What only the applicant and those who serve the case may ever read.
NAME, ACCOUNT_NAME = "欧阳桐典", "司马桐典"
ID_NUMBER = "510302198511230031"
PHONE, ACCOUNT_PHONE = "13987650421", "13987650532"
LINE = "桐典金丝雀巷七十七弄九号"
CANARIES = (NAME, ACCOUNT_NAME, ID_NUMBER, PHONE, ACCOUNT_PHONE, LINE)
TYPED = {
    "applicant_type": "person", "applicant_name": NAME, "id_number": ID_NUMBER, "phone": PHONE,
    "enterprise_size": "", "district": "510302", "town": "", "address_line": LINE,
    "statutory_district": "", "capacity_kw": "300", "voltage": "high", "sources": "1",
    "purpose": "industrial", "version": "0", "idempotency_key": "the-key-of-the-page",
}  # fmt: skip


@dataclass(slots=True)
class Story:
    """What was asked and answered."""

    city: City
    number: str
    client: Client
    answers: list[tuple[str, Any]] = field(default_factory=list)
    log: str = ""


class Speaker:
    """Keeps every answer with the address that was asked."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.answers: list[tuple[str, Any]] = []

    def post(self, address: str, body: Any, status: int, **headers: str) -> Any:
        json_ = address.startswith("/api/") and "documents" not in address
        data = json.dumps(body) if json_ else body
        more: dict[str, Any] = {"content_type": "application/json"} if json_ else {}
        answer = self.client.post(address, data, headers=headers, **more)
        assert answer.status_code == status, answer.content.decode()[-900:]
        self.answers.append((address, answer))
        return answer


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args))


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """The life of one case, told once for the module."""
    from core import demonstration

    with django_db_blocker.unblock(), taken_back():
        cache.clear()
        yield _told(build())
    demonstration._known.clear()


def _told(city: City) -> Story:
    handler, root = _Lines(), logging.getLogger()
    root.addHandler(handler)
    levels = {name: logging.getLogger(name).level for name in ("", "django")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        told = _live(city)
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    told.log = "\n".join(handler.lines)
    return told


def _live(city: City) -> Story:
    own = Speaker(Client(raise_request_exception=False))
    own.post("/account/register/", {"username": "canary", "name": ACCOUNT_NAME,
             "phone": ACCOUNT_PHONE, "password": "a-long-sentence-as-password"}, 302)  # fmt: skip
    own.post("/apply/", TYPED | {"id_number": ID_NUMBER[:-1] + "0"}, 302)
    number = own.post("/apply/", TYPED, 302)["Location"].split("/")[2]
    case = f"/api/v1/applications/{number}/"
    for code in _codes(own, case):
        own.post(f"{case}documents/", {"requirement": code, "file": pdf()}, 201)
    own.post(f"{case}actions/submit/", {}, 200, **{"Idempotency-Key": "submit-1"})
    manager, planner = (Speaker(city.browsers[who]) for who in ("manager", "officer"))
    stranger = Speaker(city.browsers["other"])
    stranger.post(f"{case}actions/accept/", {}, 404)
    own.post(f"{case}actions/accept/", {}, 403)
    manager.post(f"{case}actions/energise/", {"meter_number": "1"}, 409)
    manager.post(f"{case}actions/accept/", {}, 412, **{"If-Match": '"77"'})
    asked = {"items": [{"requirement": "identity", "reason": "照片不清"}]}
    manager.post(f"{case}actions/request_supplement/", asked, 200, **{"Idempotency-Key": "s"})
    own.post(f"{case}documents/", {"requirement": "identity", "file": pdf()}, 201)
    own.post(f"{case}actions/supply_supplement/", {}, 200)
    manager.post(f"{case}actions/accept/", {}, 200, **{"Idempotency-Key": "accept-1"})
    manager.post(f"{case}actions/reply_plan/", {"summary": "由 10 千伏解放线供电"}, 200)
    own.post(f"{case}actions/confirm_plan/", {"agree": True}, 200)
    works = FOUR_REVIEWS | {"voltage": "high", "application": number}
    round_ = manager.post("/api/v1/line-works/", works, 201, **{"Idempotency-Key": "works"}).json()
    first = next(one["id"] for one in round_["permits"] if one["permit"] == "planning")
    planner.post(f"/api/v1/permits/{first}/actions/accept/", {}, 200, **{"Idempotency-Key": "p"})
    own.post("/api/v1/applications/", "no object", 400)
    nobody = Speaker(Client(raise_request_exception=False))
    nobody.post("/progress/", {"number": number, "phone": PHONE}, 200)
    nobody.post("/progress/", {"number": number, "phone": ACCOUNT_PHONE}, 422)
    nobody.post("/account/sign-in/", {"username": "canary", "password": PHONE}, 200)
    nobody.post("/api/v1/tokens/", {"username": "canary", "password": PASSWORD}, 401)
    outbox.deliver(100)
    found = [*own.answers, *manager.answers, *planner.answers, *stranger.answers, *nobody.answers]
    return Story(city, number, own.client, found)


def _codes(own: Speaker, case: str) -> list[str]:
    found = own.client.get(case).json()["documents"]
    return [one["requirement"] for one in found]


def canaries_in(text: str) -> list[str]:
    """The canaries that a text lets fly, written plainly or as JSON, an address or hex has them."""
    return [one for one in CANARIES if any(form in text for form in _forms(one))]


def _forms(canary: str) -> list[str]:
    raw = canary.encode()
    coded = "".join(f"%{byte:02X}" for byte in raw)
    plain = base64.b64encode(raw).decode()[:12]
    return [canary, json.dumps(canary)[1:-1], raw.hex(), coded, plain]


def test_a_canary_is_found_in_every_spelling() -> None:
    for form in _forms(NAME):
        assert canaries_in(f"x {form} y") == [NAME]


def test_no_table_holds_personal_data_in_the_clear(story: Story) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        leaks = {}
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            if found := canaries_in("\n".join(row for (row,) in cursor.fetchall())):
                leaks[name] = found
    assert len(tables) > 30
    assert leaks == {}


def test_the_case_itself_opens_again(story: Story) -> None:
    """Else the test above would pass over an empty city."""
    case = Application.objects.get(number=story.number)
    kept = (case.applicant_name, case.id_number, case.phone, case.address_line)
    assert kept == (NAME, ID_NUMBER, PHONE, LINE)


def test_no_session_holds_personal_data(story: Story) -> None:
    rows = [str(row.get_decoded()) for row in Session.objects.all()]
    assert rows
    assert canaries_in("\n".join(rows)) == []


def test_valkey_holds_no_personal_data(story: Story) -> None:
    client: Any = redis.Redis.from_url(settings.REDIS_URL)
    kept = []
    for key in client.scan_iter(count=1000):
        value: bytes = client.get(key) if client.type(key) == b"string" else client.dump(key)
        kept.append(f"{key!r} {value!r} {value.decode('utf-8', 'replace')}")
    assert canaries_in("\n".join(kept)) == []


def test_what_is_counted_names_nobody(story: Story) -> None:
    keys = [bytes(row.key) for row in Meter.objects.all()]
    assert keys  # the counted wrong tries
    assert canaries_in("\n".join(key.decode("utf-8", "replace") for key in keys)) == []


def test_the_logs_hold_no_personal_data(story: Story) -> None:
    assert "accept" in story.log  # the refused requests are there
    assert canaries_in(story.log) == []


def test_metrics_and_health_hold_no_personal_data(story: Story) -> None:
    said = "".join(Client().get(path).content.decode() for path in ("/metrics", "/healthz"))
    assert "tongdian_deliveries" in said
    assert canaries_in(said) == []


def test_no_address_or_header_holds_personal_data(story: Story) -> None:
    said = [f"{address} {answer.headers} {answer.cookies.output()}"
            for address, answer in story.answers]  # fmt: skip
    assert canaries_in("\n".join(said)) == []


def test_no_error_tells_personal_data(story: Story) -> None:
    errors = [answer for _address, answer in story.answers if answer.status_code >= 400]
    # A form that is refused comes back as it was typed, to whoever typed it.
    said = [one for one in errors if one["Content-Type"] == "application/problem+json"]
    assert {one.status_code for one in said} >= {400, 401, 403, 404, 409, 412}
    assert canaries_in("\n".join(one.content.decode() for one in said)) == []


def test_nothing_public_tells_personal_data(story: Story) -> None:
    asked = 0
    for route in table():
        for ask in route.asks:
            if ask.method == "GET" and ask.expected[0] == "200":
                answer = Client().get(route.address(story.city))
                assert canaries_in(answer.content.decode(errors="replace")) == [], route.pattern
                asked += 1
    assert asked > 25


def test_a_case_followed_without_an_account_names_nobody(story: Story) -> None:
    page = Client().post("/progress/", {"number": story.number, "phone": PHONE})
    assert story.number in page.content.decode()
    assert canaries_in(page.content.decode()) == []


#: What can be read in full of a case on its way, on all pages and answers that one can reach.
MAY_READ: dict[str, set[str]] = {
    **{who: set() for who in ("anonymous", "other", "officer", "foreign")},
    **{who: {LINE} for who in ("clerk", "manager", "regulator", "keeper")},
    "administrator": {ACCOUNT_NAME},
}


@pytest.mark.parametrize("who", MAY_READ)
def test_nobody_reads_more_than_their_work_needs(story: Story, who: str) -> None:
    """Names and numbers are masked for everybody but the applicant."""
    client = story.city.browsers[who]
    permit = json.loads(story.client.get("/api/v1/permits/").content)["results"][0]["id"]
    number = story.number
    addresses = [
        f"/account/cases/{number}/", f"/work/cases/{number}/", f"/oversight/cases/{number}/",
        f"/apply/{number}/", f"/apply/{number}/check/", f"/apply/{number}/filed/",
        f"/api/v1/applications/{number}/", f"/api/v1/applications/{number}/timeline/",
        f"/bureau/permits/{permit}/", f"/work/permits/{permit}/", f"/oversight/permits/{permit}/",
        f"/api/v1/permits/{permit}/", "/api/v1/applications/", "/api/v1/permits/",
        "/api/v1/line-works/", "/api/v1/desk/", "/desk/", "/work/", "/bureau/", "/oversight/",
        "/oversight/late.csv", "/account/", "/account/messages/", "/account/people/",
    ]  # fmt: skip
    told = set()
    for address in addresses:
        answer = client.get(address)
        said = b"".join(answer) if answer.streaming else answer.content
        told |= set(canaries_in(said.decode()))
    assert told == MAY_READ[who]
