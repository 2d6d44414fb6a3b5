"""Many at the same instant: one draft is filed once, one phone is sent one code."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.concurrency.processes import at_once, refusals
from tests.notifications.counterpart import At

if TYPE_CHECKING:
    from accounts.models import User

PHONE = "13912340077"


@pytest.fixture
def people(with_people: None, committed_db: str) -> "dict[str, User]":
    from tests.people import open_demonstration

    return open_demonstration()


def test_ten_submits_of_one_draft_make_one_case(people: "dict[str, User]") -> None:
    from applications.models import Application, Draft
    from ledger.models import Entry
    from rules.names import Kind
    from tests.applications.pages import door_of, of
    from tests.builders import drafted

    case = drafted(people, Kind.RESIDENTIAL)
    url = f"/apply/{case.number}/check/"
    form = door_of(of(people, "resident").get(url).content.decode())

    def pressing(key: str) -> Callable[[], Any]:
        def press() -> tuple[int, str]:
            answer = of(people, "resident").post(url, form | {"idempotency_key": key})
            return answer.status_code, answer.headers.get("Location", "")

        return press

    # Half of them are the same click, the others another window's.
    answers = at_once(
        *(pressing(form["idempotency_key"]) for _ in range(5)), *map(pressing, "abcde")
    )
    assert refusals(answers) == []
    found = Counter(answer.value for answer in answers)
    assert set(found) <= {(302, f"/apply/{case.number}/filed/"), (409, ""), (412, "")}
    assert found[302, f"/apply/{case.number}/filed/"] >= 1
    assert [each.number for each in Application.objects.all()] == [case.number]
    assert Entry.objects.filter(case_ref=case.ref, type="case.submitted").count() == 1
    assert not Draft.objects.exists()


def test_a_hundred_requests_for_a_code_send_one_message(people: "dict[str, User]", sms: At) -> None:
    from notifications.models import Outbox
    from tests.applications.pages import nobody
    from tests.applications.visiting import START, told

    def asking(number: int) -> Callable[[], Any]:
        """From ten networks, ten times each."""

        def ask() -> list[int]:
            client = nobody(f"192.0.2.{number}")
            return [client.post(START, {"phone": PHONE}).status_code for _ in range(10)]

        return ask

    answers = at_once(*map(asking, range(10)))
    assert refusals(answers) == []
    statuses = Counter(status for answer in answers for status in answer.value)
    assert statuses == {302: 1, 429: 99}
    assert Outbox.objects.filter(kind="contact.code_sent").count() == 1
    assert len(told(sms, PHONE)) == 1
