"""Codes to a phone: whose they are, how long they hold, how often they are sent and tried."""

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import codes
from accounts.parties import Contact, Party, PhoneCode
from core.models import Meter
from rules.limits import Meter as Limit
from rules.limits import limits
from tests.applications.pages import nobody, press
from tests.applications.visiting import (
    CODE,
    OTHER,
    PHONE,
    RETURN,
    START,
    ask,
    begun,
    code_in,
    come_back,
    enter,
    entered,
    later,
    link_in,
    told,
    words,
)
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

MOST = {meter: limit.most for meter, limit in limits().windows.items()}
ANOTHER = "重新发送验证码"
VOID = "验证码已失效"


def wrong_for(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def twin(client: Any) -> Any:
    """The same browser with the cookies of now: what it sends before it has the next answer."""
    found = nobody()
    found.cookies = SimpleCookie({name: one.value for name, one in client.cookies.items()})
    return found


def row_of(client: Any) -> PhoneCode:
    return PhoneCode.objects.get(pk=client.session[codes.ASKED[PhoneCode.Purpose.VISIT]])


def test_a_code_is_bound_to_its_session_and_used_once(sms: At) -> None:
    asking, thief = nobody(), nobody()
    ask(asking)
    code = code_in(told(sms)[-1])
    assert thief.post(CODE, {"code": code})["Location"] == "/apply/"
    ask(thief, OTHER)
    assert thief.post(CODE, {"code": code}).status_code == 200
    row = row_of(asking)
    assert row.expires_at - row.created_at == timedelta(minutes=10)
    before = asking.session.session_key
    assert asking.post(CODE, {"code": code})["Location"] == "/apply/"
    assert asking.session.session_key != before
    row.refresh_from_db()
    assert row.used_at is not None
    # Not even in a session that waits for it.
    session = nobody()
    ask(session)
    store = session.session
    store[codes.ASKED[PhoneCode.Purpose.VISIT]] = row.pk
    store.save()
    assert session.post(CODE, {"code": code})["Location"] == "/apply/"
    assert session.get("/account/").status_code == 302


def test_a_code_is_typed_as_a_keyboard_or_a_message_spells_it(sms: At) -> None:
    client = nobody()
    ask(client)
    code = code_in(told(sms)[-1])
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code)
    assert client.post(CODE, {"code": f" {wide[:3]} {wide[3:]} "})["Location"] == "/apply/"


def test_an_older_code_dies_with_a_newer_one(sms: At) -> None:
    client = nobody()
    ask(client)
    older = told(sms)[-1]
    later()
    assert Page(client.get(CODE)).submit(client, ANOTHER)["Location"] == CODE
    newer = told(sms)[-1]
    assert client.post(CODE, {"code": code_in(older)}).status_code == 200
    assert client.post(CODE, {"code": code_in(newer)})["Location"] == "/apply/"


def test_in_two_tabs_the_newest_phone_is_the_one_that_is_shown(sms: At) -> None:
    client = nobody()
    ask(client)
    ask(client, OTHER)
    assert "139 1234 0002" in words(client.get(CODE))
    assert client.post(CODE, {"code": code_in(told(sms)[-1])}).status_code == 200
    assert enter(client, sms, OTHER)["Location"] == "/apply/"
    assert "139****0002" in words(client.get("/account/"))


def test_wrong_tries_burn_the_code_and_not_its_owner(sms: At) -> None:
    client = nobody()
    ask(client)
    code = code_in(told(sms)[-1])
    for left in reversed(range(MOST[Limit.CODE_TRIES])):
        page = client.post(CODE, {"code": wrong_for(code)})
        assert (VOID in words(page)) == (left == 0)
        if left:
            assert page.context["form"].errors == {"code": ["验证码不对，或者已经失效。"]}
    right = client.post(CODE, {"code": code})
    assert (right.status_code, VOID in words(right)) == (200, True)
    assert not Party.objects.filter(contacts__address_digest=Contact.digest("sms", PHONE)).exists()
    later()
    assert Page(right).submit(client, ANOTHER)["Location"] == CODE
    assert enter(client, sms)["Location"] == "/apply/"


def test_a_code_that_is_too_old_is_refused_and_then_forgotten(sms: At) -> None:
    client = nobody()
    ask(client)
    code = code_in(told(sms)[-1])
    row = row_of(client)
    # Only the owner of the database may change its end: it is made anew as an old one.
    digest, pk, old = bytes(row.digest), row.pk, timezone.now() - timedelta(days=2)
    row.delete()
    PhoneCode.objects.create(pk=pk, address=PHONE, digest=digest, expires_at=old)
    assert VOID in words(client.get(CODE))
    refused = client.post(CODE, {"code": code})
    assert (refused.status_code, VOID in words(refused)) == (200, True)
    assert codes.forget() == 1
    assert client.get(CODE)["Location"] == "/apply/"


def test_a_second_click_sends_one_code_and_enters_once(sms: At) -> None:
    client = nobody()
    later()
    form = Page(client.get("/apply/")).hidden()
    second = twin(client)
    answers = [each.post(START, form | {"phone": PHONE})["Location"] for each in (client, second)]
    assert (answers, len(told(sms))) == ([CODE, CODE], 1)
    # Either answer may be the one that the browser goes by.
    assert row_of(client) == row_of(second)
    sent = Page(client.get(CODE)).hidden() | {"code": code_in(told(sms)[-1])}
    second = twin(client)
    assert client.post(CODE, sent)["Location"] == "/apply/"
    # The second was on its way with the cookies of the session that the first one ended.
    assert second.post(CODE, sent)["Location"] == "/apply/"
    assert second.get("/account/").status_code == 200
    assert Party.objects.filter(user=None).count() == 1


def test_a_used_code_is_worth_nothing_once_the_second_click_is_past(
    sms: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = nobody()
    ask(client)
    sent = Page(client.get(CODE)).hidden() | {"code": code_in(told(sms)[-1])}
    second = twin(client)
    client.post(CODE, sent)
    monkeypatch.setattr(codes, "SECOND_CLICK", timedelta())
    assert second.post(CODE, sent)["Location"] == "/apply/"
    assert second.get("/account/").status_code == 302


def test_a_mistyped_phone_is_seen_and_corrected(sms: At) -> None:
    client = nobody()
    ask(client, OTHER)
    page = Page(client.get(CODE))
    assert "139 1234 0002" in page.text
    assert page.link("更正手机号码") == START
    form = client.get(START)
    assert form.context["form"].initial == {"phone": OTHER}
    assert Page(form).submit(client, "发送验证码", phone=PHONE)["Location"] == CODE
    assert "139 1234 0001" in words(client.get(CODE))
    assert enter(client, sms)["Location"] == "/apply/"
    for mistyped in ("", "13800", "0813-1234567", "+85291234567"):
        refused = nobody().post(START, {"phone": mistyped})
        assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["phone"])


def test_a_provider_that_cannot_be_reached_stops_nobody(sms: At, settings: Settings) -> None:
    client, well = nobody(), settings.COUNTERPART_URL
    settings.COUNTERPART_URL = "http://127.0.0.1:9"
    from notifications import providers

    providers.forget()
    assert ask(client)["Location"] == CODE
    assert told(sms) == []
    page = client.get(CODE)
    assert (page.status_code, "没有收到短信" in words(page)) == (200, True)
    settings.COUNTERPART_URL = well
    providers.forget()
    later()
    assert Page(page).submit(client, ANOTHER)["Location"] == CODE
    assert enter(client, sms)["Location"] == "/apply/"


def test_every_phone_gets_the_same_answer(sms: At) -> None:
    entered(sms)
    known, unknown = nobody("192.0.2.1"), nobody("192.0.2.1")
    answers = [(ask(known), known.get(CODE)), (ask(unknown, OTHER), unknown.get(CODE))]
    said = [(sent.status_code, sent["Location"], words(page).replace("0002", "0001"))
            for sent, page in answers]  # fmt: skip
    assert said[0] == said[1]


def test_sends_are_limited_by_phone_and_by_client(sms: At) -> None:
    ask(nobody())
    at_once = nobody("192.0.2.2").post(START, {"phone": PHONE})
    assert at_once.status_code == 429
    assert int(at_once["Retry-After"]) in range(1, 61)
    assert "刚刚已向这个手机号码发过验证码" in words(at_once)
    assert at_once.context["form"].data["phone"] == PHONE
    later()
    most = MOST[Limit.CODE_ADDRESS]
    answers = [
        nobody("192.0.2.3").post(START, {"phone": f"1391235{n:04d}"}).status_code
        for n in range(most + 1)
    ]
    assert answers == [302] * most + [429]
    assert nobody("192.0.2.4").post(START, {"phone": PHONE}).status_code == 302


def test_no_client_alone_uses_up_the_codes_of_a_phone(sms: At) -> None:
    def asked_by(address: str) -> int:
        # The pause alone is over; what an hour holds still counts.
        Meter.objects.filter(ends_at__lt=timezone.now() + timedelta(minutes=2)).delete()
        return int(nobody(address).post(START, {"phone": PHONE}).status_code)

    pair, phone = MOST[Limit.CODE_PAIR], MOST[Limit.CODE_PHONE]
    assert pair < phone
    assert [asked_by("192.0.2.5") for _ in range(pair + 2)] == [302] * pair + [429] * 2
    left = phone - pair
    assert [asked_by("192.0.2.6") for _ in range(left + 1)] == [302] * left + [429]
    assert len(told(sms)) == phone


def test_too_many_are_told_on_the_page_that_sends(sms: At) -> None:
    client = nobody()
    ask(client)
    refused = Page(client.get(CODE)).submit(client, ANOTHER)
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert "刚刚已向这个手机号码发过验证码" in words(refused)
    # The code that was sent still holds.
    assert enter(client, sms)["Location"] == "/apply/"
    begun(client)
    link = link_in(told(sms)[-1])
    for expected in (302, 429):
        back = nobody()
        back.get(link)
        answer = press(back, RETURN)
        assert answer.status_code == expected
    assert ("139****0001" in words(answer), "Retry-After" in answer) == (True, True)


def test_a_stranger_who_asks_for_a_phone_does_not_keep_its_owner_from_coming_back(
    sms: At,
) -> None:
    begun(entered(sms))
    link = link_in(told(sms)[-1])
    later()
    assert nobody("192.0.2.7").post(START, {"phone": PHONE}).status_code == 302
    owner = nobody()
    owner.get(link)
    assert press(owner, RETURN)["Location"] == CODE
    assert enter(owner, sms).status_code == 302


def test_as_many_are_begun_with_a_phone_as_the_city_allows(sms: At) -> None:
    client = entered(sms)
    for _ in range(MOST[Limit.LINK_PHONE]):
        assert press(client, "/apply/", applicant_name="王小明").status_code == 302
    refused = press(client, "/apply/", applicant_name="最后一个")
    assert (refused.status_code, "最后一个" in words(refused)) == (429, True)
    assert len([text for text in told(sms) if "http" in text]) == MOST[Limit.LINK_PHONE]


def test_a_draft_begins_though_no_sms_can_be_sent(sms: At, settings: Settings) -> None:
    client = entered(sms)
    settings.SMS_PROVIDER = ""
    number = begun(client).number
    assert 'class="td-notice td-noprint"' in client.get(f"/apply/{number}/").content.decode()
    back = nobody()
    link = Page(client.get(f"/apply/{number}/")).links("http.*/apply/return/")[0]
    back.get(link.removeprefix("http://testserver"))
    assert "现在发不了短信" in words(back.get(RETURN))
    settings.SMS_PROVIDER = "counterpart"
    come_back(sms, link.removeprefix("http://testserver"), back)
    assert back.get(f"/apply/{number}/").status_code == 200


def test_the_phone_stays_where_it_was_typed_when_the_channel_closes(
    sms: At, settings: Settings
) -> None:
    client = nobody()
    settings.SMS_PROVIDER = ""
    answer = ask(client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert Page(answer).field("手机号码").get("value") == PHONE
