"""What the tests of the pages share."""

from collections.abc import Mapping
from typing import Any

from django.test import Client

from accounts.models import User
from applications.begun import as_case
from applications.models import Application, Draft
from rules.names import Kind
from tests.builders import fresh_address
from tests.page import Page
from tests.people import applicant, browser
from tools.scenarios import KINDS, PHONE


def typed(kind: Kind, **changes: Any) -> dict[str, Any]:
    """What a person types into the form of an application of a kind, at a fresh address."""
    _who, body = KINDS[kind]
    applicant = body["applicant"]
    return {
        "applicant_type": applicant["type"],
        "applicant_name": applicant["name"],
        "id_number": applicant["id_number"],
        "phone": PHONE,
        "enterprise_size": applicant.get("enterprise_size", ""),
        "district": "510302",
        "statutory_district": "",
        "town": "",
        "address_line": fresh_address(),
        "capacity_kw": str(body["capacity_kw"]),
        "voltage": body["voltage"],
        "sources": str(body["sources"]),
        "purpose": body["purpose"],
        "version": "0",
        "idempotency_key": "a-key-of-the-page",
    } | changes


def door_of(html: str) -> dict[str, str]:
    """What the first form of a page carries."""
    return Page(html).carried()


def press(client: Client, url: str, **typed_in: Any) -> Any:
    """Open a page, fill its form in and send it."""
    return client.post(url, door_of(client.get(url).content.decode()) | typed_in)


def of(people: Mapping[str, User], name: str) -> Any:
    """The browser of a person of the cast."""
    return browser(people[name])


def nobody(address: str = "127.0.0.1") -> Any:
    """A browser in which nobody is signed in."""
    return Client(REMOTE_ADDR=address)


def stranger() -> Any:
    """The browser of an applicant whose case it is not."""
    return browser(applicant())


def only_case() -> Application:
    """The one case of the database, as its workflow; or what is begun where there is none."""
    found = Application.objects.first()
    return found.workflow() if found else as_case(Draft.objects.get())
