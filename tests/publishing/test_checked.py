"""Tables of which a draft is published by a second person: whichever door is taken, at the page and
in the API, one person alone changes nothing that is in force."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.actions import end_role
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from core.problems import Faster, Forbidden, Stale, WrongState
from ledger.models import Entry, Salt
from money.models import FeeItem
from notifications import outbox
from notifications.models import Message
from notifications.texts import shown
from publishing import actions, queries
from publishing.models import CHECKED, Draft, Kind, Publication
from publishing.permissions import CHECKERS
from publishing.tables import tables
from tests.page import Page
from tests.people import browser, staff
from tests.publishing import builders
from tests.publishing.programs import Program, file, refused

DEARER = builders.fees().replace("12.5", "13")
SAID: dict[str, Any] = {"source": "Order 2", "note": "A slip"}
NOT_OFFERED = "It does not wait to be checked: it was not offered, or taken back."


def begun(by: User, text: str = DEARER) -> Draft:
    return actions.begin(kind="fees", by=by, text=text, **SAID)


def in_force() -> list[tuple[str, str]]:
    rows = FeeItem.objects.standing().order_by("code")
    return [(row.code, f"{row.rate.normalize():f}") for row in rows]


def test_what_may_be_charged_and_who_is_paid_are_of_the_whole_city_and_checked() -> None:
    checked = [table for table in tables() if table.checked]
    assert [table.kind for table in checked] == list(CHECKED) == [Kind.FEES, Kind.PAYEES, Kind.NEWS]
    assert {role for table in checked for role in table.keeper.roles} == set(CHECKERS)
    assert [table.by_district for table in checked] == [False, False, False]


# Doors: each a way to change what is in force, taken by a program to a draft of its own

Door = Callable[[Program], Any]


def imported(program: Program) -> Any:
    return program.upload("fees", DEARER)


def entered(program: Program) -> Any:
    row = {
        "code": "HR-11", "item": "Metering", "payer": "New customers", "kinds": "hv_dual",
        "unit": "CNY", "rate": 1, "nature": "market", "legal_basis": "Order 1",
        "from_date": "2026-01-01",
    }  # fmt: skip
    return program.begun("fees/rows/", {"rows": [row], **SAID})


def corrected(program: Program) -> Any:
    body = {"values": {"rate": 13}, **SAID}
    return program.begun(f"fees/rows/{FeeItem.objects.get().pk}/", body)


def withdrawn(program: Program) -> Any:
    return program.begun(f"fees/rows/{FeeItem.objects.get().pk}/withdraw/", {"note": "Abolished"})


def undone(program: Program) -> Any:
    return program.begun("fees/publications/1/undo/", SAID)


DOORS: dict[Door, list[tuple[str, str]]] = {
    imported: [("HR-10", "13")],
    entered: [("HR-10", "12.5"), ("HR-11", "1")],
    corrected: [("HR-10", "13")],
    withdrawn: [],
    undone: [],
}
BEFORE = [("HR-10", "12.5")]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_is_passed_by_one_person_alone(
    program: Program, lead: User, second_lead: User, door: Door
) -> None:
    builders.published("fees", builders.fees(), lead)
    draft = door(program)
    sent = {"base": 1, "sure": True}
    address = f"drafts/{draft['id']}/"
    other = Program(second_lead)
    others = {
        "other role": Program(staff(Role.MANAGER)),
        "keeper of another scope": Program(staff(Role.SUPPLY_LEAD, district="510303")),
        "keeper of another table": Program(staff(Role.BUREAU_LEAD, bureau="city-management")),
    }
    outcomes = {"other role": 403, "keeper of another scope": 404, "keeper of another table": 404}

    def told(who: Program, act: str, body: Any) -> int:
        return int(who.ask("POST", f"{address}{act}/", body).status_code)

    # Nobody publishes what is not offered.
    assert told(program, "publish", sent) == 403
    assert refused_state(other.ask("POST", f"{address}publish/", sent | {"offer": 1})) == (
        409, NOT_OFFERED,
    )  # fmt: skip
    offered = program.ask("POST", f"{address}offer/", {"sure": True}).json()
    # Offered, it is published by one of the other keepers, and by nobody else.
    sent["offer"] = offered["offer"]
    alone = program.ask("POST", f"{address}publish/", sent)
    assert refused_state(alone) == (
        403,
        f"You prepared it: somebody else who keeps this table checks it: {second_lead.name}.",
    )
    for who, outcome in outcomes.items():
        assert told(others[who], "publish", sent) == outcome, who
        assert told(others[who], "give-back", {"offer": 1, "reason": "r"}) == outcome, who
    assert told(program, "give-back", {"offer": 1, "reason": "r"}) == 403
    assert (in_force(), Publication.objects.filter(kind="fees").count()) == (BEFORE, 1)
    assert told(other, "publish", sent) == 200
    assert in_force() == DOORS[door]


def refused_state(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_of_the_pages_is_passed_by_one_person_alone(
    program: Program, lead: User, second_lead: User, door: Door
) -> None:
    builders.published("fees", builders.fees(), lead)
    address = f"/work/publish/drafts/{door(program)['id']}/"
    desk, other = english(browser(lead)), english(browser(second_lead))
    strangers = {
        staff(Role.MANAGER): 403,
        staff(Role.SUPPLY_LEAD, district="510303"): 404,
        staff(Role.BUREAU_LEAD, bureau="city-management"): 404,
    }
    page = Page(desk.get(address))
    assert "Offer to be checked" in page.text
    sent = {"base": "1", "offer": "1", "sure": "yes"}
    assert desk.post(f"{address}publish/", sent).status_code == 403
    assert other.post(f"{address}publish/", sent).status_code == 409
    assert desk.post(f"{address}offer/", {"sure": "yes"}).status_code == 302
    again = desk.post(f"{address}publish/", sent)
    assert (again.status_code, second_lead.name in Page(again).text) == (403, True)
    for user, outcome in strangers.items():
        stranger = browser(user)
        assert stranger.get(address).status_code == outcome
        for act in ("publish", "give-back"):
            answer = stranger.post(f"{address}{act}/", sent | {"reason": "r"})
            assert answer.status_code == outcome, act
    assert in_force() == BEFORE
    seen = other.get(address)
    assert f"{lead.name} prepared it" in Page(seen).text
    assert other.post(f"{address}publish/", {**sent, **Page(seen).carried()}).status_code == 302
    assert in_force() == DOORS[door]


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


# What is offered


def test_what_is_offered_stays_as_it_is_until_it_is_taken_back(
    program: Program, lead: User, second_lead: User
) -> None:
    draft = begun(lead)
    offered = program.ask("POST", f"drafts/{draft.pk}/offer/", {}).json()
    assert (offered["offer"], offered["offered_at"] is not None) == (1, True)
    assert (offered["publishers"], offered["prepared_by"]) == ([second_lead.name], lead.name)
    reason = "It waits for a second person: take it back before you change it."
    for method, path, body in (
        ("PATCH", "", {"note": "n"}), ("DELETE", "", None),
        ("PUT", "file/", {"file": file(builders.fees())}),
    ):  # fmt: skip
        answer = program.ask(method, f"drafts/{draft.pk}/{path}", body)
        assert refused_state(answer) == (409, reason), method
    with pytest.raises(DatabaseError, match="what is offered stays"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(text=builders.fees())
    back = program.ask("POST", f"drafts/{draft.pk}/take-back/").json()
    assert (back["offered_at"], back["offer"]) == (None, 1)
    changed = program.ask("PATCH", f"drafts/{draft.pk}/", {"note": "n"})
    assert changed.json()["note"] == "n"
    other = Program(second_lead)
    answer = other.ask("POST", f"drafts/{draft.pk}/publish/", {"base": 0, "offer": 1})
    assert refused_state(answer) == (409, NOT_OFFERED)


def test_whoever_checks_changes_nothing_of_a_draft(lead: User, second_lead: User) -> None:
    draft, other, desk = begun(lead), Program(second_lead), browser(second_lead)
    actions.offer(draft=draft, by=lead)
    for method, path, body in (
        ("PATCH", "", {"note": "n"}), ("DELETE", "", None), ("POST", "offer/", {}),
        ("POST", "take-back/", None), ("PUT", "file/", {"file": file(builders.fees())}),
    ):  # fmt: skip
        answer = other.ask(method, f"drafts/{draft.pk}/{path}", body)
        assert refused_state(answer) == (403, "Only whoever prepared a draft does this."), path
    for act in ("change", "upload", "discard", "offer", "take-back"):
        assert desk.post(f"/work/publish/drafts/{draft.pk}/{act}/").status_code == 403, act
    assert Draft.objects.get().offered_at is not None


def test_only_a_whole_draft_is_offered_and_twice_is_once(lead: User) -> None:
    empty = actions.begin(kind="fees", by=lead, text=DEARER)
    program = Program(lead)
    assert refused(program.ask("POST", f"drafts/{empty.pk}/offer/", {})) == (
        422, [("/source", "Say where the figures come from.")],
    )  # fmt: skip
    draft = begun(lead)
    first = actions.offer(draft=draft, by=lead)
    again = actions.offer(draft=draft, by=lead)
    assert (again.offered_at, again.offers) == (first.offered_at, 1)
    other = actions.begin(kind="capacity", by=lead, text=builders.capacity(), **SAID)
    with pytest.raises(WrongState):
        actions.offer(draft=other, by=lead)


def test_what_was_offered_anew_is_looked_at_anew(lead: User, second_lead: User) -> None:
    draft, checker = begun(lead), Program(second_lead)
    actions.offer(draft=draft, by=lead)
    actions.take_back(draft=draft, by=lead)
    actions.change(draft=draft, text=DEARER.replace("13", "99"))
    actions.offer(draft=draft, by=lead)
    for act, body in (("publish", {"base": 0}), ("give-back", {"reason": "r"})):
        answer = checker.ask("POST", f"drafts/{draft.pk}/{act}/", body | {"offer": 1})
        assert refused_state(answer) == (
            412, "It was taken back and offered anew since you opened it. Look at it again.",
        )  # fmt: skip
    without = checker.ask("POST", f"drafts/{draft.pk}/publish/", {"base": 0})
    assert refused(without) == (422, [("/offer", "Say which offer of the draft you looked at.")])
    page = browser(second_lead).post(f"/work/publish/drafts/{draft.pk}/publish/", {"base": "0"})
    assert (page.status_code, in_force()) == (412, [])
    assert checker.publish_as_seen(draft.pk).status_code == 200


def test_where_another_publication_came_between_the_checker_looks_again(
    lead: User, second_lead: User
) -> None:
    draft, checker = begun(lead), Program(second_lead)
    actions.offer(draft=draft, by=lead)
    assert checker.get(f"drafts/{draft.pk}/")["preview"]["counts"]["added"] == 1
    builders.published("fees", builders.fees(), lead)
    stale = checker.ask("POST", f"drafts/{draft.pk}/publish/", {"base": 0, "offer": 1})
    assert stale.status_code == 412
    seen = checker.get(f"drafts/{draft.pk}/")["preview"]
    assert (seen["base"], seen["counts"]["added"], seen["counts"]["changed"]) == (1, 0, 1)
    assert checker.publish_as_seen(draft.pk).json()["changed"] == 1


def test_what_is_given_back_is_put_right_by_its_author_and_offered_anew(
    lead: User, second_lead: User
) -> None:
    draft, desk, other = begun(lead), browser(lead), browser(second_lead)
    english(desk)
    english(other)
    address = f"/work/publish/drafts/{draft.pk}/"
    actions.offer(draft=draft, by=lead)
    seen = Page(other.get(address)).carried() | {"offer": "1"}
    wordless = other.post(f"{address}give-back/", {**seen, "reason": ""})
    assert (wordless.status_code, "Enter: Why it is not published" in Page(wordless).text) == (
        422, True,
    )  # fmt: skip
    places = {
        other.post(f"{address}give-back/", {**seen, "reason": "Which order?"})["Location"]
        for _ in range(2)
    }
    assert places == {"/work/publish/fees/"}
    page = Page(desk.get(address)).text
    assert f"{second_lead.name} gave it back" in page
    assert "Which order?" in page
    with pytest.raises(Faster), override("en"):
        actions.publish(draft=draft, by=second_lead)
    actions.change(draft=draft, source="Order 3")
    offered = actions.offer(draft=draft, by=lead)
    assert (offered.offers, offered.given_back, offered.given_back_by) == (2, "", None)
    assert "Which order?" not in Page(other.get(address)).text


def test_whoever_gives_back_what_was_published_meanwhile_is_told(
    lead: User, second_lead: User
) -> None:
    draft = begun(lead)
    actions.offer(draft=draft, by=lead)
    actions.publish(draft=draft, by=staff(Role.SUPPLY_LEAD))
    with pytest.raises(Faster):
        actions.give_back(draft=draft, by=second_lead, reason="r")
    with pytest.raises(WrongState):
        actions.take_back(draft=draft, by=lead)


def test_the_lists_show_what_waits_to_those_who_can_check_it(lead: User, second_lead: User) -> None:
    draft = begun(lead)
    own, other = Program(lead), Program(second_lead)
    assert other.get("fees/to-check/")["results"] == []
    actions.offer(draft=draft, by=lead)
    [waits] = other.get("fees/to-check/")["results"]
    assert (waits["id"], waits["prepared_by"]) == (draft.pk, lead.name)
    assert own.get("fees/to-check/")["results"] == []
    for user, shown_there in ((second_lead, True), (lead, False)):
        desk = english(browser(user))
        reason = f"You keep this table, and {lead.name} prepared it"
        assert (reason in Page(desk.get("/desk/")).text) == shown_there
        table = Page(desk.get("/work/publish/fees/")).text
        assert (f", {lead.name}, " in table) == shown_there
    actions.publish(draft=draft, by=second_lead)
    assert other.get("fees/to-check/")["results"] == []
    assert "prepared it" not in Page(english(browser(second_lead)).get("/desk/")).text


@pytest.mark.parametrize("path", ["/api/v1/publish/fees/to-check/", "/api/v1/desk/"])
def test_the_lists_ask_the_same_of_one_draft_and_of_three(
    lead: User,
    second_lead: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    other = Program(second_lead)

    def listed() -> int:
        answer = Client().get(path, headers=other.headers)
        return len(answer.json()["results"])

    actions.offer(draft=begun(lead), by=lead)
    assert listed() == 1
    with CaptureQueriesContext(connection) as one:
        listed()
    for _ in range(2):
        actions.offer(draft=begun(lead), by=lead)
    with django_assert_num_queries(len(one)):
        assert listed() == 3


def test_where_nobody_else_keeps_the_table_the_author_reads_so(
    lead: User, second_lead: User
) -> None:
    end_role(grant=second_lead.grants.get(), by=SYSTEM)
    draft, program = begun(lead), Program(lead)
    offered = program.ask("POST", f"drafts/{draft.pk}/offer/", {}).json()
    assert offered["publishers"] == []
    answer = program.ask("POST", f"drafts/{draft.pk}/publish/", {"base": 0, "offer": 1})
    alone = (
        "You prepared it, and nobody else keeps this table: an administrator has to give the role "
        "to a second person."
    )
    assert refused_state(answer) == (403, alone)
    page = Page(english(browser(lead)).get(f"/work/publish/drafts/{draft.pk}/")).text
    assert "nobody else keeps this table" in page


# What stays


def test_who_prepared_and_who_checked_is_kept_and_shown_at_the_desk(
    lead: User, second_lead: User
) -> None:
    made = builders.published("fees", builders.fees(), lead)
    assert (made.prepared_by, made.checked_by) == (lead, second_lead)
    kept = Salt.objects.get(ref=Entry.objects.get(pk=made.entry).salt_ref)
    assert (kept.actor_id, json.loads(kept.data)["prepared_by"]) == (second_lead.pk, lead.pk)
    assert lead.name not in kept.data
    [told] = Program(lead).get("fees/publications/")["results"]
    assert (told["prepared_by"], told["checked_by"]) == (lead.name, second_lead.name)
    words = f"{lead.name} prepared it, {second_lead.name} checked and published it."
    assert words in Page(english(browser(lead)).get("/work/publish/fees/")).text
    public = Page(english(Client()).get("/disclosure/fees/history/1/")).text
    assert "One person prepared it; a second one checked and published it." in public
    assert (lead.name in public, second_lead.name in public) == (False, False)


def test_the_others_are_told_of_an_offer_and_its_author_of_what_came_of_it(
    lead: User, second_lead: User
) -> None:
    draft = begun(lead)
    actions.offer(draft=draft, by=lead)
    actions.give_back(draft=draft, by=second_lead, reason="Which order?")
    actions.offer(draft=draft, by=lead)
    actions.publish(draft=draft, by=second_lead)
    outbox.show_all()
    waits = "Fee catalogue: a draft waits for a second person"
    assert titles(second_lead) == [waits, waits]
    assert titles(lead) == [
        "Fee catalogue: your draft was given back",
        "Fee catalogue: your draft was checked and published as number 1",
    ]


def titles(user: User) -> list[str]:
    rows = Message.objects.filter(recipient=user.party_id).order_by("id")
    with override("en"):
        return [shown(row).title for row in rows]


@pytest.mark.parametrize("checker", ["lead", None])
def test_the_database_takes_no_publication_of_one_person_alone(
    lead: User, second_lead: User, checker: str | None
) -> None:
    made = builders.published("fees", builders.fees(), lead)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM grid_publication WHERE id = %s", [made.pk])
        names = [column.name for column in cursor.description or ()]
    changed = {
        "id": "id + 1", "number": "number + 1", "entry": "entry + 1",
        "checked_by_id": str(lead.pk) if checker else "NULL",
    }  # fmt: skip
    values = ", ".join(changed.get(name, name) for name in names)
    statement = (
        f"INSERT INTO grid_publication ({', '.join(names)}) "
        f"SELECT {values} FROM grid_publication WHERE id = {made.pk}"
    )
    with (
        pytest.raises(DatabaseError, match="publication_checked_by_another"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_database_lets_nobody_take_over_a_draft(lead: User, second_lead: User) -> None:
    draft = begun(lead)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(by=second_lead)
    made = builders.published("fees", builders.fees(), second_lead)
    actions.offer(draft=draft, by=lead)
    Draft.objects.filter(publication=made).update(publication=None)
    with pytest.raises(DatabaseError, match="whoever made a draft"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(publication=made)


def test_a_draft_is_not_offered_where_nobody_checks(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity(), **SAID)
    with (
        pytest.raises(DatabaseError, match="draft_offered_to_be_checked"),
        transaction.atomic(),
    ):
        Draft.objects.filter(pk=draft.pk).update(offered_at="2026-01-01T00:00:00Z", offers=1)


def test_stale_and_forbidden_are_said_before_anything_is_read(
    lead: User, second_lead: User
) -> None:
    draft = begun(lead)
    actions.offer(draft=draft, by=lead)
    with pytest.raises(Forbidden):
        actions.publish(draft=draft, by=lead, offer=9)
    with pytest.raises(Stale):
        actions.publish(draft=draft, by=second_lead, offer=9)
    with pytest.raises(Forbidden):
        actions.give_back(draft=draft, by=lead, reason="r", offer=9)
    assert queries.draft(second_lead, draft.pk).offered_at is not None
