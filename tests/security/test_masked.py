"""No door of a desk shows in full who a case is for: that takes a reason."""

from collections.abc import Iterator
from typing import Any

from django.test import Client

from accounts.models import User
from applications import drafts
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.templatetags.city import masked_name
from ledger.models import Entry
from notifications.outbox import deliver_all
from rules.names import Kind
from tests.builders import case_at, declaration, hand_in, perform

#: One for each set of doors.
READERS = ("clerk", "manager", "planning", "digital", "regulator")


def doors(case: Application) -> Iterator[str]:
    """Every address that shows something of a case, or a list that it may be in."""
    number, api = case.number, f"/api/v1/applications/{case.number}/"
    yield from (
        "/work/",
        f"/work/?q={number}",
        f"/work/cases/{number}/",
        f"/account/cases/{number}/",
    )
    yield from (f"/work/cases/{number}/identity/", "/bureau/", "/bureau/?show=all", "/desk/")
    yield from ("/oversight/", "/oversight/late.csv", f"/oversight/cases/{number}/")
    yield from ("/account/", "/account/data/", "/account/messages/", "/api/v1/account/data/")
    yield from ("/api/v1/applications/", "/api/v1/permits/", "/api/v1/line-works/", api)
    yield from (api + part for part in ("timeline/", "clocks/", "data/", "accesses/", "identity/"))
    for pk in Permit.objects.filter(case_ref=case.ref).values_list("pk", flat=True):
        yield from (f"/bureau/permits/{pk}/", f"/work/permits/{pk}/", f"/oversight/permits/{pk}/")
        yield f"/api/v1/permits/{pk}/"
    filing = Entry.objects.get(case_ref=case.ref, type="case.submitted").case_seq
    yield from (f"/account/cases/{number}/receipts/{filing}{end}" for end in ("/", ".json"))
    yield f"/account/cases/{number}/sign_contract/"


def leaks(case: Application, *readers: User) -> list[tuple[str, str, str]]:
    """Who reads what of the person, and where; each has some door where the name is masked."""
    found, full = [], (case.applicant_name, case.id_number, case.phone)
    for user in readers:
        client, masked = Client(), False
        client.force_login(user)
        for door in doors(case):
            answer: Any = client.get(door)
            pieces = answer.streaming_content if answer.streaming else [answer.content]
            text = b"".join(pieces).decode()
            masked = masked or masked_name(case.applicant_name) in text
            found += [(user.username, door, value) for value in full if value in text]
        assert masked, user.username
    return found


def test_no_desk_sees_who_a_case_is_for(people: dict[str, User]) -> None:
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    deliver_all()
    assert leaks(case, *(people[name] for name in READERS)) == []


def test_nor_does_the_counter_once_it_is_filed(people: dict[str, User]) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["hall"])
    hand_in(case, "submit")
    case = perform(application=case, action="submit", by=people["hall"])
    case = perform(application=case, action="accept", by=people["manager"])
    assert leaks(case, people["hall"], people["manager"]) == []
