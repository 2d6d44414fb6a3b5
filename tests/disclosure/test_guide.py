"""Before applying: the guide to each kind, and what a connection would take."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from applications import times
from applications.facts import count_facts
from applications.states import State
from applications.times import RealTimes, real_times
from core.problems import Invalid
from disclosure.queries import today
from disclosure.what_if import crossings, estimate
from ledger.actions import move_clock
from rules import registry
from rules.city import city
from rules.names import Kind
from tests.applications.pages import nobody, of, only_case
from tests.builders import case_at, drafted
from tests.page import Page
from tools.scenarios import KINDS

pytestmark = pytest.mark.django_db

WHAT_IF, API = "/disclosure/what-if/", "/api/v1/disclosure/what-if/"
#: What somebody with a factory answers, who has not been asked for more.
FACTORY = {
    "purpose": "industrial", "applicant_type": "company", "enterprise_size": "large",
    "district": "510302", "capacity_kw": "500", "voltage": "high", "sources": "2",
}  # fmt: skip


def asked_of(kind: Kind) -> dict[str, str]:
    """The answers of the declaration of a kind, without those that follow from others."""
    _who, body = KINDS[kind]
    found = {
        "purpose": body["purpose"],
        "applicant_type": body["applicant"]["type"],
        "enterprise_size": body["applicant"].get("enterprise_size", ""),
        "district": "510302",
        "capacity_kw": str(body["capacity_kw"]),
        "voltage": body["voltage"],
        "sources": str(body["sources"]),
    }
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("kind", list(Kind))
def test_what_would_be_is_what_is_then(people: dict[str, User], kind: Kind) -> None:
    """The same kind, limit and documents as those of a draft with the same answers."""
    found, case = estimate(asked_of(kind)), drafted(people, kind)
    policy = case.rules(case.created_at)
    assert (found.takes.kind, found.decision.voltage) == (case.kind, case.voltage)
    assert found.takes.limit == policy.limit(kind)
    assert found.takes.documents == policy.requirements(kind, case.applicant_type)


def test_what_follows_need_not_be_said(people: dict[str, User]) -> None:
    home = {"purpose": "residential", "district": "510302", "capacity_kw": "8"}
    shop = {
        "purpose": "commercial", "applicant_type": "person", "district": "510302",
        "capacity_kw": "160",
    }  # fmt: skip
    assert [estimate(asked).takes.kind for asked in (home, shop)] == ["residential", "lv_small"]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"voltage": ""}, ["/voltage"]),
        ({"applicant_type": "", "enterprise_size": ""}, ["/applicant_type"]),
        ({"voltage": "low"}, ["/sources"]),
        ({"district": "510302-G"}, ["/statutory_district"]),
        ({"district": "999999"}, ["/district"]),
        ({"capacity_kw": "viel"}, ["/capacity_kw"]),
        ({"capacity_kw": "0"}, ["/capacity_kw"]),
        ({"purpose": "", "capacity_kw": ""}, ["/purpose", "/capacity_kw"]),
        ({"name": "王小明"}, ["/name"]),
    ],
)
def test_what_is_missing_or_does_not_go_together_is_named(
    people: dict[str, User], change: dict[str, str], refused: list[str]
) -> None:
    with pytest.raises(Invalid) as problem:
        estimate(FACTORY | change)
    assert [error.pointer for error in problem.value.errors] == refused
    answer = APIClient().get(API, FACTORY | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == refused


@pytest.mark.parametrize(
    ("voltage", "lengths"),
    [("low", [(0, 150), (150, 500), (500, None)]), ("high", [(0, 500), (500, None)])],
)
def test_permits_change_at_the_lengths_that_the_rules_name(
    people: dict[str, User], voltage: str, lengths: list[Any]
) -> None:
    policy = registry.current().in_force(on=today(), district="510302")
    found = list(crossings(policy, voltage))
    assert list(dict.fromkeys((row.beyond_m, row.until_m) for row in found)) == lengths
    routes = {
        (row.until_m, row.road): {each.permit: each.route for each in row.permits} for row in found
    }
    # A short line that meets no road needs nothing; what is dug is on commitment up to 500 m.
    assert routes[lengths[0][1], "none"] == {}
    assert routes[Decimal(500), "municipal"] == {
        "planning": "instant", "road_occupation": "commitment",
        "municipal_occupation": "commitment", "municipal_excavation": "commitment",
    }  # fmt: skip
    assert routes[None, "highway"] == {
        "planning": "instant", "road_occupation": "review", "highway_excavation": "review",
    }  # fmt: skip


def test_every_document_says_what_has_to_be_readable_on_it(people: dict[str, User]) -> None:
    rows = APIClient().get("/api/v1/disclosure/guides/").json()
    assert {(need["code"], bool(need["shows"])) for row in rows for need in row["documents"]} == {
        (need.code, True)
        for kind in Kind
        for need in registry.current().in_force(on=today()).requirements(kind)
    }


def test_a_date_is_told_only_where_the_whole_process_counts(people: dict[str, User]) -> None:
    client = APIClient()
    answers = {row["kind"]: row for row in client.get("/api/v1/disclosure/guides/").json()}
    assert list(answers) == list(Kind)
    told = {kind: row["due_on"] is not None for kind, row in answers.items()}
    assert told == {kind: kind in ("residential", "lv_small") for kind in Kind}
    due = registry.calendar().due(today(), answers["lv_small"]["limit"]["days"])
    assert answers["lv_small"]["due_on"] == due.date.isoformat()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_guide_says_it_all_in_both_languages(people: dict[str, User], kind: Kind) -> None:
    policy = registry.current().in_force(on=today())
    for language in ("zh-hans", "en"):
        client = nobody()
        client.cookies["django_language"] = language
        page = client.get(f"/disclosure/guides/{kind}/")
        text = Page(page).text
        for need in policy.requirements(kind):
            for words in (need.name, *need.shows):
                assert (words.zh if language == "zh-hans" else words.en) in text
        for line in city().hotlines:
            assert line.number in text
    assert nobody().get("/disclosure/guides/none/").status_code == 404


def test_real_times_are_told_from_enough_cases_on(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def least(count: int) -> None:
        told = replace(city().real_times, least=count)
        here = replace(city(), real_times=told)
        monkeypatch.setattr(times, "city", lambda: here)

    for _case in range(2):
        case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    count_facts()
    least(3)
    assert real_times() == {}
    least(2)
    assert real_times() == {"residential": RealTimes(cases=2, median=0, within=2)}
    # Those of longer ago are not counted.
    move_clock(offset=timedelta(days=city().real_times.days + 1))
    assert real_times() == {}


def test_the_answers_go_into_the_application(people: dict[str, User]) -> None:
    client = of(people, "factory")
    page = client.get(
        WHAT_IF,
        {"purpose": "industrial", "who": "company/large", "place": "510302", "capacity_kw": "500",
         "supply": "high/2"},
    )  # fmt: skip
    assert page.context["takes"].kind == "hv_dual"
    onward = Page(page).link("按这些内容申请")
    answer = client.post(onward, Page(client.get(onward)).hidden() | {"purpose": "industrial"})
    case = only_case()
    assert answer.url == f"/apply/{case.number}/questions/applicant/"
    assert case.draft is not None
    assert '"sources": "2"' in case.draft.typed


def test_a_refused_what_if_names_its_field(people: dict[str, User]) -> None:
    page = nobody().get(
        WHAT_IF,
        {"purpose": "industrial", "who": "company/large", "place": "510302", "capacity_kw": "500"},
    )
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"supply"})


def test_no_address_carries_what_is_personal(people: dict[str, User]) -> None:
    client = of(people, "resident")
    page = client.get("/apply/?purpose=residential&applicant_name=CANARY&id_number=CANARY&x=CANARY")
    assert (page.context["brought"], page.context["form"].initial) == (
        {}, {"purpose": "residential"},
    )  # fmt: skip
    outside = nobody().get("/apply/?next=https://evil.example/")
    assert outside.context["onward"] == "/apply/"


def test_a_guide_says_what_a_licence_library_spares(settings: Settings) -> None:
    """Of a home and of low voltage everything, of high voltage all but the project's approval."""
    address = "/api/v1/disclosure/guides/"
    told = APIClient().get(address).json()
    assert [guide["licences"] for guide in told] == [[] for _kind in Kind]
    settings.LICENCES_URL = "http://127.0.0.1:1"
    told = APIClient().get(address).json()
    company = ["business_licence", "property_certificate"]
    assert {guide["kind"]: [row["code"] for row in guide["licences"]] for guide in told} == {
        "residential": ["identity_card", "property_certificate"],
        "lv_small": company, "lv_other": company, "hv_single": company, "hv_dual": company,
    }  # fmt: skip
    left = {"residential": "不需要再上传", "lv_small": "不需要再上传", "hv_dual": "还需上传 1 份"}
    for kind, words in left.items():
        page = Page(nobody().get(f"/disclosure/guides/{kind}/?{kind}")).text
        assert words in page
