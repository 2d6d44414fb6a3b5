"""A witness in a process of its own, and a log that talks to it over HTTP."""

import hashlib
import http.client
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import tongdian_witness

from tests.verifier import writer
from tests.verifier.writer import Signer, b64

PROGRAM = Path(tongdian_witness.__file__)
ORIGIN = f"{writer.BASE}/1"
NAME = "audit.example/w1"
Reply = tuple[int, str, str]


@dataclass
class Office:
    """The second party: a folder, and the program on it."""

    folder: Path
    log: str = field(default_factory=lambda: Signer(ORIGIN).vkey)
    more: tuple[str, ...] = ()
    running: "subprocess.Popen[str] | None" = None
    port: int = 0
    vkey: str = ""

    def __enter__(self) -> Self:
        self.vkey = self.run("init", "--name", NAME).stdout.strip()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.kill()

    def command(self, *arguments: str) -> list[str]:
        """The command line of the program."""
        return [sys.executable, "-B", str(PROGRAM), "--folder", str(self.folder), *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the program to its end."""
        command = self.command(*arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    @property
    def origin(self) -> str:
        """The origin of the log."""
        return self.log.partition("+")[0]

    def serving(self) -> list[str]:
        """The arguments of `serve`."""
        own = ["serve", "--origin", self.origin, "--log-vkey", self.log]
        return [*own, "--port", "0", *self.more]

    def start(self) -> None:
        """Start to serve, and wait until it says where."""
        command = self.command(*self.serving())
        self.running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.running.stdout
        address, _, vkey = self.running.stdout.readline().partition(" ")
        self.port = int(address.rstrip("/").rpartition(":")[2])
        assert vkey.strip() == self.vkey

    def kill(self) -> None:
        """Kill it as a power cut does."""
        if self.running:
            self.running.kill()
            self.running.wait()
            assert self.running.stdout
            self.running.stdout.close()
        self.running = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        """One request: status, content type and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", ""), answer.read().decode()
        finally:
            connection.close()

    def post(self, body: bytes) -> Reply:
        """One POST of a checkpoint."""
        return self.ask("POST", "/add-checkpoint", body)

    def latest(self) -> Reply:
        """What it says it countersigned last."""
        return self.ask("GET", f"/{hashlib.sha256(self.origin.encode()).hexdigest()}/checkpoint")

    @property
    def state(self) -> Path:
        """Where it keeps what it knows of the log."""
        return self.folder / "logs" / hashlib.sha256(self.origin.encode()).hexdigest()

    def refused(self) -> set[bytes]:
        """The evidence that it kept."""
        return {path.read_bytes() for path in (self.state / "refused").glob("*")}


@dataclass
class Growing:
    """A log that sends its checkpoints."""

    leaves: list[bytes]
    key: Signer = field(default_factory=lambda: Signer(ORIGIN))
    origin: str = ORIGIN

    def body(
        self, old: int, size: int, *signers: Signer, proof: list[bytes] | None = None
    ) -> bytes:
        """A request from one size to another."""
        leaves = self.leaves[:size]
        hashes = writer.proof_of(old, leaves) if proof is None else proof
        head = writer.head_text(self.origin, leaves)
        note = writer.note(head, *(signers or (self.key,)))
        return "".join([f"old {old}\n", *(f"{b64(one)}\n" for one in hashes), "\n", note]).encode()


def a_log(size: int = 40, word: str = "leaf") -> Growing:
    """A log of so many leaves."""
    return Growing([writer.leaf_of(f"{word} {number}".encode()) for number in range(size)])
