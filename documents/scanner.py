"""The scanner of files: clamd, asked by its own command INSTREAM over TCP or a Unix socket."""

import re
import socket
import time
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from documents.models import Document

CHUNK: Final = 64 * 1024
#: What clamd says of a stream is one line; a name of a virus is short.
LONGEST: Final = 4096
ANSWER: Final = re.compile(rb"stream: (OK|[^\n]+ FOUND)")


class Unknown(Exception):
    """The scanner said nothing that decides, of this file: it is tried again."""


class Away(Unknown):
    """The scanner is down, silent or slow."""


def is_configured() -> bool:
    return bool(settings.SCANNER_URL)


def scanned(data: bytes, *, wait: float) -> Document.Scan:
    """Return `clean` or `infected`; in no transaction, for it takes up to `wait` seconds.

    Raises:
        Away, Unknown: nothing can be said of the file yet.
    """
    ends = time.monotonic() + wait
    try:
        with _connected(ends) as line:
            # Who has enough, of a file that is too large for it, says so and listens no more.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(line, data, ends)
            answer = _read(line, ends)
    except OSError as error:
        raise Away(type(error).__name__) from error
    if not answer:
        raise Away("no answer")
    said = ANSWER.fullmatch(answer.partition(b"\0")[0])
    if said is None:
        raise Unknown(f"said {answer[:80]!r}")
    return Document.Scan.CLEAN if said[1] == b"OK" else Document.Scan.INFECTED


def _connected(ends: float) -> socket.socket:
    at = urlsplit(settings.SCANNER_URL)
    if at.scheme != "unix":
        return socket.create_connection((at.hostname, at.port), timeout=_left(ends))
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_left(ends))
    line.connect(at.path)
    return line


def _send(line: socket.socket, data: bytes, ends: float) -> None:
    line.sendall(b"zINSTREAM\0")
    for at in range(0, len(data), CHUNK):
        chunk = data[at : at + CHUNK]
        line.settimeout(_left(ends))
        line.sendall(len(chunk).to_bytes(4, "big") + chunk)
    line.sendall(bytes(4))


def _read(line: socket.socket, ends: float) -> bytes:
    answer = b""
    while len(answer) < LONGEST and b"\0" not in answer:
        line.settimeout(_left(ends))
        if not (more := line.recv(LONGEST)):
            break
        answer += more
    return answer


def _left(ends: float) -> float:
    """Raises TimeoutError where no time is left: a timeout of zero would not wait at all."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
