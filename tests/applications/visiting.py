"""What the tests of those without an account share."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.models import Draft
from core.models import Meter
from notifications import outbox
from rules.names import Kind
from tests.applications.pages import door_of, nobody, press, typed
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import PDF

PHONE, OTHER = "13912340001", "13912340002"
START, CODE, RETURN = "/apply/phone/", "/apply/code/", "/apply/return/"


def told(sms: At, phone: str = PHONE) -> list[str]:
    """All that was sent to a phone until now."""
    outbox.deliver_all()
    return [text for to, text in sms.texts() if to == phone]


def code_in(text: str) -> str:
    return _found(r"\d{6}", text)


def link_in(text: str) -> str:
    """The path of the link in a message."""
    return urlsplit(address_in(text)).path


def address_in(text: str) -> str:
    return _found(r"http\S+", text)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found
    return found[0]


def later() -> None:
    """What was counted has ended."""
    Meter.objects.all().delete()


def ask(client: Client, phone: str = PHONE) -> Any:
    later()
    return client.post(START, {"phone": phone})


def enter(client: Client, sms: At, phone: str = PHONE) -> Any:
    """Type the code that came last to a phone."""
    return client.post(CODE, {"code": code_in(told(sms, phone)[-1])})


def entered(sms: At, phone: str = PHONE, client: Client | None = None) -> Client:
    """The browser of somebody whose phone has shown itself."""
    client = client or nobody()
    assert ask(client, phone)["Location"] == CODE
    assert enter(client, sms, phone)["Location"] == "/apply/"
    return client


def begun(client: Client, kind: Kind = Kind.RESIDENTIAL, **said: Any) -> Draft:
    """What the browser begins with the first page of the form."""
    press(client, "/apply/", **typed(kind, **said))
    return Draft.objects.latest("pk")


def come_back(sms: At, link: str, client: Client | None = None, phone: str = PHONE) -> Client:
    """The browser of somebody who has opened a link and typed the new code."""
    client = client or nobody()
    assert client.get(link)["Location"] == RETURN
    later()
    assert press(client, RETURN)["Location"] == CODE
    assert enter(client, sms, phone).status_code == 302
    return client


def upload(client: Client, number: str, code: str) -> None:
    file = SimpleUploadedFile("证件.pdf", PDF, content_type="application/pdf")
    url = f"/account/cases/{number}/documents/{code}/"
    answer = client.post(url, door_of(client.get(url).content.decode()) | {"file": file})
    assert answer.status_code == 302


def words(answer: Any) -> str:
    return Page(answer).text
