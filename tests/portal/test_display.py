"""Large type and high contrast: a choice of the browser, on every page."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from core.display import COOKIE
from tests.look import violations, visit
from tests.people import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ("", {"on": "elder"}, "elder"),
        ("elder", {"on": "elder"}, "elder"),
        ("elder", {"on": "contrast"}, "elder-contrast"),
        ("elder-contrast", {"off": "elder"}, "contrast"),
        ("contrast", {"off": "contrast"}, ""),
        ("", {"off": "elder"}, ""),
        ("<b>-elder", {"on": "<script>"}, "elder"),
        ("contrast-elder-elder", {}, "elder-contrast"),
    ],
)
@pytest.mark.django_db
def test_a_mode_is_switched_as_the_form_names_it(
    before: str, sent: dict[str, str], after: str
) -> None:
    client = Client()
    client.cookies[COOKIE] = before
    answer = client.post("/display/", sent | {"next": "/disclosure/fees/"})
    assert (answer.status_code, answer["Location"]) == (302, "/disclosure/fees/")
    assert client.cookies[COOKIE].value == after


def test_whoever_is_signed_in_switches_with_the_token_of_the_form(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["resident"])
    assert client.post("/display/", {"on": "elder"}).status_code == 403
    client.get("/account/")
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    client.post("/display/", token | {"on": "elder"})
    assert client.cookies[COOKIE].value == "elder"
    assert "td-elder" in client.get("/account/").content.decode()
    assert "td-elder" not in browser(people["resident"]).get("/account/").content.decode()


def test_a_kept_page_is_that_of_the_display(people: dict[str, User]) -> None:
    def classes(cookie: str) -> str:
        client = Client()
        client.cookies[COOKIE] = cookie
        return client.get("/").content.decode().partition('class="')[2].partition('"')[0].strip()

    wanted = ["", "elder", "", "contrast", "elder-contrast", "nothing", "elder"]
    assert [classes(cookie) for cookie in wanted] == [
        "", "td-elder", "", "td-contrast", "td-elder td-contrast", "", "td-elder",
    ]  # fmt: skip


def test_the_telephone_comes_first_where_few_words_are_wanted(people: dict[str, User]) -> None:
    def order(cookie: str) -> list[str]:
        client = Client()
        client.cookies[COOKIE] = cookie
        text = client.get("/").content.decode()
        return sorted(("tel:95598", "<h1"), key=text.index)

    assert order("") == ["<h1", "tel:95598"]
    assert order("elder") == ["tel:95598", "<h1"]
    client = Client()
    client.cookies[COOKIE] = "elder"
    assert client.get("/").content.decode().count("tel:95598") == 1


@pytest.mark.browser
@pytest.mark.parametrize(
    ("mode", "paths"),
    [
        ("elder", ("/", "/disclosure/guides/residential/")),
        # Every component stands there.
        ("contrast", ("/styleguide/",)),
    ],
)
def test_the_pages_are_whole_in_every_mode(
    chromium: "Browser", site: str, mode: str, paths: tuple[str, ...]
) -> None:
    found = visit(chromium, site, language="zh-hans")
    found.context.add_cookies([{"name": COOKIE, "value": mode, "url": site}])
    faults = []
    for path in paths:
        found.page.goto(path)
        for width in (320, 1280):
            found.page.set_viewport_size({"width": width, "height": 844})
            wide = found.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            faults += [f"{path} {width}: {wide} px too wide"] if wide > 0 else []
        faults += [f"{path}: {line}" for line in violations(found, 1280)]
    assert (faults, found.faults) == ([], [])
