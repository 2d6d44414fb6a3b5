"""The counterpart tells a portal by itself, and again until it is heard."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from money import providers
from money.providers.interface import Told
from tests.money.counterpart import payments
from tests.money.test_provider import NUMBER, placed
from tests.servers import answering
from tools.counterparts.payments import serving

PATIENCE = 20.0


class Portal(ThreadingHTTPServer):
    """Answers with what is left of `answers`, then 200; keeps what it was told."""

    def __init__(self, *answers: int) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.answers = list(answers)
        self.told: list[tuple[str, dict[str, str], bytes]] = []

    def waited_for(self, count: int) -> list[tuple[str, dict[str, str], bytes]]:
        until = time.monotonic() + PATIENCE
        while len(self.told) < count and time.monotonic() < until:
            time.sleep(0.05)
        return self.told


class Listener(BaseHTTPRequestHandler):
    server: Portal

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): said for name, said in self.headers.items()}
        self.server.told.append((self.path, headers, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
        """Quiet."""


@pytest.mark.parametrize(
    ("pay", "answers", "times"),
    [("well", (), 1), ("well", (503,), 2), ("thrice", (), 3), ("two_at_once", (), 2)],
)
def test_a_portal_is_told_until_it_answers_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pay: str, answers: tuple[int, ...], times: int
) -> None:
    portal = Portal(*answers)
    with answering(portal) as address:
        monkeypatch.setenv("PORTAL_ADDRESS", address)
        with payments(tmp_path) as outside:
            placed()
            outside.behave(pay=pay)
            outside.pay(NUMBER)
            told = portal.waited_for(times)
            assert [path for path, _headers, _body in told] == [
                "/api/v1/payments/notices/wechat/"
            ] * times
            asked = providers.of().query(NUMBER)
            heard = [
                providers.of().notice(headers, body, now=time.time())
                for _path, headers, body in told
            ]
            assert isinstance(asked, Told)
            assert heard == [asked] * times


def test_orders_outlive_the_counterpart(tmp_path: Path) -> None:
    with payments(tmp_path):
        placed()
    again = serving(0, tmp_path / "payments")
    again.server_close()
    assert NUMBER in (tmp_path / "payments" / "kept.json").read_text(encoding="utf-8")
    assert again.RequestHandlerClass.counterpart.orders[NUMBER]["state"] == "NOTPAY"  # type: ignore[attr-defined]
