"""Every route, every method, everybody: who gets what, and what every answer must carry.

Each question is asked once for the module; the tests below look at the same answers.
"""

from typing import Any

import pytest

from tests.security import protection, reading
from tests.security.addresses import METHODS, Route, patterns, table
from tests.security.asking import asked, changes, outcome, send
from tests.security.city import WHO, City

ROWS = table()
each_route = pytest.mark.parametrize("route", ROWS, ids=lambda route: route.pattern)
REFUSED = ("in", "401", "403", "404", "405")
NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(patterns()) == sorted(route.pattern for route in ROWS)


@each_route
def test_everybody_gets_what_the_table_says(city: City, route: Route) -> None:
    for ask in route.asks:
        found = asked(city, route, ask)
        got = {who: outcome(found[who][0]) for who in WHO}
        assert got == dict(zip(WHO, ask.expected, strict=True)), ask.method


@each_route
def test_whoever_is_refused_has_changed_nothing(city: City, route: Route) -> None:
    for ask in route.asks:
        for who, (answer, changed) in asked(city, route, ask).items():
            if outcome(answer) in REFUSED:
                assert changed == 0, (ask.method, who)


@each_route
def test_a_method_without_a_row_is_refused(city: City, route: Route) -> None:
    may = next(
        (who for ask in route.asks for who in WHO[1:] if outcome(asked(city, route, ask)[who][0])
         not in REFUSED), "owner",
    )  # fmt: skip
    for method in set(METHODS) - {ask.method for ask in route.asks}:
        before = changes()
        stranger = city.browsers["anonymous"].generic(method, route.address(city))
        insider = city.browsers[may].generic(method, route.address(city))
        assert outcome(stranger) in REFUSED, method
        assert outcome(insider) == "405", (method, may)
        assert changes() == before


@each_route
def test_what_is_not_yours_looks_like_what_is_not_there(city: City, route: Route) -> None:
    if not route.names_a_thing():
        return
    for ask in route.asks:
        found = asked(city, route, ask)
        refused = [who for who in WHO if outcome(found[who][0]) == "404"]
        # One of them asks again: two would be told the same.
        for who in refused[:1]:
            body = city.body(ask.body) if ask.body else None
            there, nowhere = route.address(city), route.address(city, nowhere=True)
            missing = send(city, who, ask.method, nowhere, body)
            assert missing.status_code == 404
            assert _bare(found[who][0], there) == _bare(missing, nowhere), who


def _bare(answer: Any, address: str) -> str:
    return reading.PASSING.sub("", answer.content.decode()).replace(address, "")


@each_route
def test_every_answer_is_protected_by_its_headers(city: City, route: Route) -> None:
    for ask in route.asks:
        for who, (answer, _changed) in asked(city, route, ask).items():
            assert protection.lacking(answer) == [], (ask.method, who)


@each_route
def test_only_what_is_the_same_for_everybody_may_be_stored(city: City, route: Route) -> None:
    for ask in route.asks:
        found = asked(city, route, ask)
        public = found["anonymous"][0].content
        for who, (answer, _changed) in found.items():
            control = answer.get("Cache-Control", "")
            if "public" in control:
                assert (answer.content, answer.cookies) == (public, {}), (ask.method, who)
            elif who != "anonymous" and _says_something(answer):
                assert "no-store" in control, (ask.method, who)


def _says_something(answer: Any) -> bool:
    return bool(answer.streaming or answer.content)


def test_a_token_and_a_followed_case_are_not_stored_either(city: City) -> None:
    rows = {route.pattern: route for route in ROWS}
    for pattern in ("/api/v1/tokens/", "/progress/", "/account/sign-in/", "/account/register/"):
        for ask in rows[pattern].asks:
            answer = asked(city, rows[pattern], ask)["anonymous"][0]
            assert answer["Cache-Control"] == NEVER or not answer.content, (pattern, ask.method)


@each_route
def test_no_script_reads_a_cookie_and_no_other_site_sends_it(city: City, route: Route) -> None:
    for ask in route.asks:
        for who, (answer, _changed) in asked(city, route, ask).items():
            for name, cookie in answer.cookies.items():
                found = (bool(cookie["httponly"]) or not cookie.value, cookie["samesite"])
                assert found == (True, "Lax"), (ask.method, who, name)


@each_route
def test_no_page_has_inline_code_or_loads_from_elsewhere(city: City, route: Route) -> None:
    for ask in route.asks:
        for who, (answer, _changed) in asked(city, route, ask).items():
            if "text/html" in answer.get("Content-Type", "") and answer.content:
                page = answer.content.decode()
                assert reading.faults(page) == [], (ask.method, who)


@each_route
def test_every_refusal_of_the_api_is_a_problem_document(city: City, route: Route) -> None:
    if not route.api:
        return
    for ask in route.asks:
        for answer, _changed in asked(city, route, ask).values():
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json"
                assert answer.json()["status"] == answer.status_code  # type: ignore[attr-defined]
