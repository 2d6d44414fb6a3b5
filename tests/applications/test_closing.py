"""Closing one's own account: what goes, what stays, and what stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import issue_token
from accounts.models import ApiToken, User
from applications.closing import close
from applications.models import Application, Draft
from core.problems import WrongState
from ledger.models import Entry
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import nobody, of, press
from tests.builders import do, drafted, filed
from tests.page import Page
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
URL = "/account/close/"


def test_an_account_is_closed_with_all_that_leads_into_it(people: dict[str, User]) -> None:
    user, client, other = people["resident"], of(people, "resident"), of(people, "resident")
    ended = do(people, filed(people, Kind.RESIDENTIAL), "withdraw")
    drafted(people, Kind.RESIDENTIAL)
    issue_token(user=user, life=timedelta(days=1), second_factor=False)
    assert press(client, URL, current="wrong").status_code == 422
    assert Page(client.get("/account/settings/")).link("注销账户") == URL
    done = press(client, URL, current=PASSWORD)
    assert done["Location"] == "/"
    assert "账户已注销" in Page(client.get("/")).text
    found = User.objects.get(pk=user.pk)
    assert (found.name, found.phone, found.phone_index, found.is_active) == ("", "", None, False)
    assert (found.username[:7], user.username in found.username) == ("closed-", False)
    assert [(one.address, one.ended_at is None) for one in found.party.contacts.all()] == [
        ("", False)
    ]
    assert ApiToken.objects.filter(user=user).count() == 0
    assert not Draft.objects.filter(filed_by=user.party, discarded_at=None).exists()
    assert other.get("/account/settings/").status_code == 302
    signed = nobody().post("/account/sign-in/", {"username": user.username, "password": PASSWORD})
    assert signed.status_code == 200
    # The case stays as it was filed, and is followed by number and phone.
    case = Application.objects.get(pk=ended.pk)
    pair = {"number": case.number, "phone": case.phone}
    assert nobody().post("/progress/", pair).status_code == 200
    assert Entry.objects.filter(type="account.closed").count() == 1
    assert {name: rows for name, rows in broken() if rows} == {}


def test_what_stands_in_the_way_is_said(people: dict[str, User]) -> None:
    filed(people, Kind.RESIDENTIAL)
    for who, words in (("resident", "还没有办结"), ("manager", "岗位")):
        client: Any = of(people, who)
        assert words in Page(client.get(URL)).text
        assert client.post(URL, {"current": PASSWORD}).status_code == 409
        with pytest.raises(WrongState):
            close(people[who])
    assert User.objects.filter(is_active=False).count() == 0


def test_the_database_closes_an_account_by_the_record_alone(people: dict[str, User]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT close_account(%s)", [people["resident"].pk])
