"""Without an account: a phone, a code, a link back; and nothing of anybody else's."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django import Settings

from accounts import visits
from accounts.models import Contact, Party, PhoneCode, ReturnLink, User
from applications.models import Application, Draft
from core.models import Meter as Counted
from notifications import delivery, outbox, providers
from notifications.models import Delivery, Outbox
from rules.limits import Meter, limits
from rules.names import Kind
from tests.applications.pages import door_of, nobody, of, press, typed
from tests.builders import again, do
from tests.notifications.counterpart import At, counterpart
from tests.page import Page
from tools.scenarios import PDF

pytestmark = pytest.mark.django_db

PHONE, OTHER = "13912340001", "13912340002"
MOST = {meter: limit.most for meter, limit in limits().windows.items()}


@pytest.fixture
def sms(tmp_path: Path, settings: Settings, people: dict[str, User]) -> Iterator[At]:
    """A city whose SMS go to a counterpart server."""
    with counterpart(tmp_path) as at:
        settings.COUNTERPART_URL, settings.SMS_PROVIDER = at.url, "counterpart"
        providers.forget()
        yield at
    providers.forget()


def told(sms: At, phone: str) -> list[str]:
    """All that was sent to a phone until now."""
    outbox.deliver_all()
    return [text for to, text in sms.texts() if to == phone]


def code_in(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


def link_in(text: str) -> str:
    """The path of the link in a message."""
    found = re.search(r"http\S+", text)
    assert found
    return urlsplit(found[0]).path


def no_pause() -> None:
    """A while later: what was counted has ended."""
    Counted.objects.all().delete()


def ask(client: Client, phone: str) -> Any:
    no_pause()
    return client.post("/apply/phone/", {"phone": phone})


def entered(sms: At, phone: str, client: Client | None = None) -> Client:
    """The browser of somebody whose phone has shown itself."""
    client = client or nobody()
    assert ask(client, phone)["Location"] == "/apply/code/"
    answer = client.post("/apply/code/", {"code": code_in(told(sms, phone)[-1])})
    assert answer["Location"] == "/apply/"
    return client


def begun(client: Client) -> Draft:
    """What the browser begins with the first page of the form."""
    press(client, "/apply/", **typed(Kind.RESIDENTIAL))
    return Draft.objects.latest("pk")


def test_apply_offers_both_ways_and_says_so_where_no_sms_is_sent(
    sms: At, settings: Settings
) -> None:
    page = nobody().get("/apply/")
    assert (page.status_code, page["Cache-Control"]) == (
        200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert Page(page).link("登录") == "/account/sign-in/"
    assert 'action="/apply/phone/"' in page.content.decode()
    settings.SMS_PROVIDER = ""
    assert 'action="/apply/phone/"' not in nobody().get("/apply/").content.decode()
    assert ask(nobody(), PHONE).status_code == 503


def test_somebody_begins_comes_back_elsewhere_files_and_follows(
    sms: At, people: dict[str, User]
) -> None:
    draft = begun(entered(sms, PHONE))
    assert (draft.filed_by.contacts.get().address, User.objects.filter(party=draft.filed_by).count()
    ) == (PHONE, 0)  # fmt: skip
    link = link_in(told(sms, PHONE)[-1])
    elsewhere = nobody()
    opened = elsewhere.get(link)
    assert (opened["Location"], opened["Referrer-Policy"]) == ("/apply/return/", "no-referrer")
    assert "no-store" in opened["Cache-Control"]
    # The link alone opens nothing, and looking at it sends nothing.
    assert elsewhere.get(f"/apply/{draft.number}/")["Location"].startswith("/account/sign-in/")
    sent = len(told(sms, PHONE))
    assert "139****0001" in Page(elsewhere.get("/apply/return/")).text
    assert len(told(sms, PHONE)) == sent
    no_pause()
    elsewhere.post("/apply/return/")
    answer = elsewhere.post("/apply/code/", {"code": code_in(told(sms, PHONE)[-1])})
    assert answer["Location"] == f"/apply/{draft.number}/"
    assert link in elsewhere.get(f"/apply/{draft.number}/").content.decode()
    for code in ("identity", "property"):
        upload(elsewhere, draft.number, code)
    filed = press(elsewhere, f"/apply/{draft.number}/check/")
    assert filed["Location"] == f"/apply/{draft.number}/filed/"
    case = Application.objects.get(number=draft.number)
    assert (case.filed_by, case.state) == (draft.filed_by, "submitted")
    assert case.number in told(sms, PHONE)[-1]
    page = elsewhere.get(f"/account/cases/{case.number}/")
    assert (page.status_code, page.context["mine"], link in page.content.decode()) == (
        200, True, True,
    )  # fmt: skip
    do(people, again(case), "request_supplement")
    assert case.number in told(sms, PHONE)[-1]
    assert Page(elsewhere.get("/account/")).text.count(case.number) == 1


def upload(client: Client, number: str, code: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("证件.pdf", PDF, content_type="application/pdf")
    url = f"/account/cases/{number}/documents/{code}/"
    answer = client.post(url, door_of(client.get(url).content.decode()) | {"file": file})
    assert answer.status_code == 302


def test_two_of_them_share_nothing_not_even_with_one_phone(sms: At) -> None:
    first, second, same = (entered(sms, phone) for phone in (PHONE, OTHER, PHONE))
    assert Party.objects.filter(user=None).count() == 3
    draft = begun(first)
    for stranger in (second, same):
        assert stranger.get(f"/apply/{draft.number}/").status_code == 404
        assert draft.number not in stranger.get("/account/").content.decode()
        # Its link is not theirs either, whatever code they show.
        stranger.get(link_in(told(sms, PHONE)[-1]))
        ask_as(stranger, sms)
        assert stranger.get(f"/apply/{draft.number}/").status_code == 404
    assert first.get(f"/apply/{draft.number}/").status_code == 200


def ask_as(stranger: Client, sms: At) -> None:
    """Sign out, and show a phone of one's own in the session in which the link was opened."""
    stranger.post("/account/sign-out/")
    stranger.get(link_in(next(text for text in told(sms, PHONE) if "http" in text)))
    ask(stranger, OTHER)
    stranger.post("/apply/code/", {"code": code_in(told(sms, OTHER)[-1])})


def test_a_code_is_bound_to_its_session_and_used_once(sms: At) -> None:
    asking, thief = nobody(), nobody()
    ask(asking, PHONE)
    code = code_in(told(sms, PHONE)[-1])
    assert thief.post("/apply/code/", {"code": code})["Location"] == "/apply/"
    ask(thief, OTHER)
    assert thief.post("/apply/code/", {"code": code}).status_code == 200
    row = PhoneCode.objects.get(address_of(asking))
    assert (len(code), code in str(bytes(row.digest)), row.expires_at - row.created_at) == (
        6, False, timedelta(minutes=10),
    )  # fmt: skip
    before = asking.session.session_key
    assert asking.post("/apply/code/", {"code": code})["Location"] == "/apply/"
    assert asking.session.session_key != before
    row.refresh_from_db()
    assert row.used_at is not None
    session = nobody()
    ask(session, PHONE)
    store = session.session
    store[visits.ASKED] = row.pk
    store.save()
    assert session.post("/apply/code/", {"code": code})["Location"] == "/apply/"
    assert session.get("/account/").status_code == 302


def address_of(client: Client) -> Any:
    from django.db.models import Q

    return Q(pk=client.session[visits.ASKED])


def test_wrong_tries_burn_the_code_and_not_its_owner(sms: At) -> None:
    client = nobody()
    ask(client, PHONE)
    code = code_in(told(sms, PHONE)[-1])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(MOST[Meter.CODE_TRIES]):
        page = client.post("/apply/code/", {"code": wrong})
        assert page.context["form"].errors == {"code": ["验证码不对，或者已经失效。"]}
    assert client.post("/apply/code/", {"code": code}).status_code == 200
    assert not Party.objects.filter(contacts__address_digest=Contact.digest("sms", PHONE)).exists()
    entered(sms, PHONE, client)


def test_a_code_that_is_too_old_is_refused(sms: At) -> None:
    client = nobody()
    ask(client, PHONE)
    code = code_in(told(sms, PHONE)[-1])
    row = PhoneCode.objects.get(address_of(client))
    age(row)
    assert client.post("/apply/code/", {"code": code}).status_code == 200
    assert visits.forget_codes() == 1


def age(row: PhoneCode) -> None:
    """Only the owner of the database may: the row is made anew as an old one."""
    old = timezone.now() - timedelta(days=2)
    digest, address, pk = bytes(row.digest), row.address, row.pk
    row.delete()
    PhoneCode.objects.create(pk=pk, address=address, digest=digest, expires_at=old)


def test_sends_are_limited_by_phone_and_by_client_and_say_the_same_of_every_phone(sms: At) -> None:
    entered(sms, PHONE)
    no_pause()
    known, unknown = (
        nobody("192.0.2.1").post("/apply/phone/", {"phone": phone}) for phone in (PHONE, OTHER)
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    again_at_once = nobody("192.0.2.2").post("/apply/phone/", {"phone": PHONE})
    assert again_at_once.status_code == 429
    assert int(again_at_once["Retry-After"]) in range(1, 61)
    no_pause()
    most = MOST[Meter.CODE_ADDRESS]
    answers = [
        nobody("192.0.2.3").post("/apply/phone/", {"phone": f"1391235{n:04d}"}).status_code
        for n in range(most + 1)
    ]
    assert answers == [302] * most + [429]
    assert nobody("192.0.2.4").post("/apply/phone/", {"phone": "13800"}).status_code == 200


def test_pages_of_an_account_are_closed_to_whoever_has_none(sms: At) -> None:
    client = entered(sms, PHONE)
    names = [
        pattern.name
        for pattern in get_resolver("accounts.urls").url_patterns
        if pattern.name not in OPEN
    ]
    assert "settings" in names
    from django.urls import reverse

    numbers = {"revoke-token": [1], "person": [1], "open-or-close": [1],
               "forget-second-factor": [1], "end-role": [1]}  # fmt: skip
    for name in names:
        address = reverse(f"accounts:{name}", args=numbers.get(str(name), []))
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (403, 405), (name, answer.status_code)
        assert client.post(address).status_code == 403, name
    assert client.get("/api/v1/applications/").status_code == 401
    assert client.post("/language/", {"language": "en", "next": "/apply/"}).status_code == 302
    assert not User.objects.filter(pk__lt=0).exists()
    assert client.get("/account/sign-in/").status_code == 200


#: What is there before one has an account, or leads out.
OPEN = ("sign-in", "second-factor", "sign-out", "register")


def test_a_visit_is_short_and_ends_with_signing_out(sms: At) -> None:
    client = entered(sms, PHONE)
    assert "139****0001" in Page(client.get("/account/")).text
    for name, value in (("at", visits.VISIT_ABSOLUTE), ("seen", visits.VISIT_IDLE)):
        session = client.session
        kept = session[visits.VISIT]
        session[visits.VISIT] = kept | {name: kept[name] - value.total_seconds() - 1}
        session.save()
        assert client.get("/account/").status_code == 302
        client = entered(sms, PHONE)
    client.post("/account/sign-out/")
    assert client.get("/account/").status_code == 302


def test_no_phone_code_or_token_stands_in_a_log_or_in_the_clear(
    sms: At, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = entered(sms, PHONE)
    begun(client)
    code, link = (
        code_in(told(sms, PHONE)[0]),
        link_in(told(sms, PHONE)[-1]),
    )
    token = link.split("/")[-2]
    nobody().get(link)
    nobody().get(f"{link[:-2]}x/")
    lines = [line for line in caplog.messages if not line.startswith("(0.")]
    assert not [line for line in lines if PHONE in line or token in line]
    assert ReturnLink.objects.get().digest != token
    assert token not in str(client.session.items())
    assert code not in str(client.session.items())
    delivery.forget_addresses()
    assert not Outbox.objects.filter(kind="contact.link_sent").exclude(secret="").exists()
    assert Delivery.objects.count() >= 2


def test_whoever_is_signed_in_needs_no_phone(sms: At, people: dict[str, User]) -> None:
    assert of(people, "resident").get("/apply/phone/")["Location"] == "/apply/"
    page = of(people, "resident").get("/apply/")
    assert page.context["form"].initial["phone"] == people["resident"].phone
