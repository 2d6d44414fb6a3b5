"""Without an account: a phone, a code, a link back; and nothing of anybody else's."""

from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import codes, visits
from accounts.models import User
from accounts.parties import Contact, Party, PhoneCode, ReturnLink
from applications.models import Application, Draft
from core.models import IdempotentAnswer
from rules.names import Kind
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import (
    CODE,
    OTHER,
    PHONE,
    START,
    ask,
    begun,
    code_in,
    come_back,
    enter,
    entered,
    link_in,
    told,
    upload,
    words,
)
from tests.builders import again, do, post_works
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import BODIES, BY_APPLICANT, LINE_WORKS, NO_WORKS, PAPERS, WAYS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

#: What is there before one has an account, or leads out.
OPEN = (
    "sign-in", "second-factor", "sign-out", "register", "sign-in-by-passkey", "ask-to-sign-in",
    "sign-in-by-identity", "identity-return", "identity-refused", "identity-account",
    # Whoever has no account may be confirmed all the same.
    "identity", "end-identity", "identity-face",
)  # fmt: skip


def test_apply_offers_both_ways_and_says_so_where_no_sms_is_sent(
    sms: At, settings: Settings
) -> None:
    page = nobody().get("/apply/")
    assert (page.status_code, page["Cache-Control"]) == (
        200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert Page(page).link("登录") == "/account/sign-in/"
    assert f'action="{START}"' in page.content.decode()
    settings.SMS_PROVIDER = ""
    assert f'action="{START}"' not in nobody().get("/apply/").content.decode()
    assert ask(nobody()).status_code == 503


def test_somebody_begins_comes_back_elsewhere_files_and_follows(
    sms: At, people: dict[str, User]
) -> None:
    draft = begun(entered(sms))
    assert draft.filed_by.contacts.get().address == PHONE
    assert not User.objects.filter(party=draft.filed_by).exists()
    link = link_in(told(sms)[-1])
    elsewhere = nobody()
    opened = elsewhere.get(link)
    assert (opened["Location"], opened["Referrer-Policy"]) == ("/apply/return/", "no-referrer")
    assert "no-store" in opened["Cache-Control"]
    # The link alone opens nothing, and looking at it sends nothing.
    assert elsewhere.get(f"/apply/{draft.number}/")["Location"].startswith("/account/sign-in/")
    sent = len(told(sms))
    page = words(elsewhere.get("/apply/return/"))
    assert ("139****0001" in page, PHONE in page) == (True, False)
    assert len(told(sms)) == sent
    assert press(elsewhere, "/apply/return/")["Location"] == CODE
    assert PHONE not in words(elsewhere.get(CODE)).replace(" ", "")
    assert enter(elsewhere, sms)["Location"] == f"/apply/{draft.number}/"
    assert link in elsewhere.get(f"/apply/{draft.number}/").content.decode()
    for code in ("identity", "property"):
        upload(elsewhere, draft.number, code)
    filed = press(elsewhere, f"/apply/{draft.number}/check/")
    assert filed["Location"] == f"/apply/{draft.number}/filed/"
    case = Application.objects.get(number=draft.number)
    assert (case.filed_by, case.state) == (draft.filed_by, "submitted")
    assert case.number in told(sms)[-1]
    page = elsewhere.get(f"/account/cases/{case.number}/")
    assert (page.status_code, page.context["mine"], link in page.content.decode()) == (
        200, True, True,
    )  # fmt: skip
    do(people, again(case), "request_supplement")
    assert case.number in told(sms)[-1]
    assert words(elsewhere.get("/account/")).count(case.number) == 1
    # Coming back to what is filed leads to the case.
    third = come_back(sms, link)
    assert third.get(f"/apply/{case.number}/")["Location"] == f"/account/cases/{case.number}/"


@pytest.mark.parametrize("kind", [Kind.RESIDENTIAL, Kind.HV_DUAL])
def test_a_visitor_takes_every_step_of_an_applicant(
    sms: At, people: dict[str, User], kind: Kind
) -> None:
    client = entered(sms)
    number = begun(client, kind).number
    for code in PAPERS[kind]["submit"]:
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    case = Application.objects.get(number=number).workflow()
    do(people, case, "request_supplement")
    upload(client, number, "identity")
    steps = [step for step in WAYS[kind] if step != "submit"]
    for step in ["supply_supplement", *steps, "rate"]:
        case = again(case)
        if step == LINE_WORKS:
            post_works(people, case, NO_WORKS)
        elif step in BY_APPLICANT:
            for code in PAPERS[kind].get(step, ()):
                upload(client, number, code)
            said = {"agree": "yes"} if step == "confirm_plan" else BODIES.get(step, {})
            answer = press(client, f"/account/cases/{number}/{step}/", **said)
            assert answer.status_code == 302, step
        else:
            do(people, case, step)
    case = again(case)
    assert (case.state, case.filed_by.contacts.get().address) == ("energised", PHONE)
    assert case.rating == BODIES["rate"]["level"]
    receipts = Page(client.get(f"/account/cases/{number}/")).links(".*/receipts/")
    assert client.get(receipts[0]).status_code == 200
    assert client.get(f"/account/cases/{number}/").context["mine"]


def test_whoever_reads_nothing_on_this_site_is_told_all_of_it_by_sms(
    sms: At, people: dict[str, User]
) -> None:
    client = entered(sms)
    number = begun(client).number
    for code in ("identity", "property"):
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    case = Application.objects.get(number=number).workflow()
    before = len(told(sms))
    do(people, case, "accept")
    [turn] = told(sms)[before:]
    assert (number in turn, "合同" in turn) == (True, True)
    # The list offers no page that is closed to whoever has no account.
    links = Page(client.get("/account/")).links("/account/.*")
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(("later", "word"), [("en", "contract"), ("zh-hans", "合同")])
def test_a_visitor_is_told_in_the_language_that_it_reads(
    sms: At, people: dict[str, User], later: str, word: str
) -> None:
    client = nobody()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    number = begun(entered(sms, client=client)).number
    assert "application" in told(sms)[-1]
    for code in ("identity", "property"):
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    client.post("/language/", {"language": later})
    do(people, Application.objects.get(number=number).workflow(), "accept")
    assert word in told(sms)[-1]


def test_a_visitor_withdraws_and_throws_away(sms: At) -> None:
    client = entered(sms)
    number = begun(client).number
    for code in ("identity", "property"):
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    press(client, f"/account/cases/{number}/withdraw/")
    assert Application.objects.get(number=number).state == "withdrawn"
    second = begun(client, applicant_name="李四").number
    press(client, f"/account/cases/{second}/withdraw/")
    assert second not in words(client.get("/account/"))
    # Of both this session can show the way back.
    assert len(client.session[visits.SHOWN]) == 2


def test_two_of_them_share_nothing_not_even_with_one_phone(sms: At) -> None:
    first, second, same = (entered(sms, phone) for phone in (PHONE, OTHER, PHONE))
    assert Party.objects.filter(user=None).count() == 3
    draft = begun(first)
    link = link_in(told(sms)[-1])
    for stranger in (second, same):
        assert stranger.get(f"/apply/{draft.number}/").status_code == 404
        assert draft.number not in stranger.get("/account/").content.decode()
    # The link is not theirs either, whatever code they show in the session that opened it.
    for phone in (OTHER, PHONE):
        stranger = nobody()
        stranger.get(link)
        entered(sms, phone, stranger)
        assert stranger.get(f"/apply/{draft.number}/").status_code == 404
    assert first.get(f"/apply/{draft.number}/").status_code == 200


def test_a_visitor_can_open_the_link_of_another_application(sms: At) -> None:
    client = entered(sms)
    draft = begun(client)
    link = link_in(told(sms)[-1])
    other = entered(sms, OTHER)
    mine = begun(other, applicant_name="李四")
    come_back(sms, link, other)
    assert other.get(f"/apply/{draft.number}/").status_code == 200
    assert other.get(f"/apply/{mine.number}/").status_code == 404


def test_pages_of_an_account_are_closed_to_whoever_has_none(sms: At) -> None:
    client = entered(sms)
    patterns = cast("list[URLPattern]", get_resolver("accounts.urls").url_patterns)
    names = [str(one.name) for one in patterns if one.name not in OPEN]
    assert "settings" in names
    numbers: dict[str, list[Any]] = {"revoke-token": [1], "person": [1], "open-or-close": [1],
               "forget-second-factor": [1], "end-role": [1], "remove-passkey": [1],
               "identity-link": ["national"]}  # fmt: skip
    for name in names:
        address = reverse(f"accounts:{name}", args=numbers.get(name, []))
        assert client.get(address).status_code in (403, 405), name
        assert client.post(address).status_code == 403, name
    page = words(client.get("/account/password/"))
    assert "这一页属于账户，而您没有用账户。" in page
    assert client.post("/language/", {"language": "en", "next": "/apply/"}).status_code == 302
    assert not User.objects.filter(pk__lt=0).exists()
    assert client.get("/account/sign-in/").status_code == 200


def test_in_the_api_a_visit_is_nobody(sms: At) -> None:
    client = entered(sms)
    number = begun(client).number
    for address in ("/api/v1/applications/", f"/api/v1/applications/{number}/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    body = {"level": 5}
    refused = client.post("/api/v1/applications/", body, content_type="application/json")
    assert refused.status_code == 401
    assert Draft.objects.count() == 1


def test_no_phone_code_or_token_stands_in_a_log_or_in_the_clear(
    sms: At, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = nobody()
    ask(client)
    code = code_in(told(sms)[-1])
    row = PhoneCode.objects.get(pk=client.session[codes.ASKED[PhoneCode.Purpose.VISIT]])
    held = str(client.session.items())
    assert (len(code), code in held, PHONE in held) == (6, False, False)
    assert code.encode() not in bytes(row.digest)
    enter(client, sms)
    begun(client)
    link = link_in(told(sms)[-1])
    token = link.split("/")[-2]
    nobody().get(link)
    nobody().get(f"{link[:-2]}x/")
    lines = [line for line in caplog.messages if not line.startswith("(0.")]
    assert [line for line in lines if "follow" in line or "return/<str:token>" in line]
    assert not [line for line in lines if PHONE in line or token in line or f" {code}" in line]
    assert ReturnLink.objects.get().digest != token
    assert token not in str(client.session.items())
    rows = stored("accounts_phonecode", "accounts_contact", "notifications_outbox",
                  "notifications_delivery", "core_idempotentanswer", "core_meter")  # fmt: skip
    assert IdempotentAnswer.objects.count() >= 2
    assert not [word for word in (PHONE, f"'{code}'", f'"{code}"', token) if word in rows]


def stored(*tables: str) -> str:
    """All that stands in some tables, as the database has it."""
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found += cursor.fetchall()
    return str(found)


def test_a_contact_that_has_ended_leads_nowhere(sms: At) -> None:
    client = entered(sms)
    draft = begun(client)
    link = link_in(told(sms)[-1])
    waiting = nobody()
    waiting.get(link)
    press(waiting, "/apply/return/")
    code = code_in(told(sms)[-1])
    Contact.objects.update(ended_at=timezone.now())
    assert client.get(f"/apply/{draft.number}/").status_code == 302
    assert nobody().get(link).status_code == 404
    assert waiting.post(CODE, {"code": code}).status_code == 200
    assert waiting.get(f"/apply/{draft.number}/").status_code == 302


def test_whoever_is_signed_in_needs_no_phone(people: dict[str, User]) -> None:
    client: Any = of(people, "resident")
    assert client.get(START)["Location"] == "/apply/"
    assert phone_asked(client) == people["resident"].phone


def test_a_form_begun_without_an_account_starts_with_the_phone(sms: At) -> None:
    assert phone_asked(entered(sms)) == PHONE


def phone_asked(client: Any) -> str:
    """What the page about the applicant has for a phone before anything is typed there."""
    page = client.get(press(client, "/apply/", purpose="residential").url)
    return str(page.context["form"]["phone"].value())


def test_the_answers_wait_for_the_code_of_a_visitor(sms: At) -> None:
    client = nobody()
    page = client.get("/apply/?purpose=residential&capacity_kw=8&district=510302")
    onward = page.context["onward"]
    assert onward == "/apply/?purpose=residential&district=510302&capacity_kw=8"
    assert client.post(START, {"phone": "13912340001", "next": onward})["Location"] == CODE
    assert enter(client, sms)["Location"] == onward
    client.post(onward, Page(client.get(onward)).hidden() | {"purpose": "residential"})
    assert '"510302"' in Draft.objects.get().typed
