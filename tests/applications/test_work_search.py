"""Searches of the desk: by the whole number of a case or meter, and exactly by whom it is for."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from applications.work.search import SEARCHED
from ledger.models import Entry, Salt
from rules.limits import Limit, Meter, limits
from rules.names import Kind
from tests.applications.pages import press
from tests.builders import again, case_at, declaration, filed
from tests.page import Page
from tests.people import browser, staff

People = dict[str, User]
URL = "/work/search/"


def case_of(people: People, name: str, line: str, phone: str, **place: str) -> Application:
    """A home that was filed for somebody, somewhere."""
    body = declaration(Kind.RESIDENTIAL)
    return filed(
        people,
        Kind.RESIDENTIAL,
        applicant=body["applicant"] | {"name": name, "phone": phone},
        address=body["address"] | {"line": line} | place,
    )


@pytest.fixture
def cast(people: People) -> dict[str, str]:
    """The numbers of three homes, by the name of who lives there."""
    return {
        "王小明": case_of(people, "王小明", "解放路9号3栋", "13812340001").number,
        "欧阳 娜": case_of(people, "欧阳 娜", "公园街8号", "13812340002").number,
        "Anna": case_of(people, "Anna Li", "公园街8号", "13812340001", district="510321").number,
    }


FOUND: list[tuple[dict[str, str], set[str]]] = [
    ({"name": "王小明"}, {"王小明"}),
    ({"name": "欧阳娜"}, {"欧阳 娜"}),
    ({"name": "anna  LI"}, {"Anna"}),
    ({"name": "王小"}, set()),
    ({"phone": "+86 138-1234-0001"}, {"王小明", "Anna"}),
    ({"name": "王小明", "phone": "13812340002"}, set()),
    ({"district": "510302", "line": "自流井区解放路 9号 3幢"}, {"王小明"}),
    ({"district": "510321", "line": "公园街8号"}, {"Anna"}),
    ({"district": "510302", "line": "公园街"}, set()),
]


def test_whole_values_find_what_they_name_however_they_are_written(
    people: People, cast: dict[str, str]
) -> None:
    client = browser(people["manager"])
    names = {number: name for name, number in cast.items()}
    found = []
    for asked, _names in FOUND:
        page = Page(press(client, URL, **asked))
        numbers = page.tree.xpath("//td[contains(@class, 'td-number')]/text()")
        found.append((asked, {names[number.strip()] for number in numbers}))
    assert found == FOUND


def test_what_is_found_is_masked_of_ones_own_desk_and_the_search_is_written_down(
    people: People, cast: dict[str, str]
) -> None:
    answer = press(browser(people["manager"]), URL, name="王小明", phone="13812340001")
    rows = " ".join(Page(answer).rows())
    assert ("王小明" in rows, "王**" in rows, answer["Cache-Control"]) == (
        False, True, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    entry = Entry.objects.get(type=SEARCHED)
    salt = Salt.objects.get(ref=entry.salt_ref)
    assert (entry.actor_role, salt.actor_id, salt.data) == (
        "manager", people["manager"].pk, '{"by":["name","phone"]}',
    )  # fmt: skip
    local = browser(staff(Role.MANAGER, username="local", district="510321"))
    assert "没有符合的办件" in Page(press(local, URL, name="王小明")).text


def test_what_cannot_be_looked_for_is_said_at_its_field(people: People) -> None:
    client = browser(people["clerk"])
    asked: list[dict[str, str]] = [
        {},
        {"line": "公园街8号"},
        {"phone": "12"},
        {"name": "王", "district": "99"},
    ]
    refused = [press(client, URL, **each) for each in asked]
    assert [(one.status_code, list(one.context["form"].errors)) for one in refused] == [
        (422, ["name"]), (422, ["district"]), (422, ["phone"]), (422, ["district"]),
    ]  # fmt: skip
    assert not Entry.objects.filter(type=SEARCHED).exists()


def test_searches_of_one_account_have_a_limit(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().windows, Meter.SEARCH_ACCOUNT, Limit(most=1, minutes=60))
    client = browser(people["manager"])
    answers = [press(client, URL, name="王小明") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 'value="王小明"' in answers[1].content.decode()


def test_a_program_searches_the_same_way_and_reads_nothing_personal(
    people: People, cast: dict[str, str]
) -> None:
    client = APIClient()
    client.force_authenticate(people["manager"])
    url = "/api/v1/applications/search/"
    answer = client.post(url, {"name": "王小明"}, format="json")
    assert [row["number"] for row in answer.json()["results"]] == [cast["王小明"]]
    assert (answer.json()["complete"], "王小明" in answer.content.decode()) == (True, False)
    assert client.post(url, {}, format="json").status_code == 422


def test_a_whole_meter_number_opens_the_newest_case_of_the_meter(people: People) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    answer = browser(people["manager"]).get(f"/work/?q={again(case).meter_number.lower()}")
    assert answer["Location"] == f"/work/cases/{case.number}/"


def test_the_digest_of_a_name_never_changes_alone_and_is_made_of_stored_names(
    with_people: None, committed_db: str
) -> None:
    from tests.people import open_demonstration

    case = case_of(open_demonstration(), "王小明", "解放路9号", "13812340001")
    wanted = bytes(case.name_digest)
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(name_digest=b"x")
    connections["owner"].close()
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE applications_application DISABLE TRIGGER USER")
        cursor.execute("UPDATE applications_application SET name_digest = ''")
        cursor.execute("ALTER TABLE applications_application ENABLE TRIGGER USER")
    import_module("applications.migrations.0030_search").fill(
        apps, SimpleNamespace(connection=owner)
    )
    owner.close()
    assert bytes(again(case).name_digest) == wanted
