"""Many at the same instant: a licence is asked for once and kept once."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.concurrency.processes import at_once, refusals

if TYPE_CHECKING:
    from accounts.models import User
    from tests.applications.licences.counterpart import At


@pytest.fixture
def people(with_people: None, committed_db: str) -> "dict[str, User]":
    from tests.people import open_demonstration

    return open_demonstration()


def test_one_consent_is_one_question_and_one_document(
    people: "dict[str, User]", library: "At"
) -> None:
    from applications.licences.models import LicenceFetch
    from documents.models import Document
    from tests.applications.licences.counterpart import begun, confirm
    from tests.applications.pages import of
    from tests.page import Page

    confirm(people["resident"])
    case = begun(people["resident"])
    url = f"/account/cases/{case.number}/documents/identity/licence/"
    form = Page(of(people, "resident").get(url)).hidden() | {"agree": "on"}
    library.behave("slow", times=9, seconds=0.5)

    def pressing(key: str) -> Callable[[], Any]:
        def press() -> tuple[int, str]:
            answer = of(people, "resident").post(url, form | {"idempotency_key": key})
            return answer.status_code, answer.headers.get("Location", "")

        return press

    # The same click twice, and another window's.
    answers = at_once(*map(pressing, ("one", "one", "other")))
    assert refusals(answers) == []
    here = (302, f"/apply/{case.number}/documents/")
    assert Counter(answer.value for answer in answers) == {here: 3}
    assert [document.source for document in Document.objects.filter(case_ref=case.ref)] == [
        "library"
    ]
    outcomes = sorted(LicenceFetch.objects.values_list("outcome", flat=True))
    assert outcomes == ["fetched", "overtaken"]
    assert sorted(library.asked().values()) == [1, 1]
