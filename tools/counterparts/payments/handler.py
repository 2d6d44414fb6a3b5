"""The addresses of the counterpart: the provider's, and those of whoever pays and plays."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tools.counterparts import server
from tools.counterparts.payments import bills
from tools.counterparts.payments.book import Counterpart
from tools.counterparts.payments.pages import overview, paying

Said = dict[str, Any]


class Handler(server.Handler):
    counterpart: Counterpart
    body = b""
    other = {"out_trade_no": "ANOTHER", "out_refund_no": "ANOTHER"}

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/v3/"):
            self._asked(self._reads)
        elif path == "/notices":
            self.json(200, self.counterpart.taken())
        elif path.startswith("/pay/"):
            self._page(path.removeprefix("/pay/"))
        else:
            self.say(200, overview(self.counterpart.orders, self.counterpart.refunds), "text/html")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        if path == "/behaviour":
            self.behave(self.counterpart)
        elif path.startswith("/pay/"):
            self._chosen(path.removeprefix("/pay/"))
        else:
            self._asked(self._acts)

    def _asked(self, act: Callable[[str, bytes], tuple[int, Said]]) -> None:
        """A request of the merchant's, answered as it behaves."""
        raw = self.read() if self.command == "POST" else b""
        if not self.counterpart.asked_well(self.command, self.path, self.headers, raw):
            self.json(401, {"code": "SIGN_ERROR", "message": ""})
            return
        mode = self.counterpart.next_mode()
        status, answer = 200, dict[str, Any]()
        if server.BEHAVIOURS[mode]:
            try:
                status, answer = act(urlsplit(self.path).path, raw)
            except (KeyError, TypeError, ValueError):
                status, answer = 400, {"code": "PARAM_ERROR", "message": ""}
        if mode == "well" and status == 204:
            self.say(204, "", "application/json")
        elif mode in {"well", "slow"} and status != 200:
            self.json(status, answer)
        elif "file" in answer:
            self.say(200, answer["file"], "text/plain")
        else:
            self.answer(self.counterpart, mode, answer, {"code": "SYSTEM_ERROR"})

    def _reads(self, path: str, _raw: bytes) -> tuple[int, Said]:
        said = dict(parse_qsl(urlsplit(self.path).query))
        number = path.rpartition("/")[2]
        if path.startswith("/v3/pay/transactions/out-trade-no/"):
            return self.counterpart.queried(number)
        if path.startswith("/v3/refund/domestic/refunds/"):
            return self.counterpart.queried_refund(number)
        if path == "/v3/bill/tradebill":
            host = f"http://{self.headers['Host']}"
            return bills.asked(self.counterpart, said["bill_date"], host)
        if path == "/v3/billdownload/file":
            return 200, {"file": bills.file(self.counterpart, said["token"])}
        return 404, {"code": "PARAM_ERROR", "message": ""}

    def _acts(self, path: str, raw: bytes) -> tuple[int, Said]:
        said = json.loads(raw)
        if path == "/v3/pay/transactions/h5":
            status, answer = self.counterpart.place(said)
            number = said["out_trade_no"]
            page = f"http://{self.headers['Host']}/pay/{number}?prepay_id={number}"
            return status, answer or {"h5_url": page}
        if path == "/v3/refund/domestic/refunds":
            return self.counterpart.refund(said)
        if path.endswith("/close"):
            return self.counterpart.close(path.split("/")[-2])
        return 404, {"code": "PARAM_ERROR", "message": ""}

    def _page(self, number: str) -> None:
        back = dict(parse_qsl(urlsplit(self.path).query)).get("redirect_url", "")
        order = self.counterpart.orders.get(number)
        self.say(200 if order else 404, paying(number, order, back), "text/html")

    def _chosen(self, number: str) -> None:
        """Back to the merchant, whatever came of it: the browser's way back says nothing."""
        said = dict(parse_qsl(self.read().decode()))
        back = said.get("back", "")
        if said.get("how") and not self.counterpart.pay(number, said["how"]):
            back = ""
        self.send_response(303)
        self.send_header("Location", back if back.startswith("http") else f"/pay/{number}?")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def say(self, status: int, text: str, kind: str) -> None:
        self.body = text.encode()
        super().say(status, text, kind)

    def end_headers(self) -> None:
        """Every answer to the merchant is signed, but the file of a bill, and what refuses who
        could not show who asks."""
        path = urlsplit(self.path).path
        refused = b'"SIGN_ERROR"' in self.body
        if path.startswith("/v3/") and "billdownload" not in path and not refused:
            signed = self.counterpart.signed(self.body, self.counterpart.signing)
            for name, value in signed.items():
                self.send_header(name, value)
        super().end_headers()
