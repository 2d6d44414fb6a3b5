"""Correcting what is kept (PIPL 46): the phone of a case, by a code sent to the new one."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from accounts.models import User
from applications.declaration import phone_digest
from applications.models import Application
from core.problems import Forbidden, Invalid, WrongState
from ledger.queries import timeline
from portal.invariants import broken
from rules.names import Kind
from tests.applications.correcting import OTHER, show_phone
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import (
    PHONE,
    begun,
    code_in,
    come_back,
    entered,
    later,
    link_in,
    told,
    upload,
)
from tests.builders import again, do, filed, perform, taken_in
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = pytest.mark.django_db


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def correct(client: Any, number: str, sms: At, phone: str = OTHER) -> Any:
    """Type the new phone and the code that came there."""
    url = f"/account/cases/{number}/phone/"
    later()
    assert press(client, url, phone=phone)["Location"] == f"{url}code/"
    return press(client, f"{url}code/", code=code_in(told(sms, phone)[-1]))


def test_an_applicant_corrects_the_phone_of_a_case(people: dict[str, User], sms: At) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client, before = of(people, "resident"), case.phone
    page = Page(client.get(f"/account/cases/{case.number}/"))
    assert page.link("更正手机号码") == f"/account/cases/{case.number}/phone/"
    assert correct(client, case.number, sms)["Location"] == f"/account/cases/{case.number}/"
    found = again(case)
    assert (found.phone, bytes(found.phone_digest), found.corrections, found.state) == (
        OTHER, phone_digest(OTHER), 1, "submitted",
    )  # fmt: skip
    assert timeline(case.ref)[-1].type == "case.corrected"
    # The number before is told; progress is asked with the new one.
    assert case.number in told(sms, before)[-1]
    for phone, status in ((OTHER, 200), (before, 422)):
        answer = nobody().post("/progress/", {"number": case.number, "phone": phone})
        assert answer.status_code == status
    # The account keeps its own phone, and may correct the case again.
    account = people["resident"]
    assert User.objects.get(pk=account.pk).phone == account.phone
    assert correct(client, case.number, sms, "13912340008").status_code == 302
    whole()


def test_without_the_code_of_the_new_phone_nothing_is_corrected(
    people: dict[str, User], sms: At
) -> None:
    case, other = filed(people, Kind.RESIDENTIAL), filed(people, Kind.LV_SMALL)
    show_phone(other)
    who = people["resident"]
    with pytest.raises(Invalid):
        perform(application=case, action="correct_phone", by=who, body={"phone": OTHER})
    show_phone(case)
    with pytest.raises(Forbidden):
        perform(application=case, action="correct_phone", by=people["manager"],
                body={"phone": OTHER})  # fmt: skip
    with pytest.raises(Invalid):
        perform(application=case, action="correct_phone", by=who, body={"phone": case.phone})
    api = APIClient()
    api.force_authenticate(who)
    url = f"/api/v1/applications/{case.number}/actions/correct_phone/"
    assert api.post(url, {"phone": OTHER}, format="json").status_code == 200
    counter = taken_in(people)
    with pytest.raises(WrongState):
        perform(application=counter, action="correct_phone", by=people["clerk"],
                body={"phone": OTHER})  # fmt: skip
    ended = do(people, other, "withdraw")
    with pytest.raises(WrongState):
        perform(application=ended, action="correct_phone", by=people["shop"],
                body={"phone": OTHER})  # fmt: skip
    whole()


def test_the_database_takes_a_phone_by_the_record_alone(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for change in ("phone = 'x'", "phone = 'x', corrections = 1", "corrections = 1"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE applications_application SET {change} WHERE id = %s", [case.pk])


def test_whoever_has_no_account_is_told_and_comes_back_by_the_new_phone(
    people: dict[str, User], sms: At
) -> None:
    client = entered(sms)
    number = begun(client).number
    for code in ("identity", "property"):
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    link = link_in(next(text for text in told(sms) if "http" in text))
    assert correct(client, number, sms).status_code == 302
    case = Application.objects.get(number=number)
    assert [
        (each.address, each.ended_at is None) for each in case.filed_by.contacts.order_by("id")
    ] == [(PHONE, False), (OTHER, True)]
    assert client.get(f"/account/cases/{number}/").status_code == 200
    assert nobody().get(link).status_code == 404
    newer = link_in(next(text for text in told(sms, OTHER)[::-1] if "http" in text))
    back = come_back(sms, newer, phone=OTHER)
    assert back.get(f"/account/cases/{number}/").status_code == 200
    sent = len(told(sms))
    do(people, case.workflow(), "accept")
    assert (number in told(sms, OTHER)[-1], len(told(sms))) == (True, sent)
    whole()
