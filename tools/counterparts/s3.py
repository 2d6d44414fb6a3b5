"""The counterpart of S3-compatible storage: objects by PUT, GET, HEAD and DELETE, and their list.

Buckets are named in the path and are there as soon as something is put in. Requests have to be
signed with the key `KEY`; what the signature says is not checked.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tools.counterparts import server

KEY: Final = "counterpart"
#: Of one list.
MOST: Final = 1000
OBJECT: Final = (
    "<Contents><Key>{}</Key><LastModified>{:%Y-%m-%dT%H:%M:%SZ}</LastModified></Contents>"
)


class Objects(server.Behaviour):
    def __init__(self) -> None:
        #: By bucket and name: when it was written, and what it is.
        self.kept: dict[str, tuple[datetime, bytes]] = {}
        super().__init__()

    def listed(self, bucket: str, prefix: str, after: str) -> str:
        begins = f"{bucket}/{prefix}"
        names = sorted(name for name in self.kept if name.startswith(begins))
        left = [name for name in names if name.partition("/")[2] > after]
        rows = [
            OBJECT.format(quote(escape(name.partition("/")[2])), self.kept[name][0])
            for name in left[:MOST]
        ]
        more = str(len(left) > MOST).lower()
        said = f"<EncodingType>url</EncodingType><IsTruncated>{more}</IsTruncated>{''.join(rows)}"
        return f"<ListBucketResult>{said}</ListBucketResult>"


class Handler(server.Handler):
    protocol_version = "HTTP/1.1"
    objects: ClassVar[Objects]

    def do_PUT(self) -> None:
        self._take(self.read())

    def do_GET(self) -> None:
        self._take()

    def do_HEAD(self) -> None:
        self._take()

    def do_DELETE(self) -> None:
        self._take()

    def _take(self, body: bytes = b"") -> None:
        if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self.refuse(403, "AccessDenied")
            return
        mode = self.objects.next_mode()
        at = urlsplit(self.path)
        name = unquote(at.path.strip("/"))
        said = {key: values[0] for key, values in parse_qs(at.query).items()}
        if server.BEHAVIOURS[mode]:
            status, answer = self._done(name, said, body)
        if mode == "slow":
            time.sleep(self.objects.seconds)
        if mode in {"silent", "mute"}:
            self.close_connection = True
        elif mode in {"error", "broken"}:
            self.refuse(500, "InternalError")
        elif mode in {"refuse", "busy"}:
            self.refuse({"refuse": 403, "busy": 503}[mode], "SlowDown")
        elif mode == "garbled":
            self.give(200, b"<html>well?")
        elif status == 404:
            self.refuse(404, "NoSuchKey")
        else:
            self.give(status, answer)

    def _done(self, name: str, said: dict[str, str], body: bytes) -> tuple[int, bytes]:
        kept = self.objects.kept
        if self.command == "PUT":
            kept[name] = (datetime.now(UTC), body)
            return 200, b""
        if self.command == "DELETE":
            kept.pop(name, None)
            return 204, b""
        if "/" not in name:
            found = self.objects.listed(name, said.get("prefix", ""), said.get("marker", ""))
            return 200, found.encode()
        return (200, kept[name][1]) if name in kept else (404, b"")

    def refuse(self, status: int, code: str) -> None:
        self.give(status, f"<Error><Code>{code}</Code></Error>".encode())

    def give(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def serving(port: int, _file: Path) -> Any:
    return server.on_loopback(port, Handler, objects=Objects())
