"""Who acts for a party may do what its mandate says, until its end, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from accounts import offers
from accounts.mandates import Mandate, Right
from accounts.models import User
from accounts.offers import Terms
from accounts.parties import Party
from applications import documents, drafts
from applications.answers import rows_json
from applications.models import Application
from applications.owncase import own_case_json
from applications.queries import applicants, case_for, own_ways
from applications.states import State
from core.problems import Forbidden, Invalid, Missing, QuotaReached, WrongState
from ledger.models import Entry, Salt
from notifications import outbox
from notifications.models import Message
from notifications.texts import shown
from rules.limits import Quota, limits
from rules.names import Kind
from tests.applications.mandates import acting, expired, somebody
from tests.builders import Ready, declaration, drafted, filed, pdf, perform
from tests.concurrency.test_races import nothing_broken
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import again, browser

pytestmark = pytest.mark.django_db


def committed(entry: Entry) -> dict[str, Any]:
    """What an entry commits to."""
    said: dict[str, Any] = json.loads(Salt.objects.get(ref=entry.salt_ref).data)
    return said


def titles(user: User) -> list[str]:
    """Of the messages of an account, the oldest first."""
    outbox.show_all()
    return [shown(each).title for each in Message.objects.to(user).order_by("id")]


def outcome(act: Callable[[], Any]) -> str:
    """What becomes of an act, which is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Forbidden:
        return "forbidden"
    except Missing:
        return "missing"
    except Invalid:
        return "papers"
    return "done"


def asked(user: User, case: Callable[[State], Application], party: int) -> dict[str, str]:
    """What becomes of each act of the applicant's side, by who takes it."""
    accepted, replied = case(State.ACCEPTED), case(State.PLAN_REPLIED)
    agreed = {"agree": True, "reason": ""}
    rated = {"stage": "acceptance", "level": 5, "comment": ""}
    acts: dict[str, Callable[[], Any]] = {
        "read": lambda: case_for(accepted.number, user),
        "upload": lambda: documents.add(
            application=accepted, requirement="identity", upload=pdf(), by=user
        ),
        "supply": lambda: perform(
            application=case(State.SUPPLEMENT), action="supply_supplement", by=user
        ),
        "confirm": lambda: perform(
            application=replied, action="confirm_plan", by=user, body=agreed
        ),
        "withdraw": lambda: perform(application=accepted, action="withdraw", by=user, body={}),
        "rate": lambda: perform(application=accepted, action="rate", by=user, body=rated),
        "copy": lambda: own_case_json(accepted, user),
        "begin": lambda: drafts.draft(body=declaration(Kind.RESIDENTIAL), by=user, party=party),
        "offer": lambda: offers.offer(
            party=party, terms=Terms(Right.READ), phone="13912340009", by=user
        ),
    }
    return {name: outcome(act) for name, act in acts.items()}


#: Of the page of one's own cases; each more is a mistake in the list.
QUERIES = 11
NAMES = ("read", "upload", "supply", "confirm", "withdraw", "rate", "copy", "begin", "offer")
#: `OPEN`: it is theirs, and the papers that were asked for are still missing.
DONE, OPEN, NO, NONE = "done", "papers", "forbidden", "missing"
ALLOWED = {
    "owner": (DONE, DONE, OPEN, DONE, DONE, DONE, DONE, DONE, DONE),
    "manage": (DONE, DONE, OPEN, DONE, DONE, DONE, DONE, DONE, DONE),
    "sign": (DONE, DONE, OPEN, DONE, DONE, NO, NO, DONE, NO),
    "act": (DONE, DONE, OPEN, NO, NO, NO, NO, DONE, NO),
    "read": (DONE, NO, NO, NO, NO, NO, NO, NO, NO),
    **dict.fromkeys(
        ("expired", "ended", "stranger", "elsewhere"),
        (NONE, NONE, NONE, NONE, NONE, NONE, NO, NO, NO),
    ),
}


@pytest.fixture
def cast(people: dict[str, User], ready: Ready) -> dict[str, User]:
    """The owner of the factory, and who acts for it."""
    owner, other = people["factory"], drafted(people, Kind.LV_OTHER)
    party = owner.party_id
    ended = acting(party, "former", Right.MANAGE)
    offers.end(ended.mandates.get().pk, ended)
    return {
        "owner": owner,
        **{right.value: acting(party, f"holds-{right}", right) for right in Right},
        "expired": expired(party, "late", Right.SIGN),
        "ended": again(ended),
        "stranger": somebody("stranger"),
        # Of one case, which is none of these.
        "elsewhere": acting(other.filed_by_id, "elsewhere", Right.SIGN, other),
    }


def test_each_right_allows_what_it_says(cast: dict[str, User], ready: Ready) -> None:
    party = cast["owner"].party_id
    found = {
        who: asked(cast[who], lambda state: ready(Kind.HV_SINGLE, state), party) for who in ALLOWED
    }
    assert found == {who: dict(zip(NAMES, said, strict=True)) for who, said in ALLOWED.items()}


def test_what_an_agent_does_says_for_whom_and_the_customer_is_told(
    people: dict[str, User], sms: At
) -> None:
    owner = people["resident"]
    agent = acting(owner.party_id, "agent", Right.SIGN)
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=agent, party=owner.party_id)
    for code in ("identity", "property"):
        documents.add(application=case, requirement=code, upload=pdf(), by=agent)
    case = perform(application=case, action="submit", by=agent)
    entry = Entry.objects.get(case_ref=case.ref, type="case.submitted")
    said = committed(entry)
    assert (entry.actor_role, said["represents"], case.filed_by_id) == (
        "applicant", "applicant", owner.party_id,
    )  # fmt: skip
    assert sorted(applicants(case)) == sorted([owner.party_id, agent.party_id])
    assert titles(owner) == [f"办件 {case.number} 已提交"]
    assert [row["party"] for row in rows_json([case], agent)] == [owner.party_id]
    assert [row["party"] for row in rows_json([case], people["manager"])] == [None]
    # The files are the customer's own data, whoever handed them in.
    assert len(own_case_json(case, owner)["documents"]) == 2
    nothing_broken()


def test_nobody_decides_in_a_case_of_somebody_for_whom_they_act(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    manager = people["manager"]
    given = offers.give(case.filed_by_id, manager, Terms(Right.READ, case.ref))
    for former in (False, True):
        if former:
            offers.end(given.pk, manager)
        assert outcome(
            lambda: perform(application=case, action="accept", by=again(manager))
        ) == "forbidden"  # fmt: skip
    other = filed(people, Kind.RESIDENTIAL)
    assert outcome(lambda: perform(application=other, action="accept", by=again(manager))) == "done"


def test_a_mandate_is_given_once_and_a_new_one_takes_its_place(people: dict[str, User]) -> None:
    party, agent = people["resident"].party_id, somebody("agent")
    offers.give(party, agent, Terms(Right.READ))
    offers.give(party, agent, Terms(Right.SIGN))
    rows = Mandate.objects.filter(party=party).order_by("id")
    assert [(row.right, row.ended_at is None) for row in rows] == [("read", False), ("sign", True)]
    # Who acted for whom stays known.
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(right="manage")


def test_a_mandate_ends_by_either_side_and_only_once(people: dict[str, User]) -> None:
    owner = people["resident"]
    agent = acting(owner.party_id, "agent", Right.READ)
    given = agent.mandates.get()
    with pytest.raises(Forbidden):
        offers.end(given.pk, people["shop"])
    offers.end(given.pk, owner)
    with pytest.raises(WrongState):
        offers.end(given.pk, agent)
    nothing_left = again(agent).acts_for(Right.READ)
    assert nothing_left == {agent.party_id: None}


def test_the_last_who_looks_after_a_party_stays(people: dict[str, User]) -> None:
    party = Party.objects.create()
    phone = party.contacts.create(channel="sms", address="13912340003", confirmed_at=Now())
    first, second = acting(party.pk, "first", Right.MANAGE), acting(party.pk, "second", Right.SIGN)
    offers.end_link(party.pk, first)
    phone.refresh_from_db()
    assert phone.ended_at is not None
    with pytest.raises(WrongState):
        offers.end(first.mandates.get().pk, first)
    with pytest.raises(Forbidden):
        offers.end_link(party.pk, second)


def test_an_account_has_so_many_mandates_and_no_more(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().quotas, Quota.MANDATES_OF_PARTY, 1)
    party = people["resident"].party_id
    acting(party, "first", Right.READ)
    with pytest.raises(QuotaReached):
        offers.give(party, somebody("second"), Terms(Right.READ))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_own_cases_costs_the_same_for_more_cases(
    people: dict[str, User], django_assert_num_queries: Any, count: int
) -> None:
    agent = acting(people["resident"].party_id, "agent", Right.READ)
    cases = [filed(people, Kind.RESIDENTIAL).number for _each in range(count)]
    client = browser(agent)
    client.get("/account/")
    with django_assert_num_queries(QUERIES):
        page = Page(client.get("/account/"))
    assert page.links("/account/cases/") == [f"/account/cases/{n}/" for n in reversed(cases)]
    assert page.text.count("您代") == count


def test_each_party_is_read_by_the_index_of_its_cases(people: dict[str, User]) -> None:
    """However many cases the city has: the rows of a page, of each party, in the order of the
    index."""
    agent = acting(people["resident"].party_id, "agent", Right.READ)
    offers.give(people["shop"].party_id, agent, Terms(Right.READ))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    for way in own_ways(again(agent)):
        plan = Application.objects.filter(way).order_by("-id")[:21].explain()
        assert "case_of_party" in plan, plan
        assert "Sort" not in plan, plan
