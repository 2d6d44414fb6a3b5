"""The outbox: written with the act, delivered once, whoever dies in between."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications import delivery, outbox, tasks
from notifications.models import Delivery, Message, Outbox
from notifications.providers.interface import Answer
from rules.delivery import Channel
from tests import people

CASE = UUID("11111111-2222-4333-8444-555555555555")
State = Delivery.State


def put(*recipients: User, **changes: Any) -> None:
    wanted: dict[str, Any] = {
        "kind": "case.accepted",
        "subject_kind": "application",
        "subject_id": 7,
        "case_ref": CASE,
        "version": 1,
        "recipients": [user.party_id for user in recipients],
        "context": {"number": "ZG-1", "state": "accepted"},
    }
    outbox.put(**(wanted | changes))


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def waits() -> list[int]:
    """Seconds until each waiting delivery is tried again."""
    due = Delivery.objects.filter(state=State.PENDING).annotate(left=F("due_at") - Now())
    return [round(row.left.total_seconds()) for row in due]


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of the kind `poison` cannot be delivered."""

    show = delivery._show

    def fail_on_poison(row: Delivery) -> Answer:
        if row.outbox.kind == "poison":
            raise ValueError("cannot be delivered")
        return show(row)

    monkeypatch.setattr(delivery, "_show", fail_on_poison)


@pytest.mark.django_db
def test_a_message_reaches_each_recipient_once() -> None:
    one, two = people.applicant("one"), people.applicant("two")
    put(one, two, one)
    assert outbox.deliver() == 2
    assert outbox.deliver() == 0
    assert states() == ["confirmed", "confirmed"]
    found = Message.objects.order_by("recipient_id").values_list("recipient_id", "kind", "context")
    context = {"number": "ZG-1", "state": "accepted"}
    assert list(found) == [
        (one.party_id, "case.accepted", context),
        (two.party_id, "case.accepted", context),
    ]


@pytest.mark.django_db
def test_putting_twice_is_putting_once_and_another_version_is_another_message() -> None:
    user = people.applicant()
    put(user)
    put(user)
    put(user, version=2)
    assert Outbox.objects.count() == 2


@pytest.mark.django_db
def test_no_recipients_is_no_message() -> None:
    put()
    assert Outbox.objects.count() == 0


@pytest.mark.django_db
def test_many_recipients_cost_one_statement() -> None:
    cast = [people.applicant(f"many-{number}") for number in range(5)]
    with CaptureQueriesContext(connection) as queries:
        put(*cast)
    assert len(queries) == 1


def test_a_message_goes_with_its_transaction(committed_db: str) -> None:
    user = people.applicant()

    def fail() -> None:
        with transaction.atomic():
            put(user)
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        fail()
    assert Outbox.objects.count() == 0


@pytest.mark.django_db
def test_a_poison_message_is_tried_five_times_put_aside_and_holds_up_nobody(
    poison: None, caplog: pytest.LogCaptureFixture
) -> None:
    user = people.applicant()
    put(user, kind="poison")
    put(user)
    pauses = []
    for found in [1, 0, 0, 0, 0]:
        assert outbox.deliver() == found
        assert outbox.deliver() == 0
        pauses += waits()
        Delivery.objects.filter(state=State.PENDING).update(due_at=Now())
    assert outbox.deliver() == 0
    assert list(Delivery.objects.order_by("id").values_list("state", "tries", "reason")) == [
        ("parked", 5, "failed"),
        ("confirmed", 1, ""),
    ]
    assert pauses == [5, 30, 300, 1800]
    assert "ZG-1" not in caplog.text


@pytest.mark.django_db
def test_what_a_dead_process_had_taken_is_delivered_after_its_lease() -> None:
    put(people.applicant())
    outbox.plan()
    [row] = delivery.claim(Channel.SITE)
    assert outbox.deliver() == 0
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver() == 1
    assert states() == ["confirmed"]
    # The first one was only slow: what it says now changes nothing.
    assert delivery.send(row) is False
    assert (states(), Message.objects.count()) == (["confirmed"], 1)


@pytest.mark.django_db
def test_what_kills_every_process_is_put_aside() -> None:
    put(people.applicant())
    outbox.plan()
    Delivery.objects.update(
        state=State.LEASED,
        tries=5,
        due_at=None,
        leased_until=timezone.now() - timedelta(seconds=1),
    )
    assert outbox.deliver() == 0
    assert states() == ["parked"]


@pytest.mark.django_db
def test_a_message_shown_but_not_confirmed_is_not_shown_twice() -> None:
    put(people.applicant())
    outbox.plan()
    delivery._show(Delivery.objects.get())
    assert outbox.deliver() == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_batch_is_no_larger_than_asked_and_the_oldest_go_first() -> None:
    user = people.applicant()
    for version in range(3):
        put(user, version=version)
    outbox.plan()
    assert outbox.deliver(batch=2) == 2
    assert states() == ["confirmed", "confirmed", "pending"]


def test_many_processes_at_once_deliver_each_message_once(committed_db: str) -> None:
    user = people.applicant()
    for version in range(60):
        put(user, version=version)
    counts: list[int] = []

    def work() -> None:
        try:
            counts.append(sum(outbox.deliver(batch=7) for _ in range(8)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.deliver()
    assert Message.objects.count() == 60
    assert set(states()) == {"confirmed"}
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}


@pytest.mark.django_db
def test_the_task_is_a_door_to_it() -> None:
    put(people.applicant())
    assert tasks.deliver() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"state": "sent", "due_at": None},
        {"state": "confirmed", "due_at": None},
        {"state": "leased", "due_at": None},
        {"leased_until": timezone.now()},
        {"due_at": None},
        {"state": "parked", "reason": "tries"},
        {"state": "unknown"},
    ],
)
def test_the_database_refuses_a_state_without_its_time(broken: dict[str, Any]) -> None:
    put(people.applicant())
    outbox.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(**broken)
