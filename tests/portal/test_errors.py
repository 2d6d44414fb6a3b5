"""What no view has answered, for programs and for people."""

import pytest
from django.template import loader
from django.test import Client, RequestFactory
from django.utils import translation

from core.problems import Faster
from portal.errors import fault

pytestmark = pytest.mark.django_db


def test_an_unknown_api_address_is_a_problem_document() -> None:
    answer = Client().get("/api/v1/nothing/", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing here that you may see.",
    }


def test_an_unknown_page_is_a_page() -> None:
    answer = Client().get("/nothing/")
    assert answer.status_code == 404
    assert b"<h1" in answer.content


def test_a_fault_gives_a_reference_and_nothing_of_the_request() -> None:
    page = fault(RequestFactory().get("/work/?name=secret-canary"))
    document = fault(RequestFactory().get("/api/v1/x/?name=secret-canary"))
    assert (page.status_code, document.status_code) == (500, 500)
    assert b"secret-canary" not in page.content + document.content
    assert b"strong" in page.content


def test_a_page_names_who_was_faster_in_the_readers_words() -> None:
    winner = {"role": "officer", "at": "2026-03-02T02:00:00+00:00"}
    problem = Faster("已经办过了", winner=winner)
    with translation.override("zh-hans"):
        page = loader.get_template("problem.html").render({"problem": problem})
    assert "officer" not in page
    assert "2026年3月2日" in page
