"""The counterpart of a virus scanner: clamd's INSTREAM, with EICAR's test file as the only virus.

`error` answers as clamd does a file that is larger than it takes; so does a file that is.
"""

import socket
import time
from contextlib import suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Final

from tools.counterparts import server

#: https://www.eicar.org; apart, so that no scanner takes this program for one.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
COMMAND: Final = b"zINSTREAM\0"
#: clamd's StreamMaxLength as Debian sets it.
MOST: Final = 25 * 1024 * 1024
TOO_LARGE: Final = b"INSTREAM size limit exceeded. ERROR\0"
ANSWERS: Final = {"garbled": b"<html>well?</html>\0", "error": TOO_LARGE, "broken": TOO_LARGE}


class Handler(StreamRequestHandler):
    server: "Scanner"
    timeout = 30

    def handle(self) -> None:
        # Whoever does not wait for the answer any more misses nothing.
        with suppress(OSError):
            self._answer()

    def _answer(self) -> None:
        behaviour = self.server.behaviour
        if self.rfile.read(len(COMMAND)) != COMMAND:
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        mode = behaviour.next_mode()
        if mode == "mute":
            return
        found = self._found()
        if mode == "slow":
            time.sleep(behaviour.seconds)
        if mode == "silent":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = ANSWERS.get(mode, found)
        self.wfile.write(answer * (2 if mode == "twice" else 1))

    def _found(self) -> bytes:
        """Read the stream to its end, and say what is in it."""
        data = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            if len(data) + size > self.server.most:
                return TOO_LARGE
            data += self.rfile.read(size)
        return b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


class Scanner(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.behaviour, self.most = server.Behaviour(), MOST


def serving(port: int, _file: Path) -> Scanner:
    return Scanner(port)
