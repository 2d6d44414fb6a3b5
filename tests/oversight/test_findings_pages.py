"""What both sides and the public see of signals, on pages and through the API."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import issue_token
from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from ledger.models import Leaf
from notifications.models import Outbox
from notifications.outbox import deliver_all
from oversight.detectors import DETECTORS
from oversight.models import Finding, RectificationOrder
from oversight.workflow import FindingState
from portal.invariants import broken
from tests.builders import pdf
from tests.oversight import scenes
from tests.oversight.findings import SAID, WAYS, again, do, opened, signal_at
from tests.oversight.scenes import People, scanned
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import SHOP

OVERSIGHT, OWN, PUBLIC = "/oversight/signals/", "/signals/", "/disclosure/record/signs/"
API, OPEN_DATA = "/api/v1/oversight/signals/", "/api/v1/disclosure/signals/"


def read(answer: Any) -> str:
    return Page(answer).text


def api(user: User) -> Client:
    token, _row = issue_token(user=user, life=timedelta(hours=1), second_factor=True)
    return Client(headers={"Authorization": f"Bearer {token}"})


def many(people: People, count: int) -> list[Finding]:
    """As many signals of one sign, each of a case of its own."""
    for number in range(count):
        scenes.on_site(people, day=f"2026-11-0{number + 2}")
    return scanned()


def test_the_regulator_sees_what_was_found_with_the_entries_behind_it(city: People) -> None:
    signal = opened(city)
    client = browser(city["regulator"])
    assert signal.number in read(client.get(OVERSIGHT))
    page = read(client.get(f"{OVERSIGHT}{signal.number}/"))
    for words in (
        "几分钟内连办数步", "5 分钟内办理 4 步", "待说明", "已受理申请", "10:05:0", "10 分钟",
        "方案三(一)1", "演示时快速走完流程",
    ):  # fmt: skip
        assert words in page, words
    content = client.get(f"{OVERSIGHT}{signal.number}/").content.decode()
    case = Application.objects.get(ref=signal.subject)
    assert f"/oversight/cases/{case.number}/" in content
    for entry in signal.evidence.all():
        index = Leaf.objects.get(entry=entry.entry_id).index
        assert f"/disclosure/record/entries/{index}/" in content


def test_pages_are_english_for_who_reads_english(city: People) -> None:
    signal = opened(city)
    client = browser(city["regulator"])
    client.post("/language/", {"language": "en", "next": "/"})
    page = read(client.get(f"{OVERSIGHT}{signal.number}/"))
    assert "4 steps of the case within 5 minutes" in page
    assert "A demonstration that walks through a case is such a burst" in page


def test_the_page_of_a_case_names_its_signals_to_those_who_may_read_them(city: People) -> None:
    signal = opened(city)
    number = Application.objects.get(ref=signal.subject).number
    page = browser(city["regulator"]).get(f"/oversight/cases/{number}/").content.decode()
    assert f"{OVERSIGHT}{signal.number}/" in page
    digital = browser(city["digital"]).get(f"/oversight/cases/{number}/").content.decode()
    assert signal.number not in digital


def test_filters_narrow_the_list(city: People) -> None:
    scenes.pauses(city)
    scenes.on_site(city, day="2026-11-04")
    first, second = scanned()
    do(city, second, "explain")
    client = browser(city["regulator"])
    for query, expected in {
        "sign=pauses_in_bunches": [first], "state=explained": [second], "party=planning": [first],
        "district=510302": [second, first], "district=510321": [], "sign=nonsense": [],
    }.items():  # fmt: skip
        rows = client.get(f"{OVERSIGHT}?{query}").context["rows"]
        assert [row["number"] for row in rows] == [signal.number for signal in expected], query
    assert "没有符合条件的疑点" in read(client.get(f"{OVERSIGHT}?district=510321"))


def test_an_empty_list_says_why(city: People) -> None:
    assert "没有发现“体外循环”疑点" in read(browser(city["regulator"]).get(OVERSIGHT))
    assert "没有需要说明的疑点" in read(browser(city["supply-lead"]).get(OWN))


def test_the_company_explains_on_its_page_with_files(city: People) -> None:
    signal = opened(city)
    client = browser(city["supply-lead"])
    url = f"{OWN}{signal.number}/"
    body = {
        **Page(client.get(url)).carried(),
        "text": SAID["explain"]["text"], "evidence": [pdf()],
    }  # fmt: skip
    assert client.post(url, body).status_code == 302
    body["evidence"] = [pdf()]
    assert client.post(url, body).status_code == 302  # the second click answers like the first
    found = again(signal)
    assert (found.state, found.explanation, found.version) == (
        "explained", SAID["explain"]["text"], 2,
    )  # fmt: skip
    page = read(browser(city["regulator"]).get(f"{OVERSIGHT}{signal.number}/"))
    assert SAID["explain"]["text"] in page
    assert "证件.pdf" in page


def test_the_regulator_confirms_and_orders_on_pages(city: People) -> None:
    signal = opened(city)
    client = browser(city["regulator"])
    order = {"days": "5", "party": "supplier", "do": "issue"}
    for version, (action, more) in enumerate((("confirm", {}), ("order", order)), 1):
        body = {"version": version, "idempotency_key": action, "text": "整改"} | more
        url = f"{OVERSIGHT}{signal.number}/{action}/"
        assert client.get(url).status_code == 200
        assert client.post(url, body).status_code == 302
    assert again(signal).state == FindingState.ORDERED
    page = read(client.get(f"{OVERSIGHT}{signal.number}/"))
    assert "整改单" in page
    assert "整改" in read(browser(city["supply-lead"]).get("/orders/"))


def test_an_order_from_a_finding_names_its_addressee_and_is_checked_first(city: People) -> None:
    """As a formal order does: nobody is chosen beforehand, and nothing is sent unread."""
    signal = signal_at(city, FindingState.CONFIRMED)
    client, url = browser(city["regulator"]), f"{OVERSIGHT}{signal.number}/order/"
    form = client.get(url)
    assert form.context["form"]["party"].value() is None
    written = {**Page(form).carried(), "text": "停止后补流程", "days": "5"}
    nobody = client.post(url, written | {"party": "", "do": "check"})
    assert (nobody.status_code, list(nobody.context["form"].errors)) == (422, ["party"])
    # The finding is the supply company's; the regulator lets a bureau put it right.
    checked = client.post(url, written | {"party": "planning", "do": "check"})
    assert (checked.status_code, RectificationOrder.objects.count()) == (200, 0)
    assert all(words in read(checked) for words in ("停止后补流程", "5 个工作日", "规划"))
    sent = Page(checked).hidden()
    changed = client.post(url, {**sent, "do": "edit"})
    assert (changed.status_code, changed.context["form"]["text"].value()) == (200, "停止后补流程")
    for _click in range(2):
        answer = client.post(url, {**sent, "do": "issue"})
        assert answer.headers["Location"] == f"{OVERSIGHT}{signal.number}/"
    order = RectificationOrder.objects.get()
    assert (order.party, order.subject_ref, order.days) == ("planning", signal.ref, 5)
    assert again(signal).order_ref == order.ref
    # Who explained the finding has no page of the order; its addressee has.
    assert order.number not in read(browser(city["supply-lead"]).get(f"{OWN}{signal.number}/"))
    assert browser(city["planning-lead"]).get(f"/orders/{order.number}/").status_code == 200


def test_an_order_from_a_finding_is_refused_before_it_is_checked(city: People) -> None:
    signal = signal_at(city, FindingState.CONFIRMED)
    client, url = browser(city["regulator"]), f"{OVERSIGHT}{signal.number}/order/"
    written = {**Page(client.get(url)).carried(), "text": "整改", "party": "supplier"}
    beyond = client.post(url, written | {"days": "500", "do": "check"})
    assert beyond.status_code == 422
    assert "方案四(二)" in read(beyond)
    do(city, signal, "order")
    late = client.post(url, written | {"days": "5", "do": "check"})
    assert late.status_code == 409
    assert RectificationOrder.objects.count() == 1


@pytest.mark.parametrize("text", [" ", "\u200b"])
def test_a_form_without_words_comes_back_with_what_is_missing(city: People, text: str) -> None:
    signal = opened(city)
    client = browser(city["regulator"])
    body = {"version": 1, "idempotency_key": "k", "text": text}
    answer = client.post(f"{OVERSIGHT}{signal.number}/confirm/", body)
    assert answer.status_code == 422
    assert again(signal).state == FindingState.OPEN


def test_a_step_that_was_overtaken_says_so(city: People) -> None:
    signal = opened(city)
    do(city, signal, "explain")
    body = {"version": 1, "idempotency_key": "k", "text": "属实"}
    answer = browser(city["regulator"]).post(f"{OVERSIGHT}{signal.number}/confirm/", body)
    assert answer.status_code == 412
    do(city, signal, "confirm")
    late = browser(city["supply-lead"]).post(f"{OWN}{signal.number}/", body)
    assert late.status_code == 409


def test_a_bureau_sees_its_own_signals_and_its_own_permits(city: People) -> None:
    company, bureau = opened(city), opened(city, "pauses_in_bunches")
    client = browser(city["planning-lead"])
    assert [row["number"] for row in client.get(OWN).context["rows"]] == [bureau.number]
    assert client.get(f"{OWN}{company.number}/").status_code == 404
    content = client.get(f"{OWN}{bureau.number}/").content.decode()
    assert "/bureau/permits/" in content or "/bureau/" in content
    other = browser(city["housing-lead"])
    assert other.get(f"{OWN}{bureau.number}/").status_code == 404


def test_another_districts_regulator_sees_nothing(city: People) -> None:
    signal = opened(city)
    far = browser(staff(Role.REGULATOR, username="far", district="510321"))
    assert far.get(OVERSIGHT).context["rows"] == []
    assert far.get(f"{OVERSIGHT}{signal.number}/").status_code == 404


def test_messages_lead_to_the_page_of_their_reader(city: People) -> None:
    signal = signal_at(city, FindingState.EXPLAINED)
    assert Outbox.objects.filter(kind__startswith="signal.").count() == 3
    deliver_all()
    for who, url in (
        ("supply-lead", f"{OWN}{signal.number}/"), ("supply-lead-2", f"{OWN}{signal.number}/"),
        ("regulator", f"{OVERSIGHT}{signal.number}/"),
    ):  # fmt: skip
        page = browser(city[who]).get("/account/messages/").content.decode()
        assert url in page
        assert f"疑点 {signal.number}" in page


def test_the_order_names_its_signal(city: People) -> None:
    signal = signal_at(city, FindingState.ORDERED)
    order = RectificationOrder.objects.get(subject_ref=signal.ref)
    page = browser(city["supply-lead"]).get(f"/orders/{order.number}/").content.decode()
    assert f"{OWN}{signal.number}/" in page


# The API


def test_the_api_lists_tells_and_acts(city: People) -> None:
    signal = opened(city)
    client = api(city["regulator"])
    [row] = client.get(API).json()["results"]
    assert (row["number"], row["state"], row["party"]) == (signal.number, "open", "supplier")
    found = client.get(f"{API}{signal.number}/")
    assert found["ETag"] == '"1"'
    told = found.json()
    assert told["entries"] == 4
    assert {one["key"]: one["value"] for one in told["thresholds"]} == {
        "integrity.steps_in_minutes.steps": 4, "integrity.steps_in_minutes.minutes": 10,
    }  # fmt: skip
    assert {one["action"]: one["allowed"] for one in told["actions"]} == {
        "explain": False, "accept": False, "confirm": True, "order": False,
    }  # fmt: skip
    entries = client.get(f"{API}{signal.number}/entries/").json()["results"]
    assert entries[0]["type"] == "case.accepted"
    leaves = {one["index"]: one["leaf"] for one in entries}
    for leaf in Leaf.objects.filter(index__in=leaves):
        assert bytes(leaf.hash).hex() == leaves[leaf.index]


def test_the_api_refuses_files_with_an_act_that_takes_none(city: People) -> None:
    signal = opened(city)
    url, sent = f"{API}{signal.number}/actions/confirm/", {"text": "属实", "files": pdf()}
    answer = api(city["regulator"]).post(url, sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/files")
    assert again(signal).state == FindingState.OPEN


def test_the_api_takes_every_step_once(city: People) -> None:
    signal = opened(city)
    lead, regulator = api(city["supply-lead"]), api(city["regulator"])
    for client, action, body in (
        (lead, "explain", {"text": "一次办完"}),
        (regulator, "confirm", {"text": "属实"}),
        (regulator, "order", {"text": "整改", "days": 5}),
    ):
        url = f"{API}{signal.number}/actions/{action}/"
        headers = {"Idempotency-Key": f"{action}-0123456789abcdef"}
        answers = [
            client.post(url, json.dumps(body), "application/json", headers=headers)
            for _again in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
        assert answers[0].json() == answers[1].json()
    assert again(signal).state == FindingState.ORDERED
    assert again(signal).version == 4


def test_what_was_said_of_a_signal_is_kept_nowhere_in_plain(city: People) -> None:
    signal = opened(city)
    for who, action, said in (("supply-lead", "explain", "1"), ("regulator", "confirm", "2")):
        url, key = f"{API}{signal.number}/actions/{action}/", {"Idempotency-Key": f"key-{said}"}
        body = json.dumps({"text": f"CANARY-{said}"})
        answer = api(city[who]).post(url, body, "application/json", headers=key)
        assert answer.status_code == 200
    told = api(city["regulator"]).get(f"{API}{signal.number}/").json()
    assert (told["explanation"], told["decision"]) == ("CANARY-1", "CANARY-2")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%CANARY%"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("confirm", {}, 422), ("confirm", {"text": 5}, 422), ("accept", {"text": "好"}, 409),
        ("order", {"text": "好", "days": 5}, 409), ("explain", {"text": "好"}, 403),
        ("put_right", {"text": "好"}, 404), ("confirm", {"text": "\x00"}, 422),
    ],
)  # fmt: skip
def test_the_api_refuses(city: People, action: str, body: Any, status: int) -> None:
    signal = opened(city)
    url = f"{API}{signal.number}/actions/{action}/"
    answer = api(city["regulator"]).post(url, json.dumps(body), "application/json")
    assert answer.status_code == status, answer.content
    assert again(signal).state == FindingState.OPEN


@pytest.mark.parametrize("query", ["sign=nonsense", "state=nonsense"])
def test_the_api_refuses_a_filter_that_does_not_exist(city: People, query: str) -> None:
    assert api(city["regulator"]).get(f"{API}?{query}").status_code == 422


# The public


def test_the_public_counts_are_those_of_the_rows_and_nothing_else(city: People) -> None:
    scenes.neighbours(city)
    put_right = signal_at(city, FindingState.PUT_RIGHT)
    scenes.set_clock("2027-01-05T09:00")
    scenes.places(city, last="2027-01-05T09:10")
    signals = scanned()
    answer = Client().get(OPEN_DATA).json()
    counted = {(one["quarter"], one["sign"]): one for one in answer["counts"]}
    assert sum(one["total"] for one in answer["counts"]) == len(signals)
    assert counted["2026Q4", "steps_in_minutes"]["put_right"] == 1
    assert counted["2027Q1", "account_in_several_places"]["open"] == 1
    assert next(iter(counted)) == ("2027Q1", "account_in_several_places")
    assert answer["orders"] == [{"quarter": "2026Q4", "issued": 1, "late": 0, "closed": 1}]
    assert [one["sign"] for one in answer["signs"]] == list(DETECTORS)
    assert len(answer["later"]) == 2
    text = Client().get(f"{OPEN_DATA[:-1]}.csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [{k: str(v) for k, v in one.items()} for one in answer["counts"]] == lines
    page = read(Client().get(PUBLIC))
    for secret in (
        put_right.number, "510302", "自流井", SHOP["name"], *(s.subject for s in signals),
        *(str(s.ref) for s in signals), "ZG2026",
    ):  # fmt: skip
        assert secret not in page
        assert secret not in text
        assert secret not in json.dumps(answer, ensure_ascii=False)


def test_the_public_page_says_what_each_sign_is_and_where_its_numbers_come_from(db: None) -> None:
    page = read(Client().get(PUBLIC))
    for sign in DETECTORS.values():
        assert str(sign.name) in page
        assert all(str(note) in page for note in sign.harmless)
    assert "本值由本平台选定" in page
    assert "未申请先用电" in page
    assert "尚未发现疑点" in page


def test_the_file_is_in_the_readers_language(city: People) -> None:
    opened(city)
    text = Client().get(f"{PUBLIC[:-1]}.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("季度,疑点类型,待说明")
    assert "几分钟内连办数步" in text


# What it costs

LISTS = [(OVERSIGHT, "regulator"), (OWN, "supply-lead")]


def cost(client: Client, url: str) -> int:
    client.get(url)  # the session, the rules
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize(("url", "who"), [*LISTS, (API, "regulator"), (PUBLIC, "")])
def test_a_list_costs_the_same_for_one_and_for_three(city: People, url: str, who: str) -> None:
    client = api(city[who]) if url == API else browser(city.get(who))
    many(city, 1)
    one = cost(client, url)
    many(city, 3)
    assert Finding.objects.count() == 4
    assert cost(client, url) == one
    assert one <= 12


def test_a_page_costs_the_same_for_four_entries_and_for_many(city: People) -> None:
    four = opened(city)
    scenes.set_clock("2026-11-03T09:00")
    scenes.pauses(city, permits=9, last="2026-11-03T10:30")
    nine = scenes.found("pauses_in_bunches")[-1]
    assert (four.evidence.count(), nine.evidence.count()) == (4, 9)
    client = browser(city["regulator"])
    costs = [cost(client, f"{OVERSIGHT}{signal.number}/") for signal in (four, nine)]
    assert costs[1] <= costs[0] + 2  # permits and their line works are read as well
    assert max(costs) <= 25


def test_all_invariants_hold_with_signals_in_every_state(city: People) -> None:
    for number, state in enumerate(FindingState):
        scenes.on_site(city, day=f"2026-11-0{number + 2}")
        signal = scanned()[-1]
        for action in WAYS[state]:
            signal = do(city, signal, action)
    assert {signal.state for signal in Finding.objects.all()} == set(FindingState.values)
    names = ("signal",)
    found = {name: rows for name, rows in broken() if any(word in name for word in names)}
    assert len(found) == 2
    assert not any(found.values())
