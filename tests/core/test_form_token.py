"""A form that is sent twice is acted on once, and the second click waits for the first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from core import form_token, idempotency
from core.problems import InFlight


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


@pytest.mark.parametrize(("busy", "answered"), [(2, True), (6, False)])
def test_a_second_click_waits_for_the_first_and_not_for_ever(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, busy: int, answered: bool
) -> None:
    asked, really = Counter(), idempotency.once

    def once(**request: Any) -> tuple[int, Any]:
        if asked() <= busy:
            raise InFlight
        return really(**request)

    monkeypatch.setattr(idempotency, "once", once)
    monkeypatch.setattr(form_token, "WAITS", (0, 0, 0, 0, 0))
    act: Callable[[], int] = Counter()
    click = sent(people["manager"], idempotency_key="k")
    if answered:
        assert form_token.once(click, {}, act) == 1
        return
    with pytest.raises(InFlight):
        form_token.once(click, {}, act)
