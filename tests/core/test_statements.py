"""Statements that are written and planned once, beside what the ORM does each time."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, RoleGrant, User
from core.statements import Given, Read, Statement, insert, save
from deadlines.models import Clock

START = datetime(2026, 11, 28, tzinfo=UTC)


def hall(code: str) -> Organisation:
    return Organisation(kind="hall", code=code, name_zh="大厅", name_en="Hall 100%")


def halls() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind="hall", code__gte=Given()).order_by("code")


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY 1")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.mark.django_db
def test_rows_are_inserted_with_their_keys_in_order_and_read_as_by_the_orm() -> None:
    rows = [hall("s3"), hall("s1"), hall("s2")]
    insert(rows)
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    read = Read(halls)
    for since in ("s1", "s2", "s9"):
        found = read(since)
        expected = list(Organisation.objects.filter(kind="hall", code__gte=since).order_by("code"))
        assert [vars(one) | {"_state": 0} for one in found] == [
            vars(one) | {"_state": 0} for one in expected
        ]
    assert (read.first("s2"), read.first("s9")) == (rows[2], None)
    insert([])


@pytest.mark.django_db
def test_rows_are_read_by_a_list_and_none_by_an_empty_one() -> None:
    people = [User.objects.create(username=name) for name in ("u1", "u2", "u3")]
    named = Read(lambda: User.objects.filter(username__among=Given()).order_by("username"))
    assert named(["u3", "u1", "u9"]) == [people[0], people[2]]
    with CaptureQueriesContext(connection) as asked:
        assert named([]) == []
    assert len(asked) == 0
    clerk = hall("s4")
    insert([clerk])
    RoleGrant.objects.create(user=people[1], role="hall_clerk", organisation=clerk)
    held = Read(lambda: RoleGrant.objects.filter(user__among=Given()))
    assert [grant.user_id for grant in held([people[1].pk, 0])] == [people[1].pk]


@pytest.mark.django_db
def test_only_the_columns_named_are_saved() -> None:
    clock = Clock(
        case_ref=uuid4(), kind="handling", district="510302", rules_version="a",
        calendar_version="a", started_at=START, interval_started_at=START,
    )  # fmt: skip
    insert([clock])
    clock.calendar_version, clock.provisional = "b", True
    save(clock, ["calendar_version"])
    clock.refresh_from_db()
    assert (clock.calendar_version, clock.provisional) == ("b", False)


@pytest.mark.django_db
def test_a_row_that_is_gone_is_not_saved_in_silence() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        save(Clock(pk=0, calendar_version="b"), ["calendar_version"])


@pytest.mark.django_db
def test_two_with_one_text_are_prepared_once_and_outlive_a_rollback() -> None:
    first, second = Read(halls), Read(halls)
    with transaction.atomic():
        first("s1")
        transaction.set_rollback(True)
    second("s1")
    [one] = [text for text in prepared() if 'FROM "accounts_organisation"' in text]
    assert "'hall'" in one  # what is the same each time is in the plan, for partial indexes
    assert first("s1") == second("s1")


@pytest.mark.usefixtures("committed_db")
def test_a_new_connection_is_prepared_anew() -> None:
    one = Statement("SELECT $1::integer + 1")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(*one.ready(41))
            assert cursor.fetchone() == (42,)
        connection.close()
