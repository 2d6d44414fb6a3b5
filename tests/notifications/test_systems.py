"""Other people's systems that are told of outages: signed, where it is allowed, with a log."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from pytest_django import Settings

from core.problems import Invalid, WrongState
from core.webhooks import is_signed
from notifications import delivery
from notifications.bulk import actions as bulk
from notifications.bulk.sending import send_broadcasts
from notifications.models import Delivery
from notifications.webhooks import actions
from notifications.webhooks.addresses import is_allowed
from notifications.webhooks.models import Endpoint
from notifications.webhooks.queries import log_of
from reliability.following.models import Following
from tests.servers import answering

pytestmark = pytest.mark.django_db


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as it is told to."""

    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        """Says nothing."""


@pytest.fixture
def receiver(settings: Settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.heard, Receiver.status = [], 200
    settings.WEBHOOK_HOSTS = [f"127.0.0.1:{server.server_port}"]
    with answering(server):
        yield f"http://127.0.0.1:{server.server_port}/hooks"


def signed_by(secret: str) -> bool:
    headers, body = Receiver.heard[-1]
    return is_signed([secret], headers, body, now=time(), tolerance=300)


def tell(version: int) -> None:
    """A message to many that nobody but systems follows."""
    made = bulk.broadcast(
        kind="outage.announced", subject_kind="outage", subject_id=1, version=version,
        context={"number": "TD1"}, scope={"city": [""]},
        audience=Following.objects.values_list("pk", flat=True),
    )  # fmt: skip
    actions.leave(made)


def test_a_system_is_told_by_a_signed_webhook(receiver: str) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    tell(1)
    send_broadcasts()
    [(headers, body)] = Receiver.heard
    [row] = log_of(one)
    assert (row.state, headers["webhook-id"]) == ("confirmed", str(row.key))
    assert signed_by(one.secret)
    said = json.loads(body)
    assert (said["type"], said["data"]) == ("outage.announced", {"number": "TD1"})


def test_both_secrets_sign_until_the_older_one_ends(receiver: str) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    newer = actions.rotate(one)
    assert newer.secret != one.secret
    with pytest.raises(WrongState):
        actions.rotate(one)
    actions.test(newer)
    delivery.send_outside(delivery.SYSTEMS)
    assert [signed_by(secret) for secret in (one.secret, newer.secret)] == [True, True]
    Endpoint.objects.update(previous_until=timezone.now())
    actions.test(newer)
    delivery.send_outside(delivery.SYSTEMS)
    assert [signed_by(secret) for secret in (one.secret, newer.secret)] == [False, True]


@pytest.mark.parametrize("url", [
    "https://hooks.example.org.evil.test/a", "http://hooks.example.org/a",
    "https://user@hooks.example.org/a", "https://hooks.example.org:8443/a",
    "https://169.254.169.254/latest", "http://127.0.0.1:6379/", "http://localhost/",
    "https://hooks.example.org/a#b", "ftp://hooks.example.org/a", "https://[::1]/", "file:///etc",
    "https://hooks.example.org\\@127.0.0.1/", "https://:443/", "", "https://hooks.example.org:x/",
])  # fmt: skip
def test_no_address_is_asked_that_the_operator_has_not_allowed(
    url: str, settings: Settings
) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.org"]
    assert not is_allowed(url)
    with pytest.raises(Invalid) as refused:
        actions.register({"name": "外部系统", "url": url})
    assert [error.pointer for error in refused.value.errors] == ["/url"]
    assert is_allowed("https://hooks.example.org/a?b=c")


def test_an_address_is_told_once_and_no_more_once_it_is_ended(receiver: str) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    with pytest.raises(Invalid):
        actions.register({"name": "又一个", "url": receiver})
    tell(1)
    actions.end(one)
    actions.end(one)
    send_broadcasts()
    assert Receiver.heard == []
    assert [(row.state, row.reason) for row in log_of(one)] == [("parked", "expired")]
    one.refresh_from_db()
    with pytest.raises(WrongState):
        actions.test(one)


def test_a_host_that_is_allowed_no_longer_is_not_asked(receiver: str, settings: Settings) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    tell(1)
    settings.WEBHOOK_HOSTS = ["elsewhere.example.org"]
    send_broadcasts()
    assert Receiver.heard == []
    assert [row.state for row in log_of(one)] == ["parked"]


def test_a_redirect_is_not_followed(receiver: str) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    Receiver.status = 302
    actions.test(one)
    delivery.send_outside(delivery.SYSTEMS)
    assert [(row.state, row.said) for row in log_of(one)] == [("pending", "http 302")]
    assert len(Receiver.heard) == 1


def test_what_was_sent_is_sent_again_under_its_id_and_nothing_old_after_a_newer(
    receiver: str,
) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    Receiver.status = 410
    tell(1)
    send_broadcasts()
    [row] = log_of(one)
    assert (row.state, row.said) == ("parked", "http 410")
    Receiver.status = 200
    actions.resend(row)
    with pytest.raises(WrongState):
        actions.resend(row)
    send_broadcasts()
    assert [headers["webhook-id"] for headers, _body in Receiver.heard] == [str(row.key)] * 2
    tell(2)
    with pytest.raises(WrongState):
        actions.resend(row)
    send_broadcasts()
    assert Delivery.objects.filter(state="confirmed").count() == 2


def test_a_system_that_takes_no_more_stops_nobody_else(receiver: str) -> None:
    one = actions.register({"name": "城市大脑", "url": receiver})
    Receiver.status = 503
    tell(1)
    send_broadcasts()
    last = bulk.newest("outage", 1)
    assert last is not None
    assert (last.state, [row.reason for row in log_of(one)]) == ("sending", ["busy"])
