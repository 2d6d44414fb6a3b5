"""Saved filters: kept by a name, for oneself or one's circle; none widens what somebody sees."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import end_role
from accounts.actor import SYSTEM
from accounts.models import Organisation, RoleGrant, User
from accounts.roles import Role
from desk import lists
from desk.models import SavedFilter
from rules.limits import Quota, limits
from rules.names import Kind
from tests.applications.pages import press
from tests.builders import filed
from tests.page import Page
from tests.people import browser, staff

People = dict[str, User]
QUERY = "kind=hv_single&late=1"
OURS = "?kind=hv_single"


def save(client: Client, name: str, query: str = QUERY, *, of: str = "desk", **more: str) -> Any:
    return press(client, f"/desk/filters/new/?list={of}&{query}", name=name, **more)


def offered(client: Client, url: str = "/desk/") -> dict[str, str]:
    """The saved filters above a list, with where they lead."""
    links = Page(client.get(f"{url}?all=1")).tree.xpath("//ul[.//a[@href='/desk/filters/']]//a")
    found = {link.text_content().strip(): link.get("href") for link in links}
    return {name: url for name, url in found.items() if name not in ("全部", "我的筛选")}


@pytest.fixture
def cast(people: People) -> dict[str, Client]:
    """Two managers of one office, one of them in one district only, and a clerk there."""
    who = {
        "one": staff(Role.MANAGER, username="one"),
        "two": staff(Role.MANAGER, username="two", district="510321"),
        "clerk": staff(Role.CLERK, username="other"),
    }
    return {name: browser(user) for name, user in who.items()}


def circle() -> str:
    place = Organisation.objects.get(code="supplier-office")
    return f"{Role.MANAGER}.{place.pk}"


def test_one_is_saved_renamed_and_deleted(cast: dict[str, Client]) -> None:
    client = cast["one"]
    save_link = Page(client.get(f"/desk/?{QUERY}")).link("保存这些筛选条件")
    assert save_link == f"/desk/filters/new/?list=desk&{QUERY}"
    assert save(client, "高压超期")["Location"] == "/desk/filters/"
    assert offered(client) == {"高压超期": f"/desk/?{QUERY}"}
    kept = SavedFilter.objects.get()
    press(client, f"/desk/filters/{kept.pk}/", name="高压 超期")
    assert offered(client) == {"高压 超期": f"/desk/?{QUERY}"}
    page = Page(client.get(f"/desk/filters/{kept.pk}/"))
    page.submit(client, "删除这个筛选")
    page.submit(client, "删除这个筛选")
    assert offered(client) == {}


def test_a_second_click_saves_once_and_a_name_is_taken_once(cast: dict[str, Client]) -> None:
    client = cast["one"]
    url = f"/desk/filters/new/?list=desk&{QUERY}"
    sent = Page(client.get(url)).carried() | {"name": "我的"}
    answers = [client.post(url, sent)["Location"] for _ in range(2)]
    assert (answers, SavedFilter.objects.count()) == (["/desk/filters/"] * 2, 1)
    again = save(client, "我的")
    assert (again.status_code, "您已有同名的筛选。" in Page(again).text) == (422, True)


def test_a_shared_one_is_offered_to_the_circle_and_shows_each_their_own(
    cast: dict[str, Client], people: People
) -> None:
    here = filed(people, Kind.LV_OTHER).number
    save(cast["one"], "低压", "kind=lv_other", shared=circle())
    save(cast["one"], "自用")
    assert {name: set(offered(client)) for name, client in cast.items()} == {
        "one": {"低压", "自用"}, "two": {"低压"}, "clerk": set(),
    }  # fmt: skip
    shown = {name: here in cast[name].get("/desk/?kind=lv_other").content.decode() for name in cast}
    assert shown == {"one": True, "two": False, "clerk": True}
    kept = SavedFilter.objects.get(name="低压")
    assert cast["two"].get(f"/desk/filters/{kept.pk}/").status_code == 404
    cast["two"].post(f"/desk/filters/{kept.pk}/delete/")
    assert SavedFilter.objects.count() == 2
    end_role(grant=RoleGrant.objects.get(user__username="one"), by=SYSTEM)
    assert (offered(cast["two"]), SavedFilter.objects.count()) == ({}, 0)


def test_a_list_begins_with_the_first_one_and_all_is_one_click_away(
    cast: dict[str, Client],
) -> None:
    client = cast["one"]
    save(client, "一", first="on")
    save(client, "二", "kind=lv_other", first="on")
    assert client.get("/desk/")["Location"] == "/desk/?kind=lv_other"
    assert client.get("/desk/?all=1").status_code == 200
    assert cast["two"].get("/desk/").status_code == 200


def test_nothing_that_was_typed_is_saved(cast: dict[str, Client]) -> None:
    save(cast["one"], "一", "q=ZG2026&kind=hv_single&nothing=1&late=7")
    assert SavedFilter.objects.get().query == "kind=hv_single"
    assert cast["one"].get("/desk/filters/new/?list=desk&q=ZG2026")["Location"] == "/desk/"


def test_there_is_an_end_to_how_many(
    cast: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().quotas, Quota.FILTERS, 1)
    save(cast["one"], "一")
    refused = save(cast["one"], "二")
    assert (refused.status_code, "二" in refused.content.decode()) == (429, True)
    assert SavedFilter.objects.count() == 1


#: Of each list: who has it, and something that it can be narrowed by.
LISTS = {
    "desk": ("manager", "late=1"),
    "bureau:list": ("planning", "show=decided"),
    "bureau:checks": ("planning", "show=late"),
    "bureau:sets": ("digital", "party=supplier"),
    "oversight:late": ("regulator", "party=planning"),
    "oversight:cases": ("regulator", "show=late"),
    "oversight:permits": ("regulator", "bureau=planning"),
    "oversight:checks": ("digital", "bureau=planning"),
    "oversight-orders:list": ("regulator", "state=late"),
    "oversight-signals:list": ("regulator", "state=open"),
    "orders:list": ("supply-lead", "state=late"),
    "signals:list": ("supply-lead", "state=open"),
    "work-outages:list": ("project", "show=past"),
}


def test_each_list_has_filters_of_its_own_and_begins_with_them(people: People) -> None:
    found = {}
    for of, (who, query) in LISTS.items():
        save(browser(people[who]), of, query, of=of, first="on")
    for of, (who, _query) in LISTS.items():
        client, url = browser(people[who]), reverse(of)
        found[of] = (offered(client, url), client.get(url)["Location"])
    assert set(LISTS) == set(lists.LISTS)
    assert found == {
        of: ({of: f"{reverse(of)}?{query}"}, f"{reverse(of)}?{query}")
        for of, (_who, query) in LISTS.items()
    }


def test_nobody_saves_for_a_list_that_is_not_theirs(people: People) -> None:
    refused = {of: browser(people["planning"]).get(f"/desk/filters/new/?list={of}&late=1")
               for of in ("oversight:late", "nothing", "")}  # fmt: skip
    assert {of: answer.status_code for of, answer in refused.items()} == dict.fromkeys(refused, 404)


def test_a_filter_that_outlived_its_option_says_so_and_widens_nothing(people: People) -> None:
    regulator = people["regulator"]
    for name, query in (("旧", "bureau=water"), ("新", "bureau=planning")):
        SavedFilter.objects.create(
            owner=regulator, list="oversight:permits", name=name, query=query
        )
    client = browser(regulator)
    old, new = (client.get(f"/oversight/permits/?bureau={code}") for code in ("water", "planning"))
    said = "“旧”要求的内容已不存在"
    assert [(page.status_code, said in page.content.decode()) for page in (old, new)] == [
        (422, True), (200, False),
    ]  # fmt: skip
