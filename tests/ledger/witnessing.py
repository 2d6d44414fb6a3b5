"""A witness for tests: a loopback server after C2SP tlog-witness, written without the portal's
client. It can also be made to misbehave."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.servers import answering
from tlog import tree
from tlog.checkpoint import Head, parse_head
from tlog.note import (
    COSIGNATURE,
    NoteError,
    Signature,
    Verifier,
    cosign,
    parse,
    public_bytes,
    verified,
)

NAME = "witness.example/audit-office"


@dataclass
class Witness:
    """What it has seen, which log keys it trusts, and how it misbehaves if it does.

    Args:
        trusted: the log keys.
        address: its submission prefix.
        lie: `wrong key`, `no answer`, `fault` or `other text`; empty: none.
    """

    trusted: list[Verifier]
    address: str = ""
    lie: str = ""
    seen: Head | None = None
    requests: list[str] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    answering: threading.Event = field(default_factory=threading.Event)

    @property
    def vkey(self) -> str:
        return str(Verifier(NAME, public_bytes(self.key), COSIGNATURE))

    def answer(self, body: str) -> tuple[int, str]:
        """The status and the body of the answer to one request."""
        self.requests.append(body)
        first, _, text = body.partition("\n\n")
        note = parse(text)
        try:
            verified(note, self.trusted)
        except NoteError:
            return 403, ""
        old, *steps = first.split("\n")
        known, head = self.seen.size if self.seen else 0, parse_head(note.text)
        if int(old.removeprefix("old ")) != known:
            return 409, f"{known}\n"
        proof = [base64.b64decode(step) for step in steps]
        root = self.seen.root if self.seen else tree.EMPTY_ROOT
        if not tree.extends(known, head.size, root, head.root, proof):
            return 422, ""
        self.seen = head
        return 200, str(self._line(note.text))

    def _line(self, text: str) -> Signature:
        key = Ed25519PrivateKey.generate() if self.lie == "wrong key" else self.key
        made = cosign("x\n" if self.lie == "other text" else text, NAME, key, 1_800_000_000)
        return Signature(
            NAME, Verifier(NAME, public_bytes(self.key), COSIGNATURE).key_id, made.value
        )


@contextmanager
def witnessing(*trusted: Verifier) -> Iterator[Witness]:
    """A witness that answers on this machine until the end of the block."""
    witness = Witness(list(trusted))

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if witness.lie == "no answer":
                witness.answering.wait(30)
                return
            status, text = (500, "") if witness.lie == "fault" else witness.answer(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Nothing on the tests' screen."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Door)) as address:
        witness.address = f"{address}/w"
        try:
            yield witness
        finally:
            witness.answering.set()
