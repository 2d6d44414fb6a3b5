"""Two at the same instant: one answer is taken, one account is made; asked in no transaction."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.accounts.identity import ACCOUNT, REFUSED, Service, answer_of, gone
from tests.concurrency.processes import at_once


@pytest.mark.usefixtures("committed_db")
def test_of_two_at_once_one_answer_is_taken_and_one_account_is_made(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test import Client

    from accounts.identities import ConfirmedIdentity, IdentityLink
    from accounts.models import User
    from accounts.oidc import client as oidc

    ask = oidc._ask

    def asked_in_none(*args: Any) -> dict[str, Any]:
        assert not connection.in_atomic_block
        return ask(*args)

    monkeypatch.setattr(oidc, "_ask", asked_in_none)
    browsers = [Client(), Client()]
    answer = answer_of(service, browsers[0])

    def led(act: Callable[[], Any]) -> Callable[[], str]:
        return lambda: str(act()["Location"])

    same = [led(lambda: browsers[0].get(answer))] * 2
    assert sorted(outcome.value for outcome in at_once(*same)) == [ACCOUNT, f"{REFUSED}?stale=1"]
    for browser in browsers:
        gone(service, browser)
    posts = [
        led(partial(browser.post, ACCOUNT, {"phone": f"1391234000{n}"}))
        for n, browser in enumerate(browsers)
    ]
    assert [outcome.value for outcome in at_once(*posts)] == ["/desk/", "/desk/"]
    rows = (User.objects, IdentityLink.objects, ConfirmedIdentity.objects)
    assert [manager.count() for manager in rows] == [1, 1, 1]
