"""A demonstration whose clock was set back refuses what would come before the last event."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from ledger.actions import move_clock
from ledger.models import Entry
from rules.names import Kind
from tests.builders import drafted, filed

pytestmark = pytest.mark.django_db


def test_over_http_it_is_a_409_and_nothing_changes(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    entries = Entry.objects.filter(case_ref=case.ref).count()
    move_clock(offset=timedelta(hours=-1))
    client = APIClient()
    client.force_authenticate(people["manager"])
    url = f"/api/v1/applications/{case.number}/actions/accept/"
    answer = client.post(url, {}, format="json")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/clock-before-last-event")
    assert Entry.objects.filter(case_ref=case.ref).count() == entries
    assert client.get(f"/api/v1/applications/{case.number}/").json()["state"] == "submitted"
    move_clock(offset=timedelta())
    assert client.post(url, {}, format="json").status_code == 200


def test_other_cases_go_on_meanwhile(people: dict[str, User]) -> None:
    filed(people, Kind.LV_OTHER)
    move_clock(offset=timedelta(hours=-1))
    assert drafted(people, Kind.LV_OTHER).state == "draft"
