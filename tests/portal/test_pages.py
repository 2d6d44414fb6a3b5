"""The start page, the style guide, the language, and what the frame of every page shows."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from core.clock import city_now, local_date
from rules import registry
from tests.people import open_demonstration, open_real_city, staff

pytestmark = pytest.mark.django_db

PAGES = ("/", "/styleguide/")
HOTLINES = ("12398", "95598", "96598")


def text(client: Client, path: str, *, english: bool = False) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en" if english else "zh-hans"
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def entries(page: str) -> list[str]:
    return re.findall(r'class="td-header__link" href="([^"]+)"', page)


def test_the_start_page_names_every_limit_of_the_rules_in_force_today(client: Client) -> None:
    policy = registry.current().in_force(on=local_date(city_now()))
    page = text(client, "/", english=True)
    rows = re.findall(r'data-head="Limit">\s*(\d+) working days\s*<', page)
    assert [int(days) for days in rows] == [limit.days for limit in policy.limits().values()]


def test_the_start_page_asks_for_the_documents_of_the_checklists_and_no_other(
    client: Client,
) -> None:
    policy = registry.current().in_force(on=local_date(city_now()))
    wanted: dict[str, set[str]] = {}
    for kind in policy.limits():
        for requirement in policy.checklist(kind):
            wanted.setdefault(requirement.code, set()).add(requirement.name.zh)
    listed = re.search(r'td-list--bullet">(.*?)</ul>', text(client, "/"), re.DOTALL)
    assert listed is not None
    found = {re.sub(r"<span.*", "", item) for item in re.findall(r"<li>(.*?)</li>", listed[1])}
    assert len(found) == len(wanted)
    assert all(names & found for names in wanted.values())


def test_the_start_page_has_one_primary_button(client: Client) -> None:
    page = text(client, "/")
    buttons = [
        classes
        for classes in re.findall(r'class="(td-button[^"]*)"', page)
        if "--secondary" not in classes
    ]
    assert buttons == ["td-button"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("english", [False, True])
def test_every_page_shows_all_three_hotlines_together(
    client: Client, path: str, english: bool
) -> None:
    page = text(client, path, english=english)
    assert tuple(re.findall(r'href="tel:(\d+)"', page)) == HOTLINES


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_a_style_or_asks_another_host(client: Client, path: str) -> None:
    page = text(client, path)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert [s for s in scripts if "src=" not in s] == [
        ' id="td-words" type="application/json"',
    ]
    assert re.findall(r'\s(?:style|on[a-z]+)="', page) == []
    assert [url for url in re.findall(r'src="([^"]+)"', page) if not url.startswith("/")] == []
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert [url for url in sheets if not url.startswith("/")] == []


def test_a_page_is_chinese_unless_the_person_chose_english(client: Client) -> None:
    assert '<html lang="zh-Hans"' in client.get("/").content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/styleguide/"})
    assert (answer.status_code, answer["Location"]) == (302, "/styleguide/")
    assert '<html lang="en"' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "", "x:y"])
def test_the_choice_of_language_leads_to_no_other_site(client: Client, target: str) -> None:
    answer = client.post("/language/", {"language": "en", "next": target})
    assert answer["Location"] == "/"


def test_an_unknown_language_is_not_kept(client: Client) -> None:
    answer = client.post("/language/", {"language": "xx", "next": "/"})
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_the_language_chosen_by_a_signed_in_person_goes_with_the_account(client: Client) -> None:
    people = open_demonstration()
    client.force_login(people["resident"])
    client.post("/language/", {"language": "en", "next": "/"})
    people["resident"].refresh_from_db()
    assert people["resident"].language == "en"


def test_a_demonstration_says_so_on_every_page_and_a_real_city_does_not(client: Client) -> None:
    open_demonstration()
    assert [path for path in PAGES if 'class="td-demo"' not in text(client, path)] == []


def test_a_real_city_wears_no_banner(client: Client) -> None:
    open_real_city()
    assert [path for path in PAGES if 'class="td-demo"' in text(client, path)] == []


def test_everybody_finds_the_public_pages_in_the_navigation(client: Client) -> None:
    assert entries(text(client, "/")) == ["/apply/", "/progress/", "/disclosure/"]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (
            Role.CLERK,
            [
                "/desk/",
                "/work/",
                "/work/referrals/",
                "/work/enquiries/",
                "/work/outages/",
                "/apply/",
                "/account/",
                "/progress/",
            ],
        ),
        (
            Role.MANAGER,
            [
                "/desk/",
                "/work/",
                "/work/grid/",
                "/work/appointments/",
                "/work/field/",
                "/work/absences/",
                "/work/enquiries/",
                "/work/outages/",
            ],
        ),
        (Role.OFFICER, ["/desk/", "/bureau/", "/bureau/reports/"]),
        (
            Role.REGULATOR,
            ["/desk/", "/oversight/", "/oversight/enquiries/", "/work/outages/"],
        ),
        (
            Role.SUPPLY_LEAD,
            [
                "/desk/",
                "/work/",
                "/work/grid/",
                "/work/assignments/",
                "/signals/",
                "/work/enquiries/",
                "/work/outages/",
            ],
        ),
        (Role.DIGITAL, ["/bureau/", "/bureau/sets/", "/oversight/"]),
    ],
)
def test_the_navigation_begins_with_the_desk_of_the_role(
    client: Client, role: Role, first: list[str]
) -> None:
    open_demonstration()
    client.force_login(staff(role))
    assert entries(text(client, "/")) == [*first, "/disclosure/"]


def test_those_of_a_group_of_the_navigation_stand_beside_its_pages(client: Client) -> None:
    open_demonstration()
    client.force_login(staff(Role.SUPPLY_LEAD))
    seen = client.get("/work/patrols/new/").context["site"]
    [group] = [entry for entry in seen.navigation if entry.current]
    assert (group.url, group.here) == ("/work/outages/", False)
    assert [(entry.url, entry.current) for entry in seen.beside] == [
        ("/work/outages/", False),
        ("/work/fault-suggestions/", False),
        ("/work/repair-crews/", False),
        ("/work/outages/repairs/", False),
        ("/work/patrols/", True),
        ("/work/defects/", False),
        ("/work/reports/", False),
        ("/work/interruptions/", False),
        ("/work/orderly-use/", False),
    ]
    assert client.get("/desk/").context["site"].beside == ()


def test_a_missing_page_is_a_page_of_ours(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert tuple(re.findall(r'href="tel:(\d+)"', answer.content.decode())) == HOTLINES
