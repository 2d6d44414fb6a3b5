"""Computing the signs: right whenever it runs, however late, however many run at once.

The record is looked through in the order of the log (`ledger_leaf`), in which nothing is ever put
in between: what was seen stays seen. Signals, their entries, messages and the new position are
one transaction, so an occurrence is one signal for ever.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction

from accounts.actor import SYSTEM
from core.clock import local_date
from integrity import messages
from integrity.models import Evidence, Scan, Signal
from integrity.signs import SIGNS, Finding, Sign, Window
from integrity.signs.base import rows_of
from integrity.states import OPENED, State
from ledger.record import NewEntry, append
from rules.book import NotInForce
from rules.policy import Policy
from rules.registry import current

BATCH: Final = 5_000
#: One window is at most so wide in time, so that what a sign reads around it stays small.
WIDEST: Final = timedelta(days=1)

CLAIM: Final = "SELECT pg_try_advisory_xact_lock(4102, 1)"
NEXT: Final = """
SELECT l.index, e.at FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
WHERE l.index > %(after)s ORDER BY l.index LIMIT %(batch)s
"""
NUMBERS: Final = """
SELECT 'YX' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('integrity_signal_number')::text, 6, '0') FROM generate_series(1, %(count)s)
"""
LEAVES: Final = "SELECT id, leaf FROM ledger_entry WHERE id = ANY(%(ids)s)"

Seen = tuple[int, datetime]
Found = tuple[Sign, Finding, Policy]


def scan(batch: int = BATCH, *, seconds: float = float("inf")) -> int:
    """Look through what the log has taken in since the last scan, and return the new signals.

    Another scan that is under way does the work instead: this one then returns 0.

    Args:
        batch: entries a transaction.
        seconds: after which no new batch is begun; the rest waits for the next scan.
    """
    total, until = 0, monotonic() + seconds
    while monotonic() < until and (found := _batch(batch)) is not None:
        total += found
    return total


def _batch(batch: int) -> int | None:
    """Look through one batch; None where nothing is left, or somebody else is at it."""
    with transaction.atomic():
        if not rows_of(CLAIM)[0][0]:
            return None
        done = Scan.objects.get(pk=1)
        entries: list[Seen] = rows_of(NEXT, after=done.position, batch=batch)
        if not entries:
            return None
        opened = 0
        for run in _runs(entries):
            opened += _look(run, done)
        Scan.objects.filter(pk=1).update(position=done.position, latest_at=done.latest_at)
    return opened


def _runs(entries: Sequence[Seen]) -> Iterator[list[Seen]]:
    """Cut a batch where the rules turn, and where it becomes too wide in time."""
    run: list[Seen] = []
    for entry in entries:
        if run and _cut(run, entry):
            yield run
            run = []
        run.append(entry)
    yield run


def _cut(run: Sequence[Seen], entry: Seen) -> bool:
    at = entry[1]
    return _policy(run[-1][1]) is not _policy(at) or abs(at - run[0][1]) > WIDEST


def _policy(at: datetime) -> Policy | None:
    """The rules of the whole city at an instant; None before its first decision."""
    try:
        return current().in_force(on=local_date(at))
    except NotInForce:
        return None


def _look(run: Sequence[Seen], done: Scan) -> int:
    """Compute every sign over one run of entries, and move the position behind it."""
    instants = [at for _index, at in run]
    policy, opened = _policy(instants[0]), 0
    if policy is not None:
        window = Window(
            done.position, run[-1][0], min(instants), max(instants), done.latest_at, policy
        )
        opened = _keep(list(_findings(window)))
    done.position = run[-1][0]
    done.latest_at = max(filter(None, (done.latest_at, *instants)))
    return opened


def _findings(window: Window) -> Iterator[Found]:
    for sign in SIGNS.values():
        numbers = sign.numbers(window.policy)
        if numbers is not None:
            yield from ((sign, finding, window.policy) for finding in sign.find(window, numbers))


def _keep(found: Sequence[Found]) -> int:
    """Store findings: new ones as signals with their entry, known ones as further evidence."""
    keys = [sign.key(finding) for sign, finding, _policy in found]
    known = dict(Signal.objects.filter(key__in=keys).values_list("key", "pk"))
    fresh = [one for one, key in zip(found, keys, strict=True) if key not in known]
    for signal in _open(fresh):
        known[signal.key] = signal.pk
    Evidence.objects.bulk_create(
        (
            Evidence(signal_id=known[key], entry_id=entry)
            for (_sign, finding, _policy), key in zip(found, keys, strict=True)
            for entry in finding.evidence
        ),
        ignore_conflicts=True,
        batch_size=1_000,
    )
    return len(fresh)


def _open(found: Sequence[Found]) -> list[Signal]:
    """Open signals: number, entry in the record, row, message."""
    if not found:
        return []
    signals = [_signal(*one) for one in found]
    for signal, (number,) in zip(signals, rows_of(NUMBERS, count=len(found)), strict=True):
        signal.number = number
    written = append(
        *(_entry(signal, finding) for signal, (_s, finding, _p) in zip(signals, found, strict=True))
    )
    for signal, entry in zip(signals, written, strict=True):
        signal.found_at = entry.at
    Signal.objects.bulk_create(signals)
    messages.opened(signals)
    return signals


def _signal(sign: Sign, finding: Finding, policy: Policy) -> Signal:
    return Signal(
        key=sign.key(finding),
        sign=sign.code,
        subject_kind=finding.subject_kind,
        subject=finding.subject,
        case_ref=finding.case_ref,
        district=finding.district,
        party=finding.party,
        entry_id=finding.entry_id,
        entry_at=finding.at,
        rules_version=policy.version,
        thresholds=sign.numbers(policy),
        facts=dict(finding.facts),
    )


def _entry(signal: Signal, finding: Finding) -> NewEntry:
    return NewEntry(
        case_ref=signal.ref,
        type=OPENED,
        actor=SYSTEM,
        to_state=State.OPEN,
        data={
            "number": signal.number,
            "sign": signal.sign,
            "district": signal.district,
            "party": signal.party,
            "rules": signal.rules_version,
            "thresholds": signal.thresholds,
            "entries": len(finding.evidence),
            "evidence": evidence_digest(finding.evidence),
        },
    )


def evidence_digest(ids: Iterable[int]) -> str:
    """Return what a signal's first entry commits to: SHA-256 over the leaf hashes, in order."""
    wanted = list(ids)
    leaves = dict(rows_of(LEAVES, ids=wanted))
    return hashlib.sha256(b"".join(bytes(leaves[entry]) for entry in wanted)).hexdigest()
