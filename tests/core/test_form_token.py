"""A form that is sent twice is acted on once, and the second click waits for the first."""

import time

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from core import demonstration, form_token
from tests.concurrency.processes import at_once
from tests.people import open_demonstration


def sent(user: User, **fields: str) -> HttpRequest:
    request = RequestFactory().post("/a/page/", fields)
    request.user = user
    return request


class Counter:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count


def test_a_second_click_gets_the_first_ones_answer(people: dict[str, User]) -> None:
    act, user = Counter(), people["manager"]
    click = sent(user, idempotency_key="k")
    assert [form_token.once(click, {"a": 1}, act) for _ in range(2)] == [1, 1]
    assert form_token.once(click, {"a": 2}, act) == 2
    assert form_token.once(sent(people["clerk"], idempotency_key="k"), {"a": 1}, act) == 3
    assert [form_token.once(sent(user), {"a": 1}, act) for _ in range(2)] == [4, 5]


def test_a_refused_form_keeps_its_key_and_a_new_one_has_its_own(people: dict[str, User]) -> None:
    assert form_token.form_key(sent(people["manager"], idempotency_key="k")) == "k"
    keys = {form_token.form_key(sent(people["manager"])) for _ in range(2)}
    assert (len(keys), {len(key) for key in keys}) == (2, {32})


@pytest.mark.parametrize(("waits", "second"), [(20.0, "first"), (0.1, "in-flight")])
def test_a_second_click_waits_for_the_first_and_not_for_ever(
    with_people: None, committed_db: str, monkeypatch: pytest.MonkeyPatch,
    waits: float, second: str,
) -> None:  # fmt: skip
    demonstration._known.clear()
    click = sent(open_demonstration()["manager"], idempotency_key="k")
    monkeypatch.setattr(form_token, "WAITS", waits)

    def slow() -> str:
        time.sleep(1)
        return "first"

    outcomes = at_once(*[lambda: form_token.once(click, {}, slow)] * 2)
    assert sorted(each.value or each.refused for each in outcomes) == sorted(["first", second])
