import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.urls import reverse

from core.problems import Missing
from ledger import keys, log
from ledger.models import Checkpoint, Cosignature, Entry, Leaf, Witness
from ledger.record import CITY_REF
from ledger.trouble import NotBegun
from tlog.note import parse_vkey

#: The newest checkpoint of each day of the city, found day by day through the index on the time.
LAST_OF_EACH_DAY = """
WITH RECURSIVE daily AS (
    (SELECT id, signed_at FROM ledger_checkpoint ORDER BY signed_at DESC, id DESC LIMIT 1)
    UNION ALL
    SELECT before.id, before.signed_at FROM daily, LATERAL (
        SELECT id, signed_at FROM ledger_checkpoint
        WHERE signed_at < date_trunc('day', daily.signed_at, 'Asia/Shanghai')
        ORDER BY signed_at DESC, id DESC LIMIT 1
    ) AS before
)
SELECT id FROM daily
"""
DAILY_ORDER = ("-epoch", "-size")
NEWEST_DAYS = 7
NEWEST_ENTRIES = 5


def file_url(path: str = "") -> str:
    """The address of a published file of the record, or of the folder they lie in."""
    last = "keys.json"
    return reverse("ledger:published", args=[path or last]).removesuffix("" if path else last)


@dataclass(frozen=True)
class Standing:
    health: log.Health
    checkpoint: log.Checkpoint | None

    @property
    def waiting(self) -> int:
        """Age of the oldest entry without a checkpoint, in whole seconds; 0 where none waits."""
        return ceil(self.health.oldest_seconds)

    @property
    def state(self) -> str:
        """`empty`, `behind` (refuses to sign), `late` (the promise is not kept) or `ok`."""
        if self.health.behind:
            return "behind"
        if self.health.oldest_seconds > self.health.within:
            return "late"
        return "ok" if self.checkpoint else "empty"


def standing() -> Standing:
    return Standing(log.health(), log.latest())


def published_keys() -> dict[str, Any] | None:
    """What keys.json says; None before the record has a name or a key."""
    try:
        found = keys.published()
    except NotBegun:
        return None
    return found if found["keys"] else None


def gaps() -> list[Entry]:
    """Newest first; `from_state` names the epoch that ended and its size: `epoch_1_size_26`."""
    found = Entry.objects.filter(case_ref=CITY_REF, type="record.gap_declared")
    return list(found.order_by("-case_seq"))


@dataclass(frozen=True)
class KeyShown:
    """Under the names of keys.json."""

    vkey: str
    purpose: str
    epoch: int
    from_size: int
    until_size: int | None
    introduced: bool
    first: bool

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.vkey)


def fingerprint(vkey: str) -> str:
    """SHA-256 of the public key, in hex."""
    return hashlib.sha256(parse_vkey(vkey).public).hexdigest()


def shown_keys(published: dict[str, Any] | None) -> list[KeyShown]:
    """Oldest first."""
    return [
        KeyShown(
            row["vkey"], row["purpose"], row["epoch"], row["from_size"], row["until_size"],
            introduced=bool(row["handover"]), first=place == 0,
        )
        for place, row in enumerate(published["keys"] if published else [])
    ]  # fmt: skip


@dataclass(frozen=True)
class WitnessShown:
    """`active`: is still asked. What was cosigned last is None before the first time."""

    name: str
    vkey: str
    active: bool
    since: datetime
    cosigned_size: int | None
    cosigned_at: datetime | None

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.vkey)


def witnesses() -> list[WitnessShown]:
    """Everybody who is or was a witness."""
    lines = Cosignature.objects.filter(vkey=OuterRef("vkey")).order_by("-id")
    rows = Witness.objects.annotate(
        cosigned_size=Subquery(lines.values("checkpoint__size")[:1]),
        cosigned_at=Subquery(lines.values("given_at")[:1]),
    )
    return [
        WitnessShown(
            row.name, row.vkey, row.asked, row.added_at, row.cosigned_size, row.cosigned_at
        )
        for row in rows.order_by("name", "-id").distinct("name")
    ]


def daily() -> QuerySet[Checkpoint]:
    """The last checkpoint of each day; page them by `DAILY_ORDER`."""
    last = RawSQL(LAST_OF_EACH_DAY, [])  # noqa: S611 (a constant)
    return Checkpoint.objects.filter(pk__in=last)


def newest_days() -> list[Checkpoint]:
    return list(daily().order_by(*DAILY_ORDER)[:NEWEST_DAYS])


def leaves() -> QuerySet[Leaf]:
    """The entries in the order of the record; page them by `-index`."""
    return Leaf.objects.select_related("entry")


def newest_leaves() -> list[Leaf]:
    return list(leaves().order_by("-index")[:NEWEST_ENTRIES])


def leaf_at(index: int) -> Leaf:
    """Raises Missing where the record has no entry there."""
    found = leaves().filter(index=index).first()
    if found is None:
        raise Missing
    return found


def leaf_of(hex_hash: str) -> Leaf | None:
    """None where the record has no such hash (64 hex digits)."""
    try:
        digest = bytes.fromhex(hex_hash)
    except ValueError:
        return None
    return leaves().filter(hash=digest).first()
