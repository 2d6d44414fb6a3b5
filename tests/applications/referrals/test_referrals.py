"""Applications for other cities (跨市通办): passed on, opened by link and code, confirmed."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.visitor import visitor
from applications.models import Application
from applications.referrals import actions, offices, package
from applications.referrals.actions import REFERRALS
from applications.referrals.models import Referral, RegisteredOffice
from applications.referrals.workflow import ReferralState
from core.problems import Busy, Forbidden, Invalid, Problem, WrongState
from deadlines.models import Clock
from documents.models import Document
from ledger.models import Entry
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from tests.applications.pages import nobody, of, press
from tests.applications.referrals.passing import (
    DECLARED,
    SITE,
    entered,
    neighbour,
    opened,
    passed_on,
    texts,
)
from tests.applications.visiting import code_in, later, link_in, told
from tests.builders import pdf
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.page import Page
from tests.rules.in_force import let
from tools.scenarios import PHONE
from workflow.machine import legal_moves

pytestmark = pytest.mark.django_db
#: What a clerk types for it.
TYPED = DECLARED | {"language": "zh-hans"}


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def steps(referral: Referral) -> list[tuple[str, str]]:
    return [(event.type, event.role) for event in timeline(referral.ref)]


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


# Taking in and passing on


def test_a_clerk_passes_one_on_by_the_customers_code(people: dict[str, User], sms: At) -> None:
    office, client = neighbour(people), of(people, "clerk")
    assert Page(client.get("/work/referrals/new/")).link("内江市 · 内江供电营业厅（演示）")
    url = f"/work/referrals/new/{office.pk}/"
    page = Page(client.get(url))
    assert ("内江供电营业厅（演示）" in page.text, office.telephone in page.text) == (True, True)
    later()
    asked = page.submit(client, "向这个手机发送验证码", **TYPED)
    assert Page(asked).field("姓名或名称").get("value") == DECLARED["name"]
    code = code_in(told(sms, PHONE)[-1])
    sent = Page(asked).submit(
        client, "转交", **TYPED, code=code, papers=[pdf("身份证.pdf"), pdf("房产证.pdf")]
    )
    referral = Referral.objects.get()
    assert sent["Location"] == f"/work/referrals/{referral.number}/"
    assert (referral.state, referral.consent, referral.number[:3]) == ("sent", "code", "ZGK")
    assert package.declared(referral) == DECLARED
    assert Document.objects.filter(case_ref=referral.ref).count() == 2
    # No case, no kind and no clock; and nothing personal in what the record shows.
    assert (Application.objects.count(), Clock.objects.count()) == (0, 0)
    assert steps(referral) == [("referral.sent", "clerk")]
    # The office has the link, the customer the number.
    assert link_in(texts(sms, referral)[-1]).startswith("/referrals/link/")
    assert referral.number in told(sms, PHONE)[-1]
    page = Page(client.get(sent["Location"]))
    assert (DECLARED["name"] in page.text, "王**" in page.text or "王*" in page.text) == (
        False,
        True,
    )
    whole()


def test_what_is_not_passed_on(people: dict[str, User], sms: At) -> None:
    office, clerk = neighbour(people), people["clerk"]
    body = {**DECLARED, "office": office.pk}

    def refused(by: User = clerk, **how: Any) -> Any:
        said = {**body, **how.pop("body", {})}
        more: dict[str, Any] = {"papers": [pdf()], "consent": pdf(), "site": SITE, "by": by} | how
        with pytest.raises(Problem) as caught:
            actions.send(said, **more)
        problem = caught.value
        return [error.pointer for error in problem.errors] or type(problem)

    assert refused(people["manager"]) is Forbidden
    for field, value in {
        "office": 0, "name": " ", "id_number": "510302199003070014", "phone": "12",
        "address": "自贡市自流井区解放路1号", "wanted": "",
    }.items():  # fmt: skip
        assert refused(body={field: value}) == [f"/{field}"], field
    assert refused(body={"address": "四川省自贡解放路1号"}) == ["/address"]
    assert refused(papers=[]) == ["/papers"]
    assert refused(consent=None) == ["/consent"]
    offices.end(office, by=people["supply-lead"])
    assert refused() == ["/office"]
    assert (Referral.objects.count(), Document.objects.count()) == (0, 0)


def test_a_code_for_another_phone_or_office_is_no_consent(people: dict[str, User], sms: At) -> None:
    office, client = neighbour(people), of(people, "clerk")
    url = f"/work/referrals/new/{office.pk}/"
    later()
    asked = Page(client.get(url)).submit(client, "向这个手机发送验证码", **TYPED)
    code = code_in(told(sms, PHONE)[-1])
    wrong = "000000" if code != "000000" else "000001"
    first = Page(asked).submit(client, "转交", **TYPED, code=wrong, papers=[pdf()])
    other = TYPED | {"phone": "13912340002"}
    second = Page(first).submit(client, "转交", **other, code=code, papers=[pdf()])
    assert (first.status_code, second.status_code) == (422, 422)
    assert list(second.context["form"].errors) == ["consent"]
    assert Referral.objects.count() == 0
    # The right phone once more: its code has been shown, and need not be typed again.
    sent = Page(second).submit(client, "转交", **TYPED, papers=[pdf()])
    assert sent.status_code == 302


def test_without_sms_nothing_is_passed_on(people: dict[str, User]) -> None:
    office = neighbour(people)
    page = Page(of(people, "clerk").get("/work/referrals/new/"))
    assert page.links(f"/work/referrals/new/{office.pk}/") == []
    with pytest.raises(Busy):
        passed_on(people)


# The office


def test_the_office_opens_it_by_link_and_code_and_confirms(
    people: dict[str, User], sms: At
) -> None:
    referral = passed_on(people)
    client = entered(sms, referral)
    door = Page(client.get("/referrals/open/"))
    assert (referral.number in door.text, DECLARED["name"] in door.text) == (True, False)
    assert press(client, "/referrals/open/")["Location"] == "/referrals/package/"
    page = Page(client.get("/referrals/package/"))
    assert all(word in page.text for word in (DECLARED["name"], DECLARED["id_number"], PHONE))
    packed = page.submit(client, "下载材料包（ZIP）")
    archive = ZipFile(BytesIO(b"".join(packed.streaming_content)))
    told_in = json.loads(archive.read("application.json"))
    assert (told_in["number"], told_in["applicant"]) == (referral.number, DECLARED)
    listed = {each["path"] for each in told_in["documents"]}
    assert set(archive.namelist()) == {"application.json", *listed}
    assert len(listed) == 2
    url = "/referrals/package/acknowledge/"
    assert press(client, url, reference="NJ-2026-01")["Location"] == "/referrals/open/"
    referral = REFERRALS.read_anew(referral)
    assert (referral.state, referral.reference, referral.remind_at) == (
        "acknowledged", "NJ-2026-01", None,
    )  # fmt: skip
    assert steps(referral) == [
        ("referral.sent", "clerk"), ("referral.opened", "other_city"),
        ("referral.acknowledged", "other_city"),
    ]  # fmt: skip
    # It opens no more; the customer and the counter are told.
    assert client.get("/referrals/package/")["Location"] == "/referrals/open/"
    assert client.post("/referrals/package/download/").status_code == 302
    assert Page(client.get("/referrals/open/")).links("/referrals/package") == []
    assert "办理点接收" in told(sms, PHONE)[-1]
    told_here = Outbox.objects.filter(kind="referral.acknowledged")
    assert [row.recipient_id for row in told_here] == [people["clerk"].party_id]
    whole()


def test_neither_the_link_nor_the_code_opens_anything_alone(
    people: dict[str, User], sms: At
) -> None:
    first, second = passed_on(people), passed_on(people, address="内江市东兴区1号")
    link = link_in(next(text for text in texts(sms, first) if first.number in text))
    client = nobody()
    sent = len(texts(sms, first))
    answer = client.get(link)
    assert (answer["Location"], answer["Referrer-Policy"]) == ("/referrals/open/", "no-referrer")
    for path in ("package/", "package/acknowledge/"):
        assert client.get(f"/referrals/{path}")["Location"] == "/referrals/open/"
    assert (len(texts(sms, first)), Referral.objects.get(pk=first.pk).state) == (sent, "sent")
    assert nobody().get("/referrals/open/").status_code == 404
    assert nobody().get(f"{link[:-2]}x/").status_code == 404
    # Whoever is signed in, or holds another phone, is not the office.
    for by in (people["clerk"], people["regulator"], visitor(first.office.party)):
        with pytest.raises(Problem):
            REFERRALS.perform(first, "open_it", by=by)
    # The phone that has shown itself opens what else was sent to it, by its own link.
    office = opened(sms, first)
    other = next(text for text in texts(sms, second) if second.number in text)
    office.get(link_in(other))
    assert office.get("/referrals/package/")["Location"] == "/referrals/open/"
    assert press(office, "/referrals/open/")["Location"] == "/referrals/package/"
    assert REFERRALS.read_anew(second).state == "opened"


def test_the_office_declines_in_words_that_the_customer_reads(
    people: dict[str, User], sms: At
) -> None:
    referral = passed_on(people)
    client = opened(sms, referral)
    empty = press(client, "/referrals/package/decline/")
    assert (empty.status_code, REFERRALS.read_anew(referral).state) == (422, "opened")
    press(client, "/referrals/package/decline/", reason="地址不在本市")
    assert "地址不在本市" in Page(followed(sms, referral).get("/progress/referral/")).text
    late = press(client, "/referrals/package/acknowledge/")
    assert late.status_code == 409
    assert Page(of(people, "clerk").get(f"/work/referrals/{referral.number}/")).text.count(
        "地址不在本市"
    )
    whole()


def test_the_counter_takes_one_back(people: dict[str, User], sms: At) -> None:
    referral = passed_on(people)
    office = entered(sms, referral)
    client = of(people, "clerk")
    page = Page(client.get(f"/work/referrals/{referral.number}/"))
    url = page.link("应客户要求撤回")
    assert press(client, url, reason="客户改在本地办理").status_code == 302
    assert REFERRALS.read_anew(referral).state == ReferralState.WITHDRAWN
    assert press(office, "/referrals/open/").status_code == 409
    assert press(client, url, reason="再一次").status_code == 409
    whole()


# The customer


def followed(sms: At, referral: Referral) -> Any:
    """The browser of its customer, whose phone has shown itself."""
    client = nobody()
    pair = {"number": referral.number, "phone": PHONE}
    page = Page(client.post("/progress/", pair))
    assert (referral.number in page.text, DECLARED["address"] in page.text) == (True, False)
    later()
    assert page.submit(client, "发送验证码")["Location"] == "/progress/code/"
    code = code_in(told(sms, PHONE)[-1])
    assert press(client, "/progress/code/", code=code)["Location"] == "/progress/referral/"
    return client


def test_the_customer_follows_it_and_has_the_receipt(people: dict[str, User], sms: At) -> None:
    referral = passed_on(people)
    assert nobody().get("/progress/referral/")["Location"] == "/progress/"
    wrong = nobody().post("/progress/", {"number": referral.number, "phone": "13912340009"})
    assert (wrong.status_code, referral.office.telephone in wrong.content.decode()) == (422, False)
    opened(sms, referral)
    client = followed(sms, referral)
    page = Page(client.get("/progress/referral/"))
    assert DECLARED["address"] in page.text
    assert sum("外市办理点" in row for row in page.rows("全部记录")) == 1
    [receipt] = page.links("/progress/referral/receipts/")
    paper = Page(client.get(receipt))
    assert (f"{referral.number}-1" in paper.text, "不是本市办件" in paper.text) == (True, True)
    assert client.get(f"{receipt[:-1]}.pdf").content.startswith(b"%PDF")
    found = json.loads(client.get(f"{receipt[:-1]}.json").content)
    assert (found["number"], found["standing"]["holder"]) == (f"{referral.number}-1", "nobody")
    assert DECLARED["name"] not in json.dumps(found, ensure_ascii=False)
    assert nobody().get(receipt).status_code == 404
    assert (
        of(people, "clerk")
        .get(f"/work/referrals/{referral.number}/receipts/1.pdf")
        .content.startswith(b"%PDF")
    )


# Reminding and erasing


def test_an_office_that_does_not_confirm_is_reminded(people: dict[str, User], sms: At) -> None:
    set_clock("2026-03-06 10:00")  # a Friday
    referral = passed_on(people)
    links = [link_in(text) for text in texts(sms, referral)]
    set_clock("2026-03-09 23:59")
    assert actions.remind_due() == 0
    set_clock("2026-03-10 00:00")
    assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    found = REFERRALS.read_anew(referral)
    assert steps(found)[-1] == ("referral.reminded", "system")
    assert [link_in(text) for text in texts(sms, referral)] == links * 2
    assert "未按时确认" in Page(of(people, "clerk").get("/work/referrals/")).rows()[0]
    set_clock("2026-03-11 23:59")
    assert actions.remind_due() == 0
    set_clock("2026-03-12 00:00")
    assert actions.remind_due() == 1
    whole()


def test_after_how_many_days_the_rules_say(
    people: dict[str, User], sms: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    let(monkeypatch, "referral.remind.days", 3)
    referral = passed_on(people)
    assert referral.remind_at is not None
    assert referral.remind_at - referral.sent_at > timedelta(days=5)


def test_what_ended_is_erased_when_the_rules_say_so(
    people: dict[str, User], sms: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    done, waiting = passed_on(people), passed_on(people)
    client = opened(sms, done)
    press(client, "/referrals/package/decline/", reason="地址不在本市")
    names = [row.stored_name for row in Document.objects.filter(case_ref=done.ref)]
    set_clock("2026-06-06 10:00")
    assert actions.erase_ended() == 0
    let(monkeypatch, "referral.retention.days", 60)
    assert (actions.erase_ended(), actions.erase_ended()) == (1, 0)
    found = Referral.objects.get(pk=done.pk)
    assert (found.content, found.reason, bytes(found.phone_digest)) == ("", "", b"")
    assert Document.objects.filter(stored_name__in=names, erased_at=None).count() == 0
    assert Referral.objects.get(pk=waiting.pk).content
    page = Page(of(people, "clerk").get(f"/work/referrals/{done.number}/"))
    assert "已于" in page.text
    assert Page(of(people, "clerk").get(f"/work/referrals/{done.number}/receipts/1/")).text
    whole()


# What PostgreSQL keeps


def test_the_database_has_the_moves_of_the_machine_and_keeps_the_rest(
    people: dict[str, User], sms: At
) -> None:
    referral = passed_on(people)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referral_moves()")
        assert set(cursor.fetchall()) == legal_moves(Referral)
    end = "state = 'acknowledged', ended_at = now(), remind_at = NULL"
    for change in (
        "UPDATE applications_referral SET content = 'x'",
        "UPDATE applications_referral SET link = 'x'",
        f"UPDATE applications_referral SET {end}",
        "DELETE FROM applications_referral",
        "UPDATE applications_registeredoffice SET mobile = 'x'",
        f"SELECT erase_referral('{referral.ref}')",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


# The offices, the list and the API


def test_the_lead_and_the_administrator_keep_the_offices(people: dict[str, User], sms: At) -> None:
    client = of(people, "supply-lead")
    url = "/work/referrals/offices/"
    said = {
        "city_zh": "泸州市", "city_en": "Luzhou", "name_zh": "泸州营业厅", "name_en": "Luzhou",
        "telephone": "0830-3100001", "mobile": "13900001111", "email": "",
    }  # fmt: skip
    for changes, field in (({"mobile": "0830-3100001"}, "mobile"), ({"email": "x"}, "email")):
        page = press(client, url, **said | changes)
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert press(client, url, **said).status_code == 302
    assert press(client, url, **said).status_code == 422
    office = RegisteredOffice.objects.get(city_zh="泸州市")
    assert "13900001111" not in client.get(url).content.decode()
    referral = passed_on(people)
    for one in (office, referral.office):
        assert client.post(f"{url}{one.pk}/end/").status_code == 302
    left = RegisteredOffice.objects.filter(ended_at=None)
    assert [each.city_en for each in left] == ["Yibin"]
    # What was sent there can still be opened.
    assert opened(sms, referral)
    kinds = Entry.objects.filter(type__startswith="registered_office").values_list(
        "type", flat=True
    )
    assert sorted(kinds) == ["registered_office.added"] * 3 + ["registered_office.ended"] * 2
    with pytest.raises(Invalid):
        offices.add({**said, "city_zh": ""}, by=people["supply-lead"])


def test_a_list_costs_the_same_however_long_it_is(people: dict[str, User], sms: At) -> None:
    client, costs = of(people, "clerk"), []
    for _count in range(2):
        passed_on(people)
        passed_on(people)
        client.get("/work/referrals/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = Page(client.get("/work/referrals/"))
        costs.append(len(asked))
    assert (costs[0], len(page.rows())) == (costs[1], 4)
    assert Page(client.get("/work/referrals/?state=ended")).rows() == []


def test_a_program_of_a_counter_passes_one_on_reads_it_and_takes_it_back(
    people: dict[str, User], sms: At
) -> None:
    office, client = neighbour(people), api(people["clerk"])
    [first, _second] = client.get("/api/v1/referrals/offices/").json()
    assert first["id"] == office.pk
    body = {**DECLARED, "office": office.pk}

    def sent(**more: Any) -> Any:
        return client.post(
            "/api/v1/referrals/", {**body, **more}, format="multipart", HTTP_IDEMPOTENCY_KEY="one"
        )

    refused = sent(papers=[pdf()])
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/consent"]
    files: dict[str, Any] = {"papers": [pdf()], "consent": pdf()}
    answer, again = sent(**files), sent(papers=[pdf()], consent=pdf())
    assert (answer.status_code, again.json()) == (201, answer.json())
    number = answer.json()["number"]
    assert DECLARED["name"] not in answer.content.decode()
    one = client.get(f"/api/v1/referrals/{number}/")
    assert (one.json()["address"], one.json()["name"] == DECLARED["name"]) == (
        DECLARED["address"], False,
    )  # fmt: skip
    listed = client.get("/api/v1/referrals/?state=sent").json()["results"]
    assert [row["number"] for row in listed] == [number]
    assert api(people["manager"]).get(f"/api/v1/referrals/{number}/").status_code == 404
    back = client.post(f"/api/v1/referrals/{number}/actions/withdraw/", {"reason": "改在本地"},
                       format="json")  # fmt: skip
    assert (back.status_code, back.json()["state"]) == (200, "withdrawn")
    with pytest.raises(WrongState):
        REFERRALS.perform(
            Referral.objects.get(), "withdraw", by=people["clerk"], body={"reason": "x"}
        )


def test_what_no_scanner_has_seen_is_named_in_the_package_and_not_in_it(
    people: dict[str, User], settings: Settings
) -> None:
    settings.SCANNER_URL, settings.SMS_PROVIDER = "tcp://127.0.0.1:9", "counterpart"
    archive = ZipFile(BytesIO(b"".join(package.pieces(passed_on(people)))))
    assert archive.namelist() == ["application.json"]
    told_in = json.loads(archive.read("application.json"))["documents"]
    assert [each["scan"] for each in told_in] == ["waiting", "waiting"]
