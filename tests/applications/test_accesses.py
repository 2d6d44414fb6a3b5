"""Whoever a case is of is told who looked: role, organisation and reason, never a name."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from applications.checklist import SUBJECT
from applications.models import Application
from applications.reveal import reveal
from applications.states import State
from documents.models import Opening
from documents.queries import about
from rules.names import Kind
from tests.builders import case_at

REASON = "电话约上门时间"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def home_of(user: User) -> str:
    with override("zh-hans"):
        return str(user.grants.earliest("pk").organisation)


def told(case: Application, user: User) -> Any:
    return signed_in(user).get(f"/api/v1/applications/{case.number}/accesses/")


def opened(case: Application, *users: User) -> list[int]:
    """Each opens the paper of the property, which planning looks at; the answers' statuses."""
    document = about(SUBJECT, case.pk).get(requirement="property")
    return [signed_in(user).get(f"/documents/{document.ref}/").status_code for user in users]


def test_the_applicant_is_told_who_opened_what_and_why(people: dict[str, User]) -> None:
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    owner = case.filed_by.user
    staff = [people[name] for name in ("clerk", "planning", "regulator")]
    assert opened(case, owner, *staff, people["resident"]) == [200, 200, 200, 200, 404]
    reveal(application=case, body={"reason": REASON}, by=people["manager"])
    answer = told(case, owner).json()
    file = {
        "what": "document",
        "requirement": "property",
        "document": "证件.pdf",
        "reason": None,
    }
    assert [{k: v for k, v in row.items() if k != "at"} for row in answer["accesses"]] == [
        {
            "what": "identity",
            "role": "manager",
            "organisation": home_of(people["manager"]),
            "reason": REASON,
            "requirement": None,
            "document": None,
        },
        {"role": "regulator", "organisation": home_of(people["regulator"]), **file},
        {"role": "officer", "organisation": home_of(people["planning"]), **file},
        {"role": "clerk", "organisation": home_of(people["clerk"]), **file},
    ]
    assert (answer["number"], answer["complete"]) == (case.number, True)
    page = signed_in(owner).get(f"/account/cases/{case.number}/").content.decode()
    for row in answer["accesses"]:
        assert row["organisation"] in page
    assert REASON in page
    for name in ("clerk", "planning", "regulator", "manager"):
        assert people[name].name not in page
    assert [told(case, people[name]).status_code for name in ("clerk", "resident")] == [403, 404]


def test_what_was_opened_is_dated_by_the_database_and_stays(people: dict[str, User]) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.SUBMITTED)
    opened(case, people["clerk"])
    before = Opening.objects.get()
    for statement in ("UPDATE documents_opening SET role = 'x'", "DELETE FROM documents_opening"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    again = Opening.objects.create(
        document=before.document,
        case_ref=before.case_ref,
        opened_by=before.opened_by,
        role=before.role,
        opened_at="2020-01-01T00:00:00Z",
    )
    again.refresh_from_db()
    assert again.opened_at >= before.opened_at


def test_being_told_costs_the_same_for_one_and_for_three(people: dict[str, User]) -> None:
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    counts = []
    for names in (("clerk",), ("planning", "regulator")):
        opened(case, *(people[name] for name in names))
        client = signed_in(case.filed_by.user)
        address = f"/api/v1/applications/{case.number}/accesses/"
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9, counts
