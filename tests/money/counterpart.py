"""A provider of payments for a test: the counterpart, and whoever pays there."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from money import providers
from portal.outside import played_payments
from tests.servers import answering
from tools.counterparts.payments import serving

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Counterpart:
    """Asked as a stranger and as a payer's browser ask it."""

    def __init__(self, url: str, keys: Path) -> None:
        self.url, self.keys = url, keys

    def behave(self, mode: str = "well", times: int = 0, **how: Any) -> None:
        """How the next requests are answered, and until it is said otherwise what becomes of
        payments (`pay`), refunds (`refunds`) and bills (`bills`), and when one is paid (`at`)."""
        self._post("/behaviour", json.dumps({"mode": mode, "times": times, **how}))

    def pay(self, number: str) -> None:
        """Somebody pays, as `behave` has said."""
        self._post(f"/pay/{number}", urlencode({"how": "well"}))

    def notices(self) -> list[tuple[dict[str, str], bytes]]:
        """What it would have told since, by lower-case headers and body; signed now."""
        with _opener.open(f"{self.url}/notices") as answer:
            told = json.load(answer)
        return [
            ({name.lower(): said for name, said in each["headers"].items()}, each["body"].encode())
            for each in told
        ]

    def _post(self, path: str, body: str) -> None:
        request = urllib.request.Request(f"{self.url}{path}", data=body.encode())
        _opener.open(request).close()


@cache
def keys() -> dict[str, bytes]:
    """The keys of both sides, made once a session: making them takes longer than a test."""
    with TemporaryDirectory() as made:
        serving(0, Path(made) / "payments").server_close()
        return {file.name: file.read_bytes() for file in Path(made).glob("payments/*")}


@contextmanager
def payments(folder: Path) -> Iterator[Counterpart]:
    """The settings name the counterpart as WeChat Pay."""
    (folder / "payments").mkdir()
    for name, said in keys().items():
        (folder / "payments" / name).touch(0o600)
        (folder / "payments" / name).write_bytes(said)
    before = settings.PAYMENTS_PROVIDER, settings.WECHAT
    with answering(serving(0, folder / "payments")) as url:
        settings.PAYMENTS_PROVIDER = "wechat"
        settings.WECHAT = played_payments(url, folder / "payments")
        providers.forget()
        yield Counterpart(url, folder / "payments")
    settings.PAYMENTS_PROVIDER, settings.WECHAT = before
    providers.forget()
