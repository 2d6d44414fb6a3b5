#!/usr/bin/env python3
"""Check the record of a Tongdian city, or a receipt from it, without trusting the city's software.

    python tongdian_verify.py log     DIR_OR_URL [--keys FILE|VKEY] [--checkpoint KEPT]...
    python tongdian_verify.py receipt FILE       [--keys FILE|VKEY] [--document FILE]...

Exit status: 0 it holds; 1 it does not (the first fault is printed); 2 it could not be read.

It needs Python 3.9 or later and nothing else. It is one file on purpose, longer than any other of
the project: whoever doubts the record downloads this file alone, reads it alone and runs it alone.
For the same reason it has its own Ed25519, imports nothing of the portal, and was written from the
specifications, not from the code that writes the record:

    RFC 6962 s.2.1 (Merkle tree), RFC 8032 s.5.1 (Ed25519), RFC 2104 (HMAC), and of C2SP:
    signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature (Ed25519), tlog-proof.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import hmac
import http.client
import itertools
import json
import locale
import re
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, NamedTuple, Union

CITY = "00000000-0000-4000-8000-000000000000"  # the "case" of facts of the whole city
WIDTH = 256  # hashes in a full tile, entries in a full bundle
HASH = 32
SIGNATURE, COSIGNATURE = 1, 4  # types of keys
NUMBER = r"0|[1-9][0-9]{0,17}"
MOST_SIGNATURES = 64
MOST_BYTES = 32 << 20  # no file of the record is larger

# --- What it says -------------------------------------------------------------------------------

TEXT = {
    # Faults; the file stands before them.
    "absent": ("文件缺失", "the file is missing"),
    "not_text": ("不是规范的签名文本（{why}）", "not a signed note ({why})"),
    "not_checkpoint": ("不是规范的检查点（{why}）", "not a checkpoint ({why})"),
    "not_keys": ("不是规范的公钥文件（{why}）", "not a list of keys ({why})"),
    "not_receipt": ("不是规范的回执（{why}）", "not a receipt ({why})"),
    "not_proof": ("不是规范的收录证明（{why}）", "not a proof of inclusion ({why})"),
    "bad_signature": ("密钥 {key} 的签名不对", "the signature by {key} is wrong"),
    "unsigned": ("没有当时有效的密钥（{key}）的签名", "not signed by a key in force then ({key})"),
    "origin": ("属于“{found}”，应为“{wanted}”", "belongs to “{found}”, expected “{wanted}”"),
    "key_name": ("密钥名为“{found}”，应为“{wanted}”", "key named “{found}”, expected “{wanted}”"),
    "key_range": (
        "密钥 {key} 的范围与前一个不衔接",
        "the range of key {key} leaves a gap or overlaps",
    ),
    "handover": ("密钥 {key} 没有由前一个密钥移交", "no right handover to key {key}"),
    "key_gone": ("您信任的密钥 {key} 不在其中", "the key that you trust, {key}, is not in it"),
    "key_changed": ("密钥 {key} 的记载与您留存的不同", "key {key} is not described as you kept it"),
    "key_unlinked": (
        "密钥 {key} 不是由您信任的密钥移交的",
        "key {key} was not handed over by a key that you trust",
    ),
    "epoch": ("没有哪个密钥属于这一期", "no key belongs to this epoch"),
    "bundle": (
        "第 {index} 条处损坏，应有 {wanted} 条",
        "broken at entry {index}, expected {wanted}",
    ),
    "entry": ("第 {index} 条不是规范格式（{why}）", "entry {index} is not canonical ({why})"),
    "case_seq": (
        "第 {index} 条在事项 {case} 中编号 {found}，应为 {wanted}",
        "entry {index} has number {found} in case {case}, expected {wanted}",
    ),
    "case_prev": (
        "第 {index} 条不接在事项 {case} 的上一条之后（应接 {wanted}）",
        "entry {index} does not follow the one before it in case {case} (expected {wanted})",
    ),
    "case_time": (
        "第 {index} 条的时间 {found} 早于事项 {case} 的上一条 {wanted}",
        "entry {index} at {found} is earlier than the one before it in case {case}, {wanted}",
    ),
    "effect": ("第 {index} 条生效晚于写入", "entry {index} takes effect after it was written"),
    "tile": ("第 {index} 个哈希应为 {wanted}", "hash {index} is not that of the entries, {wanted}"),
    "bytes": ("有 {found} 字节，应为 {wanted}", "{found} bytes, expected {wanted}"),
    "leftover": ("与完整文件的开头不一致", "differs from the beginning of the full file"),
    "root": (
        "前 {size} 条的根哈希与已发布条目不符（由条目算得 {wanted}）",
        "the root over {size} entries is not that of the published entries ({wanted})",
    ),
    "shortened": (
        "当时已有 {found} 条，现在只发布了 {wanted} 条：记录被截短",
        "{found} entries then, only {wanted} published now: the record was shortened",
    ),
    "name_size": ("内容写的是 {found} 条，与文件名不符", "says {found} entries, unlike its name"),
    "rotation": ("第 {index} 条的换钥不在公钥文件中", "entry {index} changes to a key not listed"),
    "unrotated": ("换用密钥 {key} 没有记入记录", "the change to key {key} is not in the record"),
    "undeclared": ("这一期没有申报缺口就开始了", "this epoch began without a declared gap"),
    "quorum": ("只有 {found} 个见证方连署，应有 {wanted}", "{found} of {wanted} witnesses signed"),
    "not_recorded": (
        "{at} 的条目不在截至 {last} 的记录中；刚取得的回执请几分钟后再查",
        "its entry of {at} is not in the record up to {last} (if new, try again in minutes)",
    ),
    "elsewhere": (
        "条目在第 {wanted} 位，证明写第 {found} 位",
        "entry at {wanted}, proof says {found}",
    ),
    "number": ("编号“{found}”应为“{wanted}”", "number “{found}”, expected “{wanted}”"),
    "opening": ("所附内容与条目不符", "the content shown is not what the entry commits to"),
    "promise": ("承诺书第 {index} 行与回执不符", "line {index} of the promise is not about this"),
    "inclusion": ("收录证明不成立", "the proof fails: the entry is not in that record"),
    "document": ("材料不在回执所列之中（摘要 {found}）", "not a document of the receipt ({found})"),
    # What could not be read.
    "unreadable": ("无法读取（{why}）", "cannot be read ({why})"),
    "pdf": (
        "这是 PDF：请先从中另存附件 receipt.json，或到网站“核对回执”页面直接核对",
        "this is a PDF: save its attachment receipt.json, or use the page “Check a receipt”",
    ),
    "no_key": ("既不是文件，也不是公钥", "neither a file nor a verifier key"),
    # Results.
    "holds": ("成立。", "It holds."),
    "fails": ("不成立。", "It does not hold."),
    "recorded": ("已收录：该步骤确在记录之中。", "Recorded: this step is in the record."),
    "promised": (
        "已承诺：有签名承诺，尚无收录证明；几分钟后可取得带证明的回执。",
        "Promised: signed for, no proof yet; a receipt with a proof can be had in minutes.",
    ),
    "size": (
        "第 {epoch} 期：{size} 条，{cases} 个事项",
        "Epoch {epoch}: {size} entries, {cases} cases",
    ),
    "times": ("最早 {first}，最近 {last}", "First {first}, last {last}"),
    "gap": (
        "接续第 {epoch} 期的前 {common} 条；其后 {lost} 条已失（已申报）",
        "Goes on after the first {common} entries of epoch {epoch}; {lost} were lost (declared)",
    ),
    "signer": ("签名密钥 {key}", "Signed by {key}"),
    "agrees": ("与 {count} 个检查点一致", "Agrees with {count} signed checkpoints"),
    "found": ("回执 {name}：在第 {index} 条", "Receipt {name}: is entry {index}"),
    "step": ("编号 {number}，步骤 {type}，{at}", "Number {number}, step {type}, {at}"),
    "proved": ("在记录的第 {index} 条，检查点共 {size} 条", "Entry {index} of a record of {size}"),
    "opened": ("所附内容与记录一致", "The content shown is what was recorded"),
    "documents": ("{count} 份材料与记录一致", "{count} documents are those recorded"),
    "witnessed": ("见证方 {key} 于 {at} 连署", "Countersigned by witness {key} at {at}"),
    "unwitnessed": ("见证方 {key} 未连署", "Not countersigned by witness {key}"),
    "standing": (
        "注意：由谁办理、何时到期仅供参考，不在证明之内",
        "Note: who holds the case and what is due is for information, not proved",
    ),
    "own_keys": (
        "注意：公钥取自被查对象自身，请用从别处得到的公钥再查（--keys）",
        "Note: the key came from what was checked; check with one from elsewhere (--keys)",
    ),
    "nothing_kept": (
        "注意：没有留存的检查点可比（--checkpoint），整份重做的记录看不出来",
        "Note: without a kept checkpoint (--checkpoint) a record redone as a whole does not show",
    ),
    "lost_key": (
        "注意：密钥 {key} 启用时没有移交（前一个已丢失）",
        "Note: key {key} began without a handover (the one before it was lost)",
    ),
    "progress": ("已核对 {done} / {size} 条", "{done} of {size} entries checked"),
}
LANGUAGE = ["zh"]


def say(code: str, **values: object) -> str:
    # What a file says of itself reaches the screen as letters only, never as commands to it.
    shown = {
        name: "".join(one if one.isprintable() else "?" for one in str(value))
        for name, value in values.items()
    }
    return TEXT[code][LANGUAGE[0] == "en"].format(**shown)


class Trouble(Exception):
    def __init__(self, code: str, file: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.file, self.values = code, file, values

    def __str__(self) -> str:
        return f"{self.file}: {say(self.code, **self.values)}"


class Fault(Trouble):
    """The record or the receipt does not hold."""


class Unreadable(Trouble):
    """What was given cannot be read, so nothing can be said of it."""


def need(true: object, why: str) -> None:
    if not true:
        raise ValueError(why)


# --- Ed25519, RFC 8032 section 5.1 (verification only, so no secret is ever handled) ------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(p: Point) -> Point:
    a, b, c = p[0] * p[0], p[1] * p[1], 2 * p[2] * p[2]
    h, g = a + b, a - b
    e, f = h - (p[0] + p[1]) ** 2, c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decode(raw: bytes) -> Point | None:
    """The point of an encoding; None where it is not the one canonical encoding."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * SQRT_MINUS_1 % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE: Point = _decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


@functools.lru_cache(maxsize=4096)
def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is right, with s below the order, canonical points and no weak key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, s = _decode(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= ORDER:
        return False
    eightfold = _double(_double(_double(a)))
    if eightfold[0] == 0 and eightfold[1] == eightfold[2]:  # a key of small order
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    minus = (P - a[0], a[1], a[2], P - a[3])
    table, result = (NEUTRAL, BASE, minus, _add(BASE, minus)), NEUTRAL
    for bit in range(252, -1, -1):
        result = _double(result)
        pick = s >> bit & 1 | (k >> bit & 1) << 1
        result = _add(result, table[pick]) if pick else result
    inverse = pow(result[2], P - 2, P)
    x, y = result[0] * inverse % P, result[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- The Merkle tree, RFC 6962 section 2.1 ------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows leaf by leaf and remembers only its right edge; `put` gets every hash of a tile."""

    def __init__(self, put: Callable[[int, bytes], None] = lambda level, node: None) -> None:
        self.size, self._edge, self._put = 0, list[bytes](), put

    def add(self, leaf: bytes) -> None:
        self._put(0, leaf)
        node, rest, height = leaf, self.size, 0
        while rest & 1:
            node, rest, height = node_hash(self._edge.pop(), node), rest >> 1, height + 1
            if height % 8 == 0:
                self._put(height // 8, node)
        self._edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._edge:
            return hashlib.sha256(b"").digest()
        return functools.reduce(lambda node, left: node_hash(left, node), reversed(self._edge))


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None where its length is wrong."""
    node, at, last, rest = leaf, index, size - 1, iter(proof)
    while last > 0:
        if at & 1 or at != last:
            side = next(rest, None)
            if side is None:
                return None
            node = node_hash(side, node) if at & 1 else node_hash(node, side)
        at, last = at >> 1, last >> 1
    return node if next(rest, None) is None else None


# --- Signed notes and keys (C2SP signed-note, tlog-cosignature) ---------------------------------


def unbase64(text: str) -> bytes:
    """Decode base64 in its one canonical spelling; raises ValueError else."""
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64")
    return raw


class Key(NamedTuple):
    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before a signature by this key."""
        text = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(text).digest()[:4]

    @property
    def print(self) -> str:
        """The fingerprint as an entry `key.rotated` names it."""
        return hashlib.sha256(self.public).hexdigest()[:32]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}"


def good_name(name: str) -> bool:
    return bool(name) and name.isprintable() and not re.search(r"[\s+]", name)


def key_of(vkey: str) -> Key:
    """Raises ValueError where it is no verifier key."""
    name, _, rest = vkey.partition("+")
    identity, _, encoded = rest.partition("+")
    raw = unbase64(encoded)
    key = Key(name, raw[0] if raw else 0, raw[1:])
    need(key.kind in {SIGNATURE, COSIGNATURE} and len(key.public) == HASH, "type of the key")
    need(good_name(name) and key.id.hex() == identity, "name or ID of the key")
    return key


class Note(NamedTuple):
    """A text and its signature lines (name, key ID, signature)."""

    file: str
    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    def signed(self, key: Key) -> int | None:
        """The POSIX time of a key's cosignature, 0 for a signature, None where it has none; a
        `Fault` where a line by this key is wrong, which spoils the whole note."""
        when = None
        for name, identity, signature in self.lines:
            if (name, identity) != (key.name, key.id):
                continue
            when, at, message = 0, 0, self.text
            if key.kind == COSIGNATURE:
                when, at = int.from_bytes(signature[:8], "big"), 8
                message = f"cosignature/v1\ntime {when}\n{self.text}"
            if when >> 63 or not ed25519(key.public, signature[at:], message.encode()):
                raise Fault("bad_signature", self.file, key=key)
        return when


def note_of(raw: bytes, file: str) -> Note:
    """No signature is checked yet."""
    try:
        whole = raw.decode()
        cut = whole.rindex("\n\n")
        need(not re.search(r"[\x00-\x09\x0b-\x1f]", whole), "control characters")
        need(whole.endswith("\n"), "no end of line")
        lines = whole[cut + 2 : -1].split("\n")
        need(len(lines) <= MOST_SIGNATURES, "too many signatures")
        found = list[tuple[str, bytes, bytes]]()
        for line in lines:
            _dash, name, encoded = (*line.split(" "), "", "")[:3]
            raw = unbase64(encoded)
            right = line == f"— {name} {encoded}" and good_name(name) and len(raw) > 4
            need(right, "signature line")
            found.append((name, raw[:4], raw[4:]))
    except ValueError as error:
        raise Fault("not_text", file, why=error) from None
    return Note(file, whole[: cut + 1], tuple(found))


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    note: Note


def checkpoint_of(raw: bytes, file: str) -> Checkpoint:
    """No signature is checked yet."""
    note = note_of(raw, file)
    try:
        origin, size, root, *more = note.text[:-1].split("\n")
        need(origin and re.fullmatch(NUMBER, size, re.ASCII) and "" not in more, "its lines")
        point = Checkpoint(origin, int(size), unbase64(root), note)
        need(len(point.root) == HASH, "root")
        return point
    except ValueError as error:
        raise Fault("not_checkpoint", file, why=error) from None


# --- keys.json ----------------------------------------------------------------------------------


class Row(NamedTuple):
    """One key of keys.json and who handed over to it (None: nobody)."""

    key: Key
    purpose: str
    epoch: int
    since: int
    until: int | None
    handover: str | None
    giver: Key | None

    def covers(self, size: int) -> bool:
        return self.since <= size and (self.until is None or size <= self.until)


class Keys(NamedTuple):
    file: str
    origin: str
    rows: tuple[Row, ...]

    def logs(self, epoch: int | None = None) -> list[Row]:
        return [r for r in self.rows if r.purpose == "log" and epoch in {None, r.epoch}]


def strict_json(raw: bytes) -> Any:
    """Parse JSON in which no name comes twice; raises ValueError."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _value in pairs}) != len(pairs):
            raise ValueError("a name comes twice")
        return dict(pairs)

    try:
        return json.loads(raw.decode(), object_pairs_hook=unique)
    except RecursionError:
        raise ValueError("nested too deep") from None


def keys_of(document: Any, file: str) -> Keys:
    """Read keys.json: its shape, the order of the keys, and every handover."""
    try:
        origin = document["origin"]
        need(document["format"] == "tongdian-keys/1" and good_name(origin), "format or origin")
        rows = list[Row]()
        for item in document["keys"]:
            rows.append(_key_row(item, rows, origin, file))
        need(any(row.purpose == "log" for row in rows), "no key of a log")
        promising = [row for row in rows if row.purpose == "receipt"]
        need(not promising or promising[-1].until is None, "the last key for receipts has ended")
        return Keys(file, origin, tuple(rows))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Fault("not_keys", file, why=error) from None


def _key_row(item: Any, before: list[Row], origin: str, file: str) -> Row:
    """One key: its shape, its name, that its range follows on, and who handed over to it."""
    key, purpose, epoch = key_of(item["vkey"]), item["purpose"], item["epoch"]
    row = Row(key, purpose, epoch, item["from_size"], item["until_size"], item["handover"], None)
    sizes = [epoch, row.since, *([] if row.until is None else [row.until])]
    need(key.kind == SIGNATURE and purpose in {"log", "receipt"}, f"purpose of {key}")
    need(all(type(n) is int and n >= 0 for n in sizes) and sizes[-1] >= row.since, "numbers")
    need(all(other.key != key for other in before), f"{key} comes twice")
    wanted = f"{origin}/{epoch}" if purpose == "log" else f"{origin}/receipts"
    if key.name != wanted:
        raise Fault("key_name", file, found=key.name, wanted=wanted)
    logs = [other for other in before if other.purpose == "log"]
    if purpose == "log":
        logs = logs[-1:]
        # The first key of an epoch begins at 0, each further one where the one before it ended.
        last = logs[0].epoch if logs else 0
        begins = (logs[0].until, last) if logs and last == epoch else (0, last + 1)
        if (row.since, epoch) != begins:
            raise Fault("key_range", file, key=key)
        if row.handover is None:  # a log's key may have none, a receipt key must
            return row
    note = note_of((row.handover or "").encode(), f"{file} ({key})")
    body = f"tongdian-key/1\n{key.name}\n{purpose}\n{item['vkey']}\n"
    for other in reversed(logs):
        if note.signed(other.key) is not None and note.text == body:
            return row._replace(giver=other.key)
    raise Fault("handover", file, key=key)


Trust = Union[Keys, Key, None]


def trusted_of(trust: Trust, keys: Keys) -> set[Key]:
    """The keys that one may believe: those trusted, and those that these handed over to."""
    known = {row.key for row in trust.rows} if isinstance(trust, Keys) else {trust}
    good, last = set[Key](), None
    for row in keys.logs():
        on_its_word = trust is None and row.giver is None
        if row.key in known or on_its_word or (row.giver is not None and last in good):
            good.add(row.key)
        last = row.key
    others = (row for row in keys.rows if row.purpose != "log")
    return good | {row.key for row in others if row.key in known or row.giver in good}


def check_trust(trust: Trust, keys: Keys, *, whole: bool) -> set[Key]:
    """Compare published keys with those one trusts; returns the keys that one may believe. Of a
    record (`whole`) everything kept must be there still and every key follow from it, of a receipt
    only what both name must agree."""
    file, rows = keys.file, {row.key: row for row in keys.rows}
    to_link = [row.key for row in keys.rows]
    if isinstance(trust, Keys):
        if trust.origin != keys.origin:
            raise Fault("origin", file, found=keys.origin, wanted=trust.origin)
        for kept in trust.rows:
            if whole and kept.key not in rows:
                raise Fault("key_gone", file, key=kept.key)
            now = rows.get(kept.key, kept)
            ended = {kept.until, now.until} - {None}
            back = whole and kept.until is not None and now.until is None
            if kept._replace(until=None) != now._replace(until=None) or len(ended) > 1 or back:
                raise Fault("key_changed", file, key=kept.key)
    elif trust is not None:
        if whole and trust not in rows:
            raise Fault("key_gone", file, key=trust)
        logs = [row.key for row in keys.logs()]
        to_link = logs[logs.index(trust) :] if trust in logs else []  # only later ones
    good = trusted_of(trust, keys)
    unlinked = [key for key in to_link if whole and key not in good]
    if unlinked:
        raise Fault("key_unlinked", file, key=unlinked[0])
    return good


def check_signed(point: Checkpoint, keys: Keys, epoch: int, good: set[Key]) -> Key:
    """A believable log key in force that signed a checkpoint; all known ones must be right."""
    if point.origin != f"{keys.origin}/{epoch}":
        file, wanted = point.note.file, f"{keys.origin}/{epoch}"
        raise Fault("origin", file, found=point.origin, wanted=wanted)
    rows = keys.logs(epoch)
    signers = [row for row in rows if point.note.signed(row.key) is not None]
    for row in signers:
        if row.covers(point.size) and row.key in good:
            return row.key
    wanted = " / ".join(str(r.key) for r in rows if r.covers(point.size) and r.key in good)
    raise Fault("unsigned", point.note.file, key=wanted or "-")


def epoch_of(origin: str, base: str) -> int:
    """The epoch that an origin names; 0 where it is not of this record."""
    head, _, tail = origin.rpartition("/")
    return int(tail) if head == base and re.fullmatch(r"[1-9][0-9]{0,8}", tail, re.ASCII) else 0


def check_witnesses(point: Checkpoint, witnesses: list[Key], quorum: int) -> list[str]:
    lines, found = list[str](), 0
    for key in witnesses:
        stamp = point.note.signed(key)
        found += stamp is not None
        at = datetime.fromtimestamp(min(stamp or 0, 1 << 36), timezone.utc).isoformat()
        code = "unwitnessed" if stamp is None else "witnessed"
        lines.append(say(code, key=key, at=local(at)))
    if found < quorum:
        raise Fault("quorum", point.note.file, found=found, wanted=quorum)
    return lines


def local(at: str) -> str:
    """An instant of the record (UTC) as a clock in China shows it."""
    moment = datetime.fromisoformat(at[:19])
    if moment.year > 9000:  # nothing true, and the calendar ends
        return at
    return f"{moment + timedelta(hours=8):%Y-%m-%d %H:%M:%S} +08:00"


# --- Entries ------------------------------------------------------------------------------------

WORD, INSTANT = r"[A-Za-z0-9_-]*", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
UUID, SHA = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9a-f]{64}"
#: The fields of an entry in their order, and how each may be spelled: nothing needs escaping,
#: so every entry has one spelling.
FIELDS = {
    "actor_commit": SHA, "actor_district": WORD, "actor_role": WORD, "at": INSTANT,
    "case_ref": UUID, "case_seq": r"[1-9][0-9]{0,9}", "clock": r"[a-z0-9_:, ]*",
    "data_commit": SHA, "effective_at": f"(?:{INSTANT})?", "from": WORD, "holder": WORD,
    "lineage": f"(?:{UUID})?", "part": f"(?:{UUID})?", "prev": f"(?:{SHA})?", "to": WORD,
    "type": r"[a-z_]+\.[a-z_]+", "v": "1",
}  # fmt: skip
NUMBERS = {"case_seq", "v"}
SPELLED = [
    f'"{name}":(?P<{name}>{pattern})' if name in NUMBERS else f'"{name}":"(?P<{name}>{pattern})"'
    for name, pattern in FIELDS.items()
]
ENTRY = re.compile((r"\{" + ",".join(SPELLED) + r"\}").encode(), re.ASCII)


def entry_of(text: bytes) -> dict[str, str]:
    """The fields of an entry; raises ValueError where its form is not the canonical one."""
    found = ENTRY.fullmatch(text)
    if found is None:
        raise ValueError(_why_not(text))
    entry = {name: value.decode() for name, value in found.groupdict().items()}
    for name in ("at", "effective_at"):
        if entry[name]:
            datetime.fromisoformat(entry[name][:-1])
    return entry


def _why_not(text: bytes) -> str:
    try:
        values = strict_json(text)
        for name, pattern in FIELDS.items():
            if not re.fullmatch(pattern, str(values[name]), re.ASCII):
                return name
    except (KeyError, TypeError, ValueError) as error:
        return f"{type(error).__name__} {error}"
    return "spelling, order or further fields"


# --- Where the record lies ----------------------------------------------------------------------


class Folder:
    def __init__(self, base: str) -> None:
        self.base = Path(base)
        if not self.base.is_dir():
            raise Unreadable("unreadable", base, why="no folder")

    def read(self, path: str) -> bytes | None:
        try:
            with (self.base / path).open("rb") as file:
                return file.read(MOST_BYTES)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise Unreadable("unreadable", path, why=error) from error

    def names(self, path: str) -> list[int]:
        try:
            names = [one.name for one in (self.base / path).iterdir()]
        except OSError:
            return []
        return sorted(int(n) for n in names if re.fullmatch(NUMBER, n, re.ASCII))


class Web:
    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")

    def read(self, path: str) -> bytes | None:
        url, why = f"{self.base}/{path}", Exception()
        headers = {"Accept-Encoding": "gzip, identity", "User-Agent": "tongdian-verify"}
        for pause in (0.5, 1, 0):
            asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - http(s): `source_of`
            try:
                with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - likewise
                    body: bytes = answer.read(MOST_BYTES)
                    size = str(len(body))
                    need(answer.headers.get("Content-Length", size) == size, "cut")
                    packed = answer.headers.get("Content-Encoding") == "gzip"
                    return zlib.decompressobj(31).decompress(body, MOST_BYTES) if packed else body
            except (OSError, ValueError, zlib.error, http.client.HTTPException) as error:
                if isinstance(error, urllib.error.HTTPError) and error.code in {404, 410}:
                    return None
                why = error
            time.sleep(pause)
        raise Unreadable("unreadable", url, why=why)

    def names(self, path: str) -> list[int]:
        """Nothing: at an address only what is asked for by name is seen."""
        del path
        return []


Source = Union[Folder, Web]


def source_of(place: str) -> tuple[Source, int]:
    """The source with keys.json at its root, and the one epoch asked for (0: all)."""
    kind: Callable[[str], Source] = Web if re.match(r"https?://", place) else Folder
    source, parts = kind(place), re.fullmatch(r"(.*?)/?([1-9][0-9]{0,8})/?", place)
    if parts is None and not isinstance(source, Web):
        parts = re.fullmatch(r"(.*)/([1-9][0-9]{0,8})", str(source.base.resolve()))
    if parts and source.read("keys.json") is None and source.read("checkpoint") is not None:
        return kind(parts[1] or "."), int(parts[2])
    return source, 0


def read(source: Source, path: str) -> bytes:
    data = source.read(path)
    if data is None:
        raise Fault("absent", path)
    return data


def tile_path(number: int) -> str:
    """The path of the n-th tile of a level: 1234067 is x001/x234/067."""
    path = f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return path


def _ends(data: bytes) -> list[int]:
    """Where each whole entry of a bundle ends, after a 0."""
    ends, size = [0], len(data)
    while ends[-1] + 2 <= size:
        end = ends[-1] + 2 + int.from_bytes(data[ends[-1] : ends[-1] + 2], "big")
        if end > size:
            break
        ends.append(end)
    return ends


def read_wide(source: Source, path: str, width: int) -> tuple[bytes, str]:
    """A tile or bundle of this width, and its name; a full one stands in for a partial."""
    partial = f"{path}.p/{width}"
    data = source.read(partial) if width < WIDTH else None
    if data is not None:
        return data, partial
    data = source.read(path)
    if data is None:
        raise Fault("absent", partial if width < WIDTH else path)
    return data, path


# --- The record ---------------------------------------------------------------------------------

Head = tuple[int, bytes, str]  # number in its case, leaf, instant
Marks = dict[int, list[tuple[str, bytes]]]  # size: roots that were signed, and by which file


class Audit:
    """One pass over one epoch, entry by entry: up to `size`, with the roots that `marks` asks for,
    looking for the leaves `wanted`. Memory grows with the cases; of an entry 32 bytes are kept."""

    def __init__(
        self, source: Source, epoch: int, size: int, marks: Marks, wanted: set[bytes]
    ) -> None:
        self.source, self.prefix, self.size = source, f"{epoch}/tile", size
        self.marks, self.wanted = marks, wanted
        self.heads: dict[str, Head] = {}
        self.found: dict[bytes, int] = {}
        self.rotations: list[tuple[int, str, str, str]] = []
        self.first = self.last = ""
        self.leaves = bytearray()
        self.declared: set[str] = set()
        self._tiles: dict[int, tuple[int, bytearray]] = {}
        self._tree = Tree(self._put)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Read every bundle, and compare every tile and every root with what it gives."""
        self._check_root()
        for start in range(0, self.size, WIDTH):
            path = f"{self.prefix}/entries/{tile_path(start // WIDTH)}"
            width = min(WIDTH, self.size - start)
            data, file = read_wide(self.source, path, width)
            held = width if file != path else WIDTH
            ends = _ends(data)
            if len(ends) != held + 1 or ends[-1] != len(data):
                raise Fault("bundle", file, index=start + min(len(ends) - 1, held), wanted=held)
            for offset in range(width):
                self._entry(data[ends[offset] + 2 : ends[offset + 1]], start + offset, file)
            self._leftovers(path, data, ends[: width + 1])
            progress(self._tree.size, self.size)
        for level, (number, tile) in self._tiles.items():
            if tile:
                self._check_tile(level, number, bytes(tile))

    def _entry(self, text: bytes, index: int, file: str) -> None:
        """An entry's form; its number, chain and time within the case; what it says of keys."""
        try:
            entry = entry_of(text)
        except ValueError as error:
            raise Fault("entry", file, index=index, why=error) from None
        leaf = leaf_hash(text)
        case, seq, at = entry["case_ref"], int(entry["case_seq"]), entry["at"]
        before, prev, then = self.heads.get(case, (0, b"", ""))
        if seq != before + 1:
            raise Fault("case_seq", file, index=index, case=case, found=seq, wanted=before + 1)
        if entry["prev"] != prev.hex():
            raise Fault("case_prev", file, index=index, case=case, wanted=prev.hex() or "-")
        if at < then and case != CITY:
            raise Fault("case_time", file, index=index, case=case, found=at, wanted=then)
        if entry["effective_at"] > at:
            raise Fault("effect", file, index=index)
        self.heads[case] = (seq, leaf, at)
        if entry["type"] == "key.rotated":
            self.rotations.append((index, entry["from"], entry["to"], file))
        if entry["type"] == "record.gap_declared":
            self.declared.add(entry["to"])
        self.leaves += leaf
        if leaf in self.wanted:
            self.found[leaf] = index
        self.first = self.first or at
        self.last = max(self.last, at)
        self._tree.add(leaf)
        self._check_root()

    def _check_root(self) -> None:
        for file, root in self.marks.get(self._tree.size, ()):
            mine = self._tree.root()
            if root != mine:
                wanted = base64.b64encode(mine).decode()
                raise Fault("root", file, size=self._tree.size, wanted=wanted)

    def _put(self, level: int, node: bytes) -> None:
        number, tile = self._tiles.setdefault(level, (0, bytearray()))
        tile += node
        if len(tile) == WIDTH * HASH:
            self._check_tile(level, number, bytes(tile))
            self._tiles[level] = (number + 1, bytearray())

    def _check_tile(self, level: int, number: int, tile: bytes) -> None:
        path, width = f"{self.prefix}/{level}/{tile_path(number)}", len(tile) // HASH
        data, file = read_wide(self.source, path, width)
        size = len(tile) if file != path else WIDTH * HASH
        if len(data) != size:
            raise Fault("bytes", file, found=len(data), wanted=size)
        for at in range(0, len(tile) if data[: len(tile)] != tile else 0, HASH):
            if data[at : at + HASH] != tile[at : at + HASH]:
                wanted = tile[at : at + HASH].hex()
                raise Fault("tile", file, index=at // HASH, wanted=wanted)
        self._leftovers(path, tile, range(0, len(tile) + 1, HASH))

    def _leftovers(self, path: str, whole: bytes, ends: Sequence[int]) -> None:
        """Partial files of earlier sizes may still lie there: they must be the beginning."""
        for part in self.source.names(f"{path}.p"):
            file = f"{path}.p/{part}"
            data = self.source.read(file) if 0 < part < len(ends) - 1 else None
            if data is not None and data != whole[: ends[part]]:
                raise Fault("leftover", file)


class Record(NamedTuple):
    source: Source
    only: int
    trust: Trust
    kept: list[Checkpoint]
    receipts: list[Receipt]
    witnesses: list[Key]
    quorum: int


def check_log(record: Record, progress: Callable[[int, int], None]) -> list[str]:
    """Check a published record; returns what to say of it, raises the first `Fault`."""
    keys, heads = _heads(record)
    good = check_trust(record.trust, keys, whole=True)
    for kept in record.kept:
        if epoch_of(kept.origin, keys.origin) not in heads:
            raise Fault("origin", kept.note.file, found=kept.origin, wanted=keys.origin)
    wanted = {receipt.leaf for receipt in record.receipts}
    lines, rotations, last = list[str](), list[tuple[int, str, str, str]](), ""
    missing, before = list(record.receipts), None
    for epoch, head in sorted(heads.items()):
        signer = check_signed(head, keys, epoch, good)
        quorum = record.quorum if epoch == max(heads) else 0
        seen = check_witnesses(head, record.witnesses, quorum)
        marks = _marks(record, keys, epoch, head)
        audit = Audit(record.source, epoch, head.size, marks, wanted)
        audit.run(progress)
        rotations, last = rotations + audit.rotations, audit.last
        lines.append(say("size", epoch=epoch, size=audit.size, cases=len(audit.heads)))
        if audit.size:
            lines.append(say("times", first=local(audit.first), last=local(audit.last)))
        lines += [say("signer", key=signer), say("agrees", count=sum(map(len, marks.values())))]
        lines += [*seen, *_gap(epoch, audit, before)]
        before = audit
        for receipt in record.receipts:
            index, proof = audit.found.get(receipt.leaf), receipt.proof
            if index is not None and proof and proof.epoch == epoch and proof.at != index:
                raise Fault("elsewhere", receipt.file, wanted=index, found=proof.at)
            if index is not None:
                lines.append(say("found", name=receipt.file, index=index))
        missing = [receipt for receipt in missing if receipt.leaf not in audit.found]
    for receipt in missing:
        raise Fault("not_recorded", receipt.file, at=receipt.entry["at"], last=last or "-")
    _check_rotations(keys, rotations, heads)
    if record.trust is None:
        lost = [row.key for row in keys.logs()[1:] if row.giver is None]
        lines += [say("own_keys"), *(say("lost_key", key=key) for key in lost)]
    return lines if record.kept else [*lines, say("nothing_kept")]


def _heads(record: Record) -> tuple[Keys, dict[int, Checkpoint]]:
    """The keys and newest checkpoints; the keys are read last, so that none is unknown."""
    source, heads = record.source, dict[int, Checkpoint]()
    for _turn in range(2):
        keys = keys_of(_parsed(read(source, "keys.json"), "keys.json", "not_keys"), "keys.json")
        epochs = {row.epoch for row in keys.logs()}
        for epoch in {record.only} if record.only else epochs:
            file = f"{epoch}/checkpoint"
            heads[epoch] = heads.get(epoch) or checkpoint_of(read(source, file), file)
    others = set(source.names("")) - epochs
    strangers = [other for other in others if source.read(f"{other}/checkpoint") is not None]
    if strangers or record.only not in {0, *epochs}:
        raise Fault("epoch", f"{min(strangers or [record.only])}/")
    return keys, heads


def _parsed(raw: bytes, file: str, code: str) -> Any:
    try:
        return strict_json(raw)
    except ValueError as error:
        raise Fault(code, file=file, why=error) from None


def _marks(record: Record, keys: Keys, epoch: int, head: Checkpoint) -> Marks:
    """Every root that was signed, by size: the newest, those published and those kept."""
    points, anybody = [head], {row.key for row in keys.rows}
    for name in record.source.names(f"{epoch}/checkpoints"):
        file = f"{epoch}/checkpoints/{name}"
        point = checkpoint_of(read(record.source, file), file)
        if point.size != name:
            raise Fault("name_size", file, found=point.size)
        points.append(point)
    points += [kept for kept in record.kept if epoch_of(kept.origin, keys.origin) == epoch]
    marks: Marks = {}
    for point in points:
        check_signed(point, keys, epoch, anybody)
        if point.size > head.size:
            raise Fault("shortened", point.note.file, found=point.size, wanted=head.size)
        marks.setdefault(point.size, []).append((point.note.file, point.root))
    return marks


def _check_rotations(
    keys: Keys, rotations: list[tuple[int, str, str, str]], heads: dict[int, Checkpoint]
) -> None:
    """Every change of key is in the record, and every recorded change in the list of keys."""
    known = {row.key.print for row in keys.rows}
    for index, before, after, file in rotations:
        if after not in known or before not in known | {""}:
            raise Fault("rotation", file, index=index)
    recorded, logs = {(before, after) for _, before, after, _ in rotations}, keys.logs()
    for old, new in zip(logs, logs[1:]):
        running = new.epoch in heads and heads[new.epoch].size > new.since
        change = (old.key.print, new.key.print)
        if old.epoch == new.epoch and running and change not in recorded:
            raise Fault("unrotated", keys.file, key=new.key)


def _gap(epoch: int, audit: Audit, before: Audit | None) -> Iterator[str]:
    """A further epoch begins with a declared gap; say how much of the one before it was lost."""
    if epoch > 1 and f"epoch_{epoch}" not in audit.declared:
        raise Fault("undeclared", f"{epoch}/")
    if before is not None:
        pairs = zip(*(range(0, len(one.leaves), HASH) for one in (before, audit)))
        same = (before.leaves[at : at + HASH] == audit.leaves[at : at + HASH] for at, _ in pairs)
        common = sum(1 for _ in itertools.takewhile(bool, same))
        yield say("gap", epoch=epoch - 1, common=common, lost=before.size - common)


# --- Receipts -----------------------------------------------------------------------------------


class Proof(NamedTuple):
    epoch: int
    at: int
    hashes: list[bytes]
    point: Checkpoint


class Receipt(NamedTuple):
    """A receipt, its parts read and agreeing with one another; nothing signed is checked yet."""

    file: str
    number: str
    entry: dict[str, str]
    leaf: bytes
    data: Any
    promise: Note
    proof: Proof | None
    keys: Keys


def receipt_of(raw: bytes, file: str) -> Receipt:
    """Read a receipt: what it shows is what its entry commits to, and bears its number."""
    document = _parsed(raw, file, "not_receipt")
    try:
        need(document["format"] == "tongdian-receipt/1", "format")
        text, number = document["entry"].encode(), document["number"]
        entry, opening, data = entry_of(text), document["opening"], None
        if opening is not None:
            salt, shown = bytes.fromhex(opening["salt"]), opening["data"].encode()
            if hmac.new(salt, shown, hashlib.sha256).hexdigest() != entry["data_commit"]:
                raise Fault("opening", file)
            need(salt.hex() == opening["salt"], "salt")
            data = strict_json(shown)
        case = data.get("number") if isinstance(data, dict) else None
        wanted = f"{'' if case is None else case}-{entry['case_seq']}"
        if not number.endswith(wanted) or (case is not None and number != wanted):
            raise Fault("number", file, found=number, wanted=wanted)
        promise = note_of(document["promise"].encode(), file)
        keys = keys_of(document["keys"], f"{file} (keys)")
        proof = document["proof"]
        proved = None if proof is None else proof_of(proof, keys.origin, file)
        return Receipt(file, number, entry, leaf_hash(text), data, promise, proved, keys)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Fault("not_receipt", file, why=f"{type(error).__name__} {error}") from None


def proof_of(text: str, base: str, file: str) -> Proof:
    try:
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if lines and lines[0].startswith("extra "):
            unbase64(lines.pop(0)[6:])
        index = re.fullmatch(f"index ({NUMBER})", lines[0] if lines else "", re.ASCII)
        need(first == "c2sp.org/tlog-proof@v1" and blank and index, "header or index")
        hashes = [unbase64(line) for line in lines[1:]]
    except ValueError as error:
        raise Fault("not_proof", file, why=error) from None
    point = checkpoint_of(note.encode(), file)
    at = int(lines[0].partition(" ")[2])
    return Proof(epoch_of(point.origin, base), at, hashes, point)


class Shown(NamedTuple):
    trust: Trust
    documents: list[tuple[str, str]]  # name and SHA-256
    witnesses: list[Key]
    quorum: int


def check_receipt(receipt: Receipt, shown: Shown) -> list[str]:
    """Check a receipt; returns what to say of it, raises the first `Fault`."""
    good = check_trust(shown.trust, receipt.keys, whole=False)
    _check_promise(receipt, good)
    entry, data, proof = receipt.entry, receipt.data, receipt.proof
    step = say("step", number=receipt.number, type=entry["type"], at=local(entry["at"]))
    own = [say("own_keys")] if shown.trust is None else []
    lines = [say("recorded" if proof else "promised"), *own, step]
    if proof:
        point, hashes = proof.point, proof.hashes
        check_signed(point, receipt.keys, proof.epoch, good)
        seen = check_witnesses(point, shown.witnesses, shown.quorum)
        inside = proof.at < point.size and all(len(node) == HASH for node in hashes)
        root = root_of_inclusion(receipt.leaf, proof.at, point.size, hashes)
        if not inside or root != point.root:
            raise Fault("inclusion", receipt.file)
        lines += [say("proved", index=proof.at, size=point.size), *seen]
    elif shown.quorum:
        raise Fault("quorum", receipt.file, found=0, wanted=shown.quorum)
    documents = data.get("documents") if isinstance(data, dict) else None
    rows = documents if isinstance(documents, list) else []
    # Of a picture both are listed: as it was kept, and as it came.
    known = ("sha256", "received_sha256")
    listed = {str(row.get(name)) for row in rows if isinstance(row, dict) for name in known}
    for file, digest in shown.documents:
        if digest not in listed:
            raise Fault("document", file, found=digest)
    lines += [say("opened")] if data is not None else []
    lines += [say("documents", count=len(shown.documents))] if shown.documents else []
    return [*lines, say("standing")]


def _check_promise(receipt: Receipt, good: set[Key]) -> None:
    """The promise is signed by a believable key for receipts, and about this very entry."""
    keys = [row.key for row in receipt.keys.rows if row.purpose == "receipt"]
    signers = [key for key in keys if receipt.promise.signed(key) is not None]
    if not good.intersection(signers):
        wanted = " / ".join(str(key) for key in keys if key in good)
        raise Fault("unsigned", receipt.file, key=wanted or f"{receipt.keys.origin}/receipts")
    leaf = base64.b64encode(receipt.leaf).decode()
    says = ["tongdian-receipt/1", receipt.keys.origin, receipt.number, leaf, receipt.entry["at"]]
    found = receipt.promise.text[:-1].split("\n")
    if found != says:
        pairs = [line for line, (one, other) in enumerate(zip(found, says), 1) if one != other]
        raise Fault("promise", receipt.file, index=(pairs or [len(says) + 1])[0])


# --- The command line ---------------------------------------------------------------------------


def text_given(name: str) -> bytes:
    """Without the byte-order mark that some editors put before a text when they save it."""
    raw, mark = read_given(name), b"\xef\xbb\xbf"
    return raw[len(mark) :] if raw.startswith(mark) else raw


def read_given(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise Unreadable("unreadable", name, why=error) from error


def trust_of(given: str | None) -> Trust:
    """What `--keys` names: a kept keys.json, or one verifier key."""
    if given is None:
        return None
    try:
        if Path(given).is_file():
            return keys_of(_parsed(text_given(given), given, "not_keys"), given)
        return key_of(given)
    except Fault as error:
        raise Unreadable(error.code, error.file, **error.values) from error
    except (OSError, ValueError):
        raise Unreadable("no_key", given) from None


def witness_of(given: str) -> Key:
    try:
        key = key_of(given)
        if key.kind == COSIGNATURE:
            return key
    except ValueError:
        pass
    raise Unreadable("no_key", given)


def kept_of(name: str) -> Checkpoint:
    """A checkpoint that somebody kept: as a note, or within a receipt."""
    raw = text_given(name)
    try:
        if not raw.startswith(b"{"):
            return checkpoint_of(raw, name)
        proof = receipt_of(raw, name).proof
    except Fault as error:
        raise Unreadable(error.code, error.file, **error.values) from error
    if proof is None:
        raise Unreadable("unreadable", name, why="no checkpoint in this receipt")
    return proof.point


class Progress:
    every = 5.0  # seconds

    def __init__(self) -> None:
        self.next = time.monotonic() + self.every

    def __call__(self, done: int, size: int) -> None:
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + self.every
            print(say("progress", done=done, size=size), file=sys.stderr, flush=True)


def _log(given: argparse.Namespace) -> list[str]:
    source, only = source_of(given.place)
    kept = [kept_of(name) for name in given.checkpoint]
    receipts = [receipt_of(text_given(name), name) for name in given.receipt]
    record = Record(source, only, trust_of(given.keys), kept, receipts, given.witness, given.quorum)
    return [say("holds"), *check_log(record, Progress())]


def _receipt(given: argparse.Namespace) -> list[str]:
    raw = text_given(given.place)
    if raw.startswith(b"%PDF"):
        raise Unreadable("pdf", given.place)
    receipt = receipt_of(raw, given.place)
    shown = [(name, hashlib.sha256(read_given(name)).hexdigest()) for name in given.document]
    wanted = Shown(trust_of(given.keys), shown, given.witness, given.quorum)
    return check_receipt(receipt, wanted)


#: Of which command, the option, and what it says of itself.
OPTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("log", "--checkpoint", {"help": "a checkpoint (or a receipt) that you kept 您留存的检查点"}),
    ("log", "--receipt", {"help": "a receipt whose step must be in it 应在其中的回执"}),
    ("receipt", "--document", {"help": "a document that was handed in 当时提交的材料"}),
    ("log receipt", "--witness", {"help": "key of a witness 见证方公钥", "metavar": "VKEY"}),
]


def speak(language: str | None) -> None:
    """Choose the language of messages: as asked, else as the system's locale, else Chinese."""
    system = (locale.setlocale(locale.LC_CTYPE) or "").lower()
    LANGUAGE[0] = language or ("en" if system.startswith("en") else "zh")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks the record of a Tongdian city, or a receipt. 核对通电的记录或回执。",
        epilog="0 = holds 成立, 1 = does not hold 不成立, 2 = cannot be read 无法读取",
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, run, place in (("log", _log, "DIR_OR_URL"), ("receipt", _receipt, "FILE")):
        one = kinds.add_parser(kind)
        one.set_defaults(run=run)
        one.add_argument("place", metavar=place)
        for kinds_of, option, more in OPTIONS:
            if kind in kinds_of.split():
                settings = {"metavar": "FILE", "action": "append", "default": [], **more}
                one.add_argument(option, **settings)
        one.add_argument("--quorum", type=int, default=0, help="witnesses needed 见证方至少几个")
        one.add_argument("--keys", metavar="FILE|VKEY", help="key from elsewhere 别处得到的公钥")
        one.add_argument("--lang", choices=("zh", "en"))
    given = parser.parse_args(arguments)
    speak(given.lang)
    try:
        given.witness = list(dict.fromkeys(map(witness_of, given.witness)))
        lines = given.run(given)
    except Fault as fault:
        print(say("fails"), fault, sep="\n")
        return 1
    except Unreadable as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a console that lacks Chinese
    sys.exit(main())
