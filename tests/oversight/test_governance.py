"""The working group, grid projects, training and good practice: who publishes them, what is
refused, and what everybody reads."""

from typing import Any, Final

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden
from ledger.models import Entry
from oversight.governance.models import GridProject
from publishing import actions, permissions
from publishing.models import Publication
from publishing.preview import preview
from publishing.tables import table_of
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import staff
from tests.publishing.builders import SOURCE

pytestmark = pytest.mark.django_db

HEADS: Final = {kind: ",".join(table_of(kind).columns) for kind in
                ("group", "projects", "training", "practices")}  # fmt: skip
ROWS: Final[dict[str, dict[str, str]]] = {
    "group": {
        "code": "head", "seat": "head", "place": "1", "organisation": "lead-agency",
        "post": "副主任", "from_date": "2026-01-01",
    },
    "projects": {
        "code": "P-1", "name": "城东线路", "kind": "distribution", "district": "510302",
        "about": "新建一回线路", "invested": "860.5", "plan_keeper": "planning",
        "state": "works", "begins_on": "2026-01-05", "ends_on": "2026-12-20",
        "data_date": "2026-03-01",
    },
    "training": {
        "code": "T-1", "organiser": "lead-agency", "kind": "training", "title": "并联审批培训",
        "held_on": "2026-03-20", "place": "会议室", "audience": "窗口人员",
    },
    "practices": {
        "code": "G-1", "title": "一次踏勘", "organisation": "lead-agency", "since": "2025-05-01",
        "body": "一次到场。", "effect": "少跑一次",
    },
}  # fmt: skip
MARCH: Final = "2026-03-16 10:00"


@pytest.fixture
def agency(people: dict[str, User]) -> User:
    set_clock(MARCH)
    return people["lead-agency"]


def row(kind: str, **changes: str) -> str:
    cells = {**dict.fromkeys(table_of(kind).columns, ""), **ROWS[kind], **changes}
    return ",".join(cells[name] for name in table_of(kind).columns) + "\n"


def drafted(kind: str, by: User, *rows: str) -> Any:
    text = f"{HEADS[kind]}\n{''.join(rows)}"
    return actions.begin(kind=kind, by=by, text=text, source=SOURCE, note="n")


def publish(kind: str, by: User, *rows: str) -> Publication:
    return actions.publish(draft=drafted(kind, by, *rows), by=by)


def troubles(kind: str, by: User, *rows: str) -> list[str]:
    with override("en"):
        return [each.text for each in preview(draft=drafted(kind, by, *rows), by=by).troubles]


def english() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


# Who publishes


@pytest.mark.parametrize("kind", ROWS)
def test_the_lead_agency_of_the_whole_city_publishes(agency: User, kind: str) -> None:
    made = publish(kind, agency, row(kind))
    entry = Entry.objects.get(pk=made.entry)
    assert (entry.type, entry.actor_role) == (f"{kind}.published", "lead_agency")
    for stranger in User.objects.filter(username__in=("regulator", "manager", "resident", "hall")):
        assert not permissions.keeps(stranger, table_of(kind)), stranger.username
        with pytest.raises(Forbidden):
            drafted(kind, stranger, row(kind))


@pytest.mark.parametrize(
    ("kind", "column"), [("training", "organiser"), ("practices", "organisation")]
)
def test_each_side_publishes_what_it_does_itself(
    people: dict[str, User], kind: str, column: str
) -> None:
    set_clock(MARCH)
    sides = {
        "supply-company": people["supply-lead"],
        "planning": staff(Role.BUREAU_LEAD, bureau="planning"),
        "510302": staff(Role.DISTRICT_LEAD, district="510302"),
    }
    for code, user in sides.items():
        publish(kind, user, row(kind, code=f"of-{code}", **{column: code}))
        for other in {*sides, "lead-agency"} - {code}:
            [found] = troubles(kind, user, row(kind, code="other", **{column: other}))
            assert "You do not keep rows of this value." in found
    collected = troubles(kind, people["lead-agency"], row(kind, code="c", **{column: "510302"}))
    assert (collected == []) == (kind == "practices")


def test_a_district_keeps_its_own_projects(people: dict[str, User]) -> None:
    set_clock(MARCH)
    local = staff(Role.DISTRICT_LEAD, district="510302")
    publish("projects", local, row("projects"))
    [found] = troubles("projects", local, row("projects", code="P-2", district="510321"))
    assert "You do not keep rows of this" in found


# What is refused


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("group", {"code": "the head"}, "“Short name”: Only letters without accents, digits"),
        ("group", {"until_date": "2025-12-31"}, "Must not be before the first day in force."),
        ("group", {"organisation": "elsewhere"}, "column “Organisation”"),
        ("projects", {"ends_on": "2025-12-31"}, "Must not be before the works begin."),
        ("projects", {"state": "done"}, "A project in operation has this day"),
        ("projects", {"in_operation_on": "2026-02-01"}, "A project in operation has this day"),
        ("projects", {"state": "done", "in_operation_on": "2026-04-01"}, "has not come yet"),
        ("projects", {"evaluated_on": "2026-02-01"}, "An evaluation has its day and its words."),
        ("projects", {"adjustment": "改线"}, "Nothing is adjusted that was not evaluated."),
        ("projects", {"state": "done", "in_operation_on": "2026-01-02"}, "before the works begin"),
        ("projects", {"invested": "-1"}, "Must be from 0 to"),
        ("projects", {"invested": "nan"}, "“Planned investment"),
        ("training", {"attended": "20"}, "It is held on 2026-03-20"),
        ("training", {"held_on": "2026-03-02", "attendance": "窗口12人"}, "Say how many came."),
        ("training", {"attended": "3", "held_on": "2026-03-02", "cancelled": "停电"},
         "What was not held was not attended."),
        ("practices", {"link": "javascript:alert(1)"}, "Is not the address of a page"),
        ("practices", {"body": ""}, "Must not be empty."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_column(
    agency: User, kind: str, changes: dict[str, str], said: str
) -> None:
    [found] = troubles(kind, agency, row(kind, **changes))
    assert said in found


def test_the_group_has_one_head_and_an_organisation_one_liaison_at_a_time(agency: User) -> None:
    publish("group", agency, row("group"))
    other = row("group", code="head-2", from_date="2026-06-01")
    taken = "Another row holds this seat at the same time."
    assert troubles("group", agency, other) == [taken]
    until = row("group", until_date="2026-05-31")
    assert troubles("group", agency, until, other) == []
    liaison = row("group", code="l-1", seat="liaison", organisation="planning")
    twice = row("group", code="l-2", seat="liaison", organisation="planning")
    elsewhere = row("group", code="l-3", seat="liaison", organisation="housing")
    assert len(troubles("group", agency, liaison, twice, elsewhere)) == 1


def test_a_published_row_never_changes(agency: User) -> None:
    publish("projects", agency, row("projects"))
    found = GridProject.objects.get()
    for statement in (
        "UPDATE oversight_gridproject SET spent = 1",
        "DELETE FROM oversight_gridproject",
        "TRUNCATE oversight_gridproject",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        GridProject.objects.filter(pk=found.pk).model(
            **{**GridProject.objects.values().get(), "id": None, "code": "x", "state": "done"}
        ).save()


# What everybody reads


def test_a_project_says_what_stood_before_it_was_adjusted(agency: User) -> None:
    publish("projects", agency, row("projects"))
    page = Page(english().get("/disclosure/projects/")).main
    for words in (
        "城东线路",
        "860.5",
        "not taken in yet",
        "not evaluated yet",
        "Under construction",
    ):
        assert words in page
    changed = row(
        "projects", invested="900", plan="国土空间规划", evaluated_on="2026-03-10",
        evaluation="进度滞后", adjustment="延长线路",
    )  # fmt: skip
    second = publish("projects", agency, changed)
    assert second.changed == 1
    page = Page(english().get("/disclosure/projects/")).main
    assert "延长线路" in page
    assert "860.5" not in page
    before = english().get("/disclosure/projects/history/1.csv").content.decode()
    assert "860.5" in before
    of = Client().get("/api/v1/disclosure/projects/?district=510302").json()["results"]
    assert [(each["code"], each["invested"], each["spent"]) for each in of] == [("P-1", 900, None)]
    assert Client().get("/api/v1/disclosure/projects/?district=510321").json()["results"] == []


def test_training_that_was_held_says_how_many_came_and_what_was_not_held_why(agency: User) -> None:
    publish(
        "training", agency,
        row("training"),
        row("training", code="T-2", held_on="2026-03-02", attended="46", attendance="窗口46人"),
        row("training", code="T-3", held_on="2026-03-03", cancelled="停电检修"),
    )  # fmt: skip
    found = Client().get("/api/v1/disclosure/training/").json()["results"]
    assert [(each["code"], each["attended"], each["cancelled"]) for each in found] == [
        ("T-1", None, None), ("T-3", None, "停电检修"), ("T-2", 46, None),
    ]  # fmt: skip
    page = Page(english().get("/disclosure/training/")).main
    assert "not held: 停电检修" in page
    assert "46" in page


def test_the_group_is_told_in_its_order_and_by_day(agency: User) -> None:
    publish(
        "group", agency,
        row("group", code="m-1", seat="member", place="3", organisation="planning", post="副局长"),
        row("group", until_date="2026-06-30"),
        row("group", code="head-2", from_date="2026-07-01", post="主任"),
    )  # fmt: skip
    posts = [
        [each["post"] for each in Client().get(f"/api/v1/disclosure/group/{on}").json()["results"]]
        for on in ("", "?on=2026-05-01", "?on=2026-07-01")
    ]
    assert posts == [["副主任", "主任", "副局长"], ["副主任", "副局长"], ["主任", "副局长"]]


@pytest.mark.parametrize("kind", ROWS)
def test_a_page_and_its_list_ask_the_same_of_one_row_and_of_three(
    agency: User, kind: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # What is in force asks which day it is.
    count = 7 if kind == "group" else 6

    def ask() -> None:
        assert english().get(f"/disclosure/{kind}/?page_size=3").status_code == 200
        assert Client().get(f"/api/v1/disclosure/{kind}/?page_size=3").status_code == 200

    publish(kind, agency, row(kind))
    ask()
    with django_assert_num_queries(count):
        ask()
    seats = {"seat": "member"} if kind == "group" else {}
    publish(kind, agency, row(kind, code="X-2", **seats), row(kind, code="X-3", **seats))
    with django_assert_num_queries(count):
        ask()
