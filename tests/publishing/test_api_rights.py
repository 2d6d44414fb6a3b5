"""Whose programs keep which table, and what the lists cost."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from publishing import actions
from publishing.models import Draft, Publication
from tests.people import staff
from tests.publishing import builders
from tests.publishing.programs import API, SAID, Program, counts, file, refused

# Who may


def test_whoever_keeps_no_table_is_refused(people: dict[str, User]) -> None:
    for who in ("resident", "clerk", "manager", "planning", "regulator", "digital", "hall"):
        program = Program(people[who])
        for path in ("", "fees/rows/", "fees/drafts/", "tariffs/rows/", "drafts/1/"):
            assert program.ask("GET", path).status_code == 403, (who, path)
        assert program.ask("POST", "fees/rows/", {"rows": [{}], **SAID}).status_code == 403
    assert Draft.objects.count() == 0


def test_whoever_keeps_another_table_keeps_that_one_alone(people: dict[str, User]) -> None:
    program = Program(staff(Role.BUREAU_LEAD, bureau="city-management"))
    assert [table["kind"] for table in program.get("")] == [
        "roads",
        "policies",
        "news",
        "training",
        "practices",
    ]
    for path in ("fees/rows/", "fees/drafts/", "fees/publications/", "fees/table.csv"):
        assert program.ask("GET", path).status_code == 403, path
    assert program.ask("GET", "tariffs/rows/").status_code == 404
    draft = program.upload("roads", builders.road())
    assert counts(draft) == (1, 0, 0, 0)


def test_a_draft_of_somebody_else_is_not_there(program: Program) -> None:
    draft = program.upload("capacity", builders.capacity("A"))
    stranger = Program(staff(Role.SUPPLY_LEAD, username="other-lead"))
    for method, path, body in (
        ("GET", "", None), ("DELETE", "", None), ("PATCH", "", {"note": "n"}),
        ("PUT", "file/", {"file": file(builders.capacity())}), ("GET", "changes/", None),
        ("GET", "draft.csv", None), ("POST", "publish/", {"base": 0}),
    ):  # fmt: skip
        answer = stranger.ask(method, f"drafts/{draft['id']}/{path}", body)
        assert answer.status_code == 404, (method, path)
    assert stranger.get("capacity/drafts/")["results"] == []


def test_a_lead_of_one_district_keeps_its_rows_only(program: Program) -> None:
    program.publish(program.upload("capacity", builders.capacity("A")))
    neighbour = Program(staff(Role.SUPPLY_LEAD, district="510303"))
    assert [table["kind"] for table in neighbour.get("")] == [
        "capacity", "areas", "points", "rental", "outages", "customers",
    ]  # fmt: skip
    draft = neighbour.upload("capacity", builders.capacity("B"))
    assert draft["preview"]["troubles"] == [
        {
            "row": 2, "column": "district",
            "reason": "You do not keep rows of this value.",
        }
    ]  # fmt: skip
    [theirs] = neighbour.get("capacity/rows/")["results"]
    assert neighbour.ask("GET", f"capacity/rows/{theirs['id']}/").status_code == 404
    assert neighbour.ask("POST", f"capacity/rows/{theirs['id']}/withdraw/", {}).status_code == 404
    assert neighbour.ask("GET", "fees/rows/").status_code == 403


def test_an_account_without_a_token_is_asked_for_one() -> None:
    answer = Client().get(API)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


# Lists


def test_every_change_can_be_looked_at_by_pages(program: Program) -> None:
    lines = builders.capacity("S").splitlines()
    numbered = [lines[1].replace("S-1", f"S{n:03d}") for n in range(150)]
    draft = program.upload("capacity", "\n".join([lines[0], *numbered]))
    address = f"drafts/{draft['id']}/changes/"
    first = program.get(address)
    assert (len(first["results"]), first["all"], first["previous"]) == (100, 150, None)
    second = program.get(first["next"].partition(API)[2])
    codes = [one["values"]["code"] for one in [*first["results"], *second["results"]]]
    assert (codes, second["next"]) == ([f"S{n:03d}" for n in range(150)], None)
    assert program.get(second["previous"].partition(API)[2])["results"] == first["results"]
    assert refused(program.ask("GET", f"{address}?of=other&from=-1")) == (
        422,
        [
            ("/of", "This is not one of the values that can be chosen."),
            ("/from", "This must be a whole number."),
        ],
    )


def test_of_many_mistakes_the_first_are_told_and_all_are_counted(program: Program) -> None:
    lines = builders.capacity("S", open_kva=9000).splitlines()
    wrong = [lines[1].replace("S-1", f"S{n}") for n in range(400)]
    seen = program.upload("capacity", "\n".join([lines[0], *wrong]))["preview"]
    assert (len(seen["troubles"]), seen["more_troubles"]) == (300, 100)


@pytest.mark.parametrize(
    "path", ["", "capacity/rows/", "capacity/drafts/", "capacity/publications/"]
)
def test_a_list_asks_the_same_of_one_row_and_of_three(
    program: Program,
    lead: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    def one(name: str) -> None:
        builders.published("capacity", builders.capacity(name), lead)
        undone = Publication.objects.latest("id")
        actions.begin_undoing(publication=undone, by=lead, source="s", note="n")

    one("A")
    program.get(path)
    # The token with its person, the roles, the rows.
    with django_assert_num_queries(3):
        program.get(path)
    one("B")
    one("C")
    with django_assert_num_queries(3):
        found = program.get(path)
    assert len(found if path == "" else found["results"]) == (11 if path == "" else 3)


def test_lists_go_on_by_cursor(program: Program) -> None:
    for name in "ABC":
        draft = program.upload("capacity", builders.capacity(name))
        program.publish(draft)
        program.upload("capacity", builders.capacity(name, open_kva=1))
    for path, name in (
        ("capacity/rows/", "id"), ("capacity/drafts/", "id"), ("capacity/publications/", "number"),
    ):  # fmt: skip
        pages = [program.get(f"{path}?page_size=2")]
        pages.append(program.get(pages[0]["next"].partition(API)[2]))
        found = [one[name] for page in pages for one in page["results"]]
        whole = [one[name] for one in program.get(path)["results"]]
        assert (found, len(whole), pages[1]["next"]) == (whole, 3, None), path
