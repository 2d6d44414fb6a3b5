"""The keys of the record: made on the first run, published with their handovers, private in files.

The first of each kind is made by whoever signs first; every other is added by the owner of the
tables, so that the web role can publish none (docs/decisions/0020). One key signs the log, another
the receipts; a key that takes over is introduced by a note that the log key before it signed
(`handover`), so that who trusts one key can trust the next.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from ledger import folders
from ledger.models import Entry, Key, Leaf
from ledger.trouble import KeyLost, NotBegun, RecordGap, RecordTrouble
from tlog.files import Writer, read
from tlog.note import Verifier, joined, parse_vkey, public_bytes, sign

LOG, RECEIPT = "log", "receipt"
LOCK = "SELECT pg_advisory_xact_lock(4101, 3)"
SECRET = 0o600


def base() -> str:
    """Fixed by the first key; raises `NotBegun` before the record has an entry."""
    if first := Key.objects.filter(purpose=LOG).order_by("id").first():
        return parse_vkey(first.vkey).name.rpartition("/")[0]
    if settings.RECORD_ORIGIN:
        return str(settings.RECORD_ORIGIN)
    leaf = Entry.objects.order_by("id").values_list("leaf", flat=True).first()
    if leaf is None:
        raise NotBegun("the record has no entry")
    return f"tongdian.invalid/{settings.CITY}/{bytes(leaf)[:8].hex()}"


def epoch() -> int:
    """The epoch that the database is in; 1 before there is a key."""
    newest = Key.objects.filter(purpose=LOG).order_by("-epoch").first()
    return newest.epoch if newest else 1


def origin(of_epoch: int) -> str:
    return f"{base()}/{of_epoch}"


def rows(purpose: str, of_epoch: int | None = None) -> list[Key]:
    """Oldest first."""
    found = Key.objects.filter(purpose=purpose).order_by("id")
    return list(found if of_epoch is None else found.filter(epoch=of_epoch))


def log_verifiers(of_epoch: int) -> list[Verifier]:
    """Oldest first."""
    return [parse_vkey(key.vkey) for key in rows(LOG, of_epoch)]


def signers(of_epoch: int, signed_size: int) -> list[Verifier]:
    """Who signs the next checkpoint after that of `signed_size` (0: the first): the key in force,
    and those it has just replaced. A lost key signs no more: its successor has no handover."""
    keys = rows(LOG, of_epoch)
    found: list[Verifier] = []
    for key, after in zip(keys, [*keys[1:], None], strict=True):
        if after and not after.handover:
            found = []
        elif after is None or after.closed_size >= signed_size:
            found.append(parse_vkey(key.vkey))
    return found


def retire(of_epoch: int, signed_size: int) -> None:
    """Destroy the private halves of log keys that sign no more."""
    kept = signers(of_epoch, signed_size)
    for key in rows(LOG):
        if (verifier := parse_vkey(key.vkey)) not in kept:
            forget(LOG, verifier)


def ensure() -> None:
    """Make the keys of the record where they are missing; whoever comes first does it.

    Raises:
        RecordGap: there were keys, and the database was put back to before them.
        NotBegun: the record has no entry yet.
        KeyLost: there is a log key whose private half is not here, and no receipt key yet.
    """
    if len(set(Key.objects.values_list("purpose", flat=True))) == 2:
        return
    try:
        with changing(DEFAULT_DB_ALIAS):
            if not rows(LOG):
                if remembered():
                    raise RecordGap("a record was signed here, and the database knows no key of it")
                add(LOG, f"{base()}/1", of_epoch=1, handover_by=None)
            if not rows(RECEIPT):
                by = log_verifiers(epoch())[-1]
                add(RECEIPT, f"{base()}/receipts", of_epoch=epoch(), handover_by=by,
                    from_size=Leaf.objects.count())  # fmt: skip
    except OSError as error:
        raise KeyLost(f"the keys cannot be made here: {error.strerror}") from error


def owner() -> str:
    """The connection that may add keys and witnesses. Raises `RecordTrouble` where it is not
    known here."""
    if "owner" not in connections.settings:
        raise RecordTrouble(
            "only the owner of the tables adds keys and witnesses: set MIGRATION_DATABASE_URL to "
            "its address and start again"
        )
    return "owner"


@contextmanager
def changing(using: str) -> Iterator[None]:
    """One process at a time makes keys; what it did lasts or is undone as a whole."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(LOCK)
        yield


def add(
    purpose: str,
    name: str,
    *,
    of_epoch: int,
    handover_by: Verifier | None,
    from_size: int = 0,
    closed_size: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Verifier:
    """Call it in `changing`. `closed_size` is where the key before it signed last (`from_size` if
    left out). Raises `KeyLost` where the private half of the introducing key is not here."""
    made = Ed25519PrivateKey.generate()
    verifier = Verifier(name, public_bytes(made))
    handover = ""
    if handover_by:
        body = introduction(purpose, verifier)
        introduced = sign(body, handover_by.name, private_half(LOG, handover_by))
        handover = joined(body, [introduced])
    writer = Writer(folders.private(purpose), SECRET)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    writer.put(_file(purpose, verifier), pem)
    writer.settle()
    Key.objects.using(using).create(
        vkey=str(verifier), purpose=purpose, epoch=of_epoch, from_size=from_size,
        closed_size=from_size if closed_size is None else closed_size, handover=handover,
    )  # fmt: skip
    return verifier


def introduction(purpose: str, new: Verifier) -> str:
    """What the log key before it signs."""
    return f"tongdian-key/1\n{new.name}\n{purpose}\n{new}\n"


def digest(key: Verifier) -> str:
    """By which the record tells of a key."""
    return hashlib.sha256(key.public).hexdigest()[:32]


def private_half(purpose: str, verifier: Verifier) -> Ed25519PrivateKey:
    """Raises `KeyLost`: its file is missing, or holds another key."""
    content = read(_file(purpose, verifier))
    if content is None:
        raise KeyLost(f"the private half of {verifier.name} ({verifier.key_id.hex()}) is missing")
    key = load_pem_private_key(content, password=None)
    if not isinstance(key, Ed25519PrivateKey) or public_bytes(key) != verifier.public:
        raise KeyLost(f"the file of {verifier.name} holds another key")
    return key


def has_private_half(purpose: str, verifier: Verifier) -> bool:
    return _file(purpose, verifier).is_file()


def forget(purpose: str, verifier: Verifier) -> None:
    _file(purpose, verifier).unlink(missing_ok=True)


def sign_receipt(body: str) -> str:
    """The body must end in a newline.

    Raises:
        NotBegun: the record has no entry yet.
        KeyLost: no receipt key is here and none can be made; the sequencer's next run may make it.
    """
    ensure()
    verifier = parse_vkey(rows(RECEIPT)[-1].vkey)
    return joined(body, [sign(body, verifier.name, private_half(RECEIPT, verifier))])


def published() -> dict[str, Any]:
    keys = list(Key.objects.order_by("id"))
    ended: dict[int, int] = {}
    newest: dict[str, Key] = {}
    for key in keys:
        if before := newest.get(key.purpose):
            ended[before.pk] = key.closed_size
        newest[key.purpose] = key
    return {
        "format": "tongdian-keys/1",
        "origin": base(),
        "keys": [
            {
                "vkey": key.vkey,
                "purpose": key.purpose,
                "epoch": key.epoch,
                "from_size": key.from_size,
                "until_size": ended.get(key.pk),
                "handover": key.handover or None,
            }
            for key in keys
        ],
    }


def remembered() -> list[dict[str, Any]]:
    """The keys as they were published last, from the copy apart from the database."""
    content = read(folders.signed() / "keys.json")
    return list(json.loads(content)["keys"]) if content else []


def forgotten() -> bool:
    """Whether a key was published that the database does not know."""
    known = set(Key.objects.values_list("vkey", flat=True))
    return any(key["vkey"] not in known for key in remembered())


def remember(using: str) -> None:
    """Put keys that the database has lost back into it; call it in `changing`."""
    known = set(Key.objects.values_list("vkey", flat=True))
    closed: dict[str, int | None] = {}
    for key in remembered():
        if key["vkey"] not in known:
            before = closed.get(key["purpose"])
            Key.objects.using(using).create(
                vkey=key["vkey"], purpose=key["purpose"], epoch=key["epoch"],
                from_size=key["from_size"], handover=key["handover"] or "",
                closed_size=key["from_size"] if before is None else before,
            )  # fmt: skip
        closed[key["purpose"]] = key["until_size"]


def _file(purpose: str, verifier: Verifier) -> Path:
    return folders.private(purpose) / f"{verifier.key_id.hex()}.pem"
