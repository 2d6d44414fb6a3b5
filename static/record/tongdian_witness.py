#!/usr/bin/env python3
"""A witness of the record of a Tongdian city: run by somebody else, such as the audit office.

    python tongdian_witness.py init  --name audit.example.gov.cn/witness
    python tongdian_witness.py serve --origin ORIGIN --log-vkey VKEY [--port 8091] [--keys FILE|URL]
    python tongdian_witness.py show

The city's log sends each new checkpoint here with a proof that it only continues the one before.
The witness checks that, keeps the checkpoint, and countersigns it. From then on nobody, the city
included, can change or shorten what was countersigned without its being seen. It stores no entry.

It speaks C2SP tlog-witness (POST /add-checkpoint; GET /<SHA-256 of the origin>/checkpoint) with
tlog-cosignature for Ed25519. It needs Python 3.9, the package `cryptography` and, in the same
folder, tongdian_verify.py. Put a web server with TLS before it where it is reached from outside.

What it keeps, in --folder (default: witness):

    key                               its name and private key; nobody else may read it
    logs/<SHA-256 of the origin>/
        latest                        the last checkpoint that it countersigned
        archive/<size // 10000>/<size>    every checkpoint that it countersigned
        refused/<SHA-256>             what the log signed and should not have: evidence
        keys                          keys that the log handed over to, one per line
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import os
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import tongdian_verify as verify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MOST_BYTES = 256 << 10  # of a request: sixteen large signatures and a proof
MOST_HASHES = 63
PATIENCE = 10  # seconds that one may take to send a request
RELOAD = 10  # seconds between two looks at the log's list of keys
MOST_EVIDENCE = 1000  # files: one is proof enough, and a signer gone mad shall not fill the disk


# --- Files that last ----------------------------------------------------------------------------


def keep(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that after a crash it is there as a whole, or as it was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    for folder in (path.parent, path.parent.parent):
        with contextlib.suppress(OSError):  # some systems cannot make a folder's names last
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def given(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder: two witnesses on one would countersign two histories."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as file:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415 - only there

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415 - only elsewhere

                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"another witness runs on {folder} 该文件夹已有见证程序在运行")
        yield


# --- The witness's own key ----------------------------------------------------------------------


class Signer(NamedTuple):
    key: verify.Key
    private: Ed25519PrivateKey

    @property
    def vkey(self) -> str:
        public = base64.b64encode(bytes([verify.COSIGNATURE]) + self.key.public).decode()
        return f"{self.key}+{public}"

    def line(self, text: str, now: int) -> str:
        """The cosignature line for a checkpoint at a POSIX time."""
        signature = self.private.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        whole = base64.b64encode(self.key.id + now.to_bytes(8, "big") + signature).decode()
        return f"— {self.key.name} {whole}\n"


def signer_of(text: str) -> Signer:
    name, seed = text.split()
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    public = private.public_key().public_bytes_raw()
    return Signer(verify.Key(name, verify.COSIGNATURE, public), private)


# --- Consistency, RFC 6962 section 2.1.2 (checked as in RFC 9162 section 2.1.4.2) ---------------


def consistent(old: int, new: int, before: bytes, after: bytes, proof: list[bytes]) -> bool:
    if not 0 < old < new:
        return not proof and (old == 0 or (old == new and before == after))
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    rest = iter(proof if at else [before, *proof])
    first = second = next(rest, b"")
    while last > 0:
        side = next(rest, b"") if at & 1 or at < last else None
        if side is not None and at & 1:
            first, second = verify.node_hash(side, first), verify.node_hash(side, second)
        elif side is not None:
            second = verify.node_hash(second, side)
        at, last = at >> 1, last >> 1
    return (first, second) == (before, after) and next(rest, None) is None


# --- One log, as this witness knows it ----------------------------------------------------------


class Answer(NamedTuple):
    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


NOWHERE = Answer(404, "no such address\n")


class Refusal(Exception):
    def __init__(self, status: int, why: str, *, evidence: bool = False) -> None:
        super().__init__(why)
        self.status, self.why, self.evidence = status, why, evidence


class Request(NamedTuple):
    old: int
    proof: list[bytes]
    point: verify.Checkpoint


def request_of(body: bytes) -> Request:
    """Raises `Refusal` (400) where it is no body of add-checkpoint."""
    try:
        head, blank, note = body.partition(b"\n\n")
        first, *lines = head.decode("ascii").split("\n")
        verify.need(blank and re.fullmatch(f"old ({verify.NUMBER})", first), "the old size")
        verify.need(len(lines) <= MOST_HASHES, "too many hashes")
        proof = [verify.unbase64(line) for line in lines]
        verify.need(all(len(one) == verify.HASH for one in proof), "a hash")
        return Request(int(first[4:]), proof, verify.checkpoint_of(note, "checkpoint"))
    except (ValueError, verify.Fault) as error:
        raise Refusal(400, f"not a request: {error}") from None


class Log:
    """The state kept of one log; `lock` makes checking and keeping one step."""

    def __init__(self, folder: Path, origin: str, keys: list[verify.Key]) -> None:
        self.origin, self.lock = origin, threading.Lock()
        self.folder = folder / "logs" / hashlib.sha256(origin.encode()).hexdigest()
        later = (given(self.folder / "keys") or b"").decode().split()
        self.keys = [*keys, *map(verify.key_of, later)]
        raw = given(self.folder / "latest")
        self.latest = verify.checkpoint_of(raw, "latest") if raw else None
        if self.latest and raw:
            keep(self._archived(self.latest.size), raw)  # where a crash came between the two

    def _archived(self, size: int) -> Path:
        return self.folder / "archive" / str(size // 10_000) / str(size)

    @property
    def size(self) -> int:
        return self.latest.size if self.latest else 0

    def signed(self, point: verify.Checkpoint) -> bool:
        """Whether a known key signed a checkpoint; raises `Refusal` where a line is wrong."""
        try:
            stamps = [point.note.signed(key) for key in self.keys]
        except verify.Fault as fault:
            raise Refusal(403, str(fault)) from None
        return any(stamp is not None for stamp in stamps)

    def adopt(self, keys: verify.Keys) -> None:
        """Take on the keys that the known ones have handed over to, and remember them."""
        rows = [row for row in keys.logs() if row.key.name == self.origin]
        for row in rows:
            if row.giver in self.keys and row.key not in self.keys:
                self.keys.append(row.key)
                encoded = base64.b64encode(bytes([row.key.kind]) + row.key.public).decode()
                known = given(self.folder / "keys") or b""
                keep(self.folder / "keys", known + f"{row.key}+{encoded}\n".encode())

    def check(self, asked: Request) -> None:
        """Raise `Refusal` unless a checkpoint continues the last one. The lock must be held."""
        old, point = asked.old, asked.point
        before = self.latest.root if self.latest else b""
        # Another root of the same size was countersigned: a fork, in writing.
        raw = given(self._archived(point.size))
        evidence = raw is not None and verify.checkpoint_of(raw, "archive").root != point.root
        if old > point.size:
            raise Refusal(400, "the old size is larger than the new", evidence=evidence)
        if old != self.size:
            raise Refusal(409, str(self.size), evidence=evidence)
        if not point.size and point.root != verify.Tree().root():
            raise Refusal(422, "not the root of an empty tree")
        if not consistent(old, point.size, before, point.root, asked.proof):
            raise Refusal(422, "not a continuation of what was countersigned", evidence=True)

    def accept(self, point: verify.Checkpoint, signer: Signer) -> str:
        """Countersign a checkpoint and keep it; returns the line. The lock must be held."""
        text = point.note.text
        line = signer.line(text, int(time.time()))
        known = {(key.name, key.id) for key in self.keys}
        lines = [
            f"— {name} {base64.b64encode(identity + signature).decode()}\n"
            for name, identity, signature in point.note.lines
            if (name, identity) in known
        ]
        raw = f"{text}\n{''.join(lines)}{line}".encode()
        keep(self.folder / "latest", raw)
        keep(self._archived(point.size), raw)
        self.latest = verify.checkpoint_of(raw, "latest")
        return line

    def hold(self, body: bytes) -> None:
        """Keep a refused request that the log signed: it may prove what the log did."""
        folder = self.folder / "refused"
        path = folder / hashlib.sha256(body).hexdigest()
        if not path.exists() and (not folder.is_dir() or len(os.listdir(folder)) < MOST_EVIDENCE):  # noqa: PTH208
            keep(path, body)


class Witness:
    """Answers requests; keeps nothing in memory that is not on the disk first."""

    def __init__(self, signer: Signer, logs: dict[str, Log], keys_from: str | None) -> None:
        self.signer, self.logs, self.keys_from = signer, logs, keys_from
        self._looked, self._looking = 0.0, threading.Lock()

    def add_checkpoint(self, body: bytes) -> Answer:
        log = None
        try:
            asked = request_of(body)
            log = self._log_of(asked.point)
            with log.lock:
                log.check(asked)
                return Answer(200, log.accept(asked.point, self.signer))
        except Refusal as refusal:
            if log is not None and refusal.evidence:
                with log.lock:
                    log.hold(body)
            if refusal.status == 409:
                return Answer(409, f"{refusal.why}\n", "text/x.tlog.size")
            return Answer(refusal.status, f"{refusal.why}\n")

    def _log_of(self, point: verify.Checkpoint) -> Log:
        log = self.logs.get(point.origin)
        if log is None:
            raise Refusal(404, "no such log here")
        if log.signed(point):
            return log
        # It may have handed over: its list of keys is read again, not too often.
        with self._looking:
            if self.keys_from is not None and time.monotonic() - self._looked >= RELOAD:
                self._looked = time.monotonic()
                try:
                    raw = _fetch(self.keys_from)
                    log.adopt(verify.keys_of(verify.strict_json(raw), self.keys_from))
                except (OSError, ValueError, verify.Fault) as error:
                    note_down(f"keys: {error}")
        if not log.signed(point):
            raise Refusal(403, "not signed by a known key of the log")
        return log

    def checkpoint(self, digest: str) -> Answer:
        for log in self.logs.values():
            raw = given(log.folder / "latest") if log.folder.name == digest else None
            if raw is not None:
                return Answer(200, raw.decode())
        return Answer(404, "nothing countersigned\n")


def _fetch(place: str) -> bytes:
    if not re.match(r"https?://", place):
        return Path(place).read_bytes()
    with urllib.request.urlopen(place, timeout=5) as answer:  # noqa: S310 - http(s) only
        data: bytes = answer.read(MOST_BYTES)
        return data


def note_down(text: str) -> None:
    now = datetime.now(timezone.utc)
    print(f"{now:%Y-%m-%dT%H:%M:%SZ} {text}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "tongdian-witness", ""
    timeout = PATIENCE
    witness: Witness

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length, re.ASCII):
            self.close_connection = True
            self._answer(Answer(411, "length required\n"))
        elif int(length) > MOST_BYTES:
            self.rfile.read(MOST_BYTES)
            self.close_connection = True
            self._answer(Answer(413, "too large\n"))
        else:
            body = self.rfile.read(int(length))
            known = self.path == "/add-checkpoint"
            self._answer(self.witness.add_checkpoint(body) if known else NOWHERE)

    def do_GET(self) -> None:
        asked = re.fullmatch("/([0-9a-f]{64})/checkpoint", self.path)
        self._answer(self.witness.checkpoint(asked[1]) if asked else NOWHERE)

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's
        note_down(f"{self.address_string()} {format % arguments}")


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


# --- The command line ---------------------------------------------------------------------------


def init(asked: argparse.Namespace) -> int:
    path = Path(asked.folder) / "key"
    if path.exists():
        print(f"{path} exists 密钥已存在", file=sys.stderr)
        return 2
    if not verify.good_name(asked.name):
        print("--name: no spaces and no + 名称不能有空格和加号", file=sys.stderr)
        return 2
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    keep(path, f"{asked.name} {seed.hex()}\n".encode(), 0o600)
    print(signer_of(path.read_text()).vkey)
    return 0


def serve(asked: argparse.Namespace) -> int:
    folder = Path(asked.folder)
    raw = given(folder / "key")
    if raw is None:
        sys.exit(f"no key in {folder}: run init first 请先运行 init")
    signer = signer_of(raw.decode())
    with alone(folder):
        try:
            keys = [verify.key_of(vkey) for vkey in asked.log_vkey]
        except ValueError as error:
            sys.exit(f"--log-vkey: {error}")
        # Every key must be of one of the logs, and each log must have one.
        signing = all(key.kind == verify.SIGNATURE for key in keys)
        if {key.name for key in keys} != set(asked.origin) or not signing:
            sys.exit("--log-vkey: its name must be the --origin 公钥的名称应与 --origin 相同")
        logs = {
            origin: Log(folder, origin, [key for key in keys if key.name == origin])
            for origin in asked.origin
        }
        witness = Witness(signer, logs, asked.keys)
        handler = type("OurHandler", (Handler,), {"witness": witness})
        with Server((asked.host, asked.port), handler) as server:
            print(f"http://{asked.host}:{server.server_port}/ {signer.vkey}", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.serve_forever()
    return 0


def show(asked: argparse.Namespace) -> int:
    latest = sorted((Path(asked.folder) / "logs").glob("*/latest"))
    for path in latest:
        refused = len(list((path.parent / "refused").glob("*")))
        archived = len(list((path.parent / "archive").glob("*/*")))
        print(path.read_text())
        print(f"kept 留存: {archived}; refused 拒签: {refused}; {path.parent}\n")
    if not latest:
        print("nothing countersigned yet 尚未连署")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A witness of the record 记录的见证方")
    parser.add_argument("--folder", default="witness", help="where it keeps everything 数据文件夹")
    doing = parser.add_subparsers(dest="command", required=True)
    one = doing.add_parser("init", help="make the key 生成密钥")
    one.add_argument("--name", required=True, help="such as audit.example.gov.cn/witness")
    one.set_defaults(run=init)
    one = doing.add_parser("serve", help="answer the log 开始见证")
    one.add_argument("--origin", required=True, action="append", help="origin of the log 记录名称")
    one.add_argument("--log-vkey", required=True, action="append", help="its key 记录的公钥")
    one.add_argument("--keys", help="its keys.json, for handovers 换钥时查看的 keys.json")
    one.add_argument("--host", default="127.0.0.1")
    one.add_argument("--port", type=int, default=8091)
    one.set_defaults(run=serve)
    one = doing.add_parser("show", help="print the latest checkpoint 显示最近的检查点")
    one.set_defaults(run=show)
    asked = parser.parse_args(arguments)
    status: int = asked.run(asked)
    return status


if __name__ == "__main__":
    sys.exit(main())
