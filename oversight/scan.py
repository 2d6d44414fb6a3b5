"""Computing the detectors: right whenever it runs, however late, however many run at once.

The record is looked through in the order of the log (`ledger_leaf`), in which nothing is ever put
in between: what was seen stays seen. Signals, their entries, messages and the new position are
one transaction, so an occurrence is one finding for ever.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction

from accounts.actor import SYSTEM
from core.clock import local_date
from ledger.record import NewEntry, append
from oversight.actions import FINDINGS
from oversight.detectors import DETECTORS
from oversight.detectors.base import Detector, Occurrence, Window, rows_of
from oversight.models import Evidence, Finding, Scan
from oversight.workflow import FOUND, FindingState
from rules.book import NotInForce
from rules.policy import Policy
from rules.registry import current

BATCH: Final = 5_000
#: One window is at most so wide in time, so that what a detector reads around it stays small.
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
Found = tuple[Detector, Occurrence, Policy]


def scan(batch: int = BATCH, *, seconds: float = float("inf")) -> int:
    """Returns how many findings are new; 0 where another scan is under way, which does the work.

    Args:
        batch: entries a transaction.
        seconds: after which no new batch is begun; the rest waits for the next scan.
    """
    total, until = 0, monotonic() + seconds
    while monotonic() < until and (found := _batch(batch)) is not None:
        total += found
    return total


def _batch(batch: int) -> int | None:
    """None where nothing is left, or somebody else is at it."""
    with transaction.atomic():
        if not rows_of(CLAIM)[0][0]:
            return None
        done = Scan.objects.get(pk=1)
        entries: list[Seen] = rows_of(NEXT, after=done.position, batch=batch)
        if not entries:
            return None
        opened = 0
        for run in _runs(entries):
            instants = [at for _index, at in run]
            policy = _policy(instants[0])
            if policy is not None:
                window = Window(
                    done.position, run[-1][0], min(instants), max(instants), done.latest_at, policy
                )
                found = [
                    (detector, occurrence, policy)
                    for detector in DETECTORS.values()
                    if (numbers := detector.numbers(policy)) is not None
                    for occurrence in detector.find(window, numbers)
                ]
                opened += _keep(found)
            done.position = run[-1][0]
            done.latest_at = max(filter(None, (done.latest_at, *instants)))
        Scan.objects.filter(pk=1).update(position=done.position, latest_at=done.latest_at)
    return opened


def _runs(entries: Sequence[Seen]) -> Iterator[list[Seen]]:
    """Cut a batch where the rules turn, and where it becomes too wide in time."""
    run: list[Seen] = []
    for entry in entries:
        at = entry[1]
        if run and (_policy(run[-1][1]) is not _policy(at) or abs(at - run[0][1]) > WIDEST):
            yield run
            run = []
        run.append(entry)
    yield run


def _policy(at: datetime) -> Policy | None:
    """Of the whole city; None before its first decision."""
    try:
        return current().in_force(on=local_date(at))
    except NotInForce:
        return None


def _keep(found: Sequence[Found]) -> int:
    """New ones as findings with their entry, known ones as further evidence."""
    keys = [detector.key(occurrence) for detector, occurrence, _policy in found]
    known = dict(Finding.objects.filter(key__in=keys).values_list("key", "pk"))
    fresh = [one for one, key in zip(found, keys, strict=True) if key not in known]
    for finding in _open(fresh):
        known[finding.key] = finding.pk
    Evidence.objects.bulk_create(
        (
            Evidence(finding_id=known[key], entry_id=entry)
            for (_sign, occurrence, _policy), key in zip(found, keys, strict=True)
            for entry in occurrence.evidence
        ),
        ignore_conflicts=True,
        batch_size=1_000,
    )
    return len(fresh)


def _open(found: Sequence[Found]) -> list[Finding]:
    if not found:
        return []
    numbers = rows_of(NUMBERS, count=len(found))
    findings = [
        Finding(
            number=number,
            key=detector.key(occurrence),
            detector=detector.code,
            subject_kind=occurrence.subject_kind,
            subject=occurrence.subject,
            case_ref=occurrence.case_ref,
            district=occurrence.district,
            party=occurrence.party,
            entry_id=occurrence.entry_id,
            entry_at=occurrence.at,
            rules_version=policy.version,
            thresholds=detector.numbers(policy),
            facts=dict(occurrence.facts),
        )
        for (detector, occurrence, policy), (number,) in zip(found, numbers, strict=True)
    ]
    written = append(
        *(
            NewEntry(
                case_ref=finding.ref,
                type=FOUND,
                actor=SYSTEM,
                to_state=FindingState.OPEN,
                data={
                    "number": finding.number,
                    "sign": finding.detector,
                    "district": finding.district,
                    "party": finding.party,
                    "rules": finding.rules_version,
                    "thresholds": finding.thresholds,
                    "entries": len(occurrence.evidence),
                    "evidence": evidence_digest(occurrence.evidence),
                },
            )
            for finding, (_s, occurrence, _p) in zip(findings, found, strict=True)
        )
    )
    for finding, entry in zip(findings, written, strict=True):
        finding.found_at = entry.at
    Finding.objects.bulk_create(findings)
    for finding in findings:
        FINDINGS.tell(FOUND, finding, by=None)
    return findings


def evidence_digest(ids: Iterable[int]) -> str:
    """What a finding's first entry commits to: SHA-256 over the leaf hashes, in order."""
    wanted = list(ids)
    leaves = dict(rows_of(LEAVES, ids=wanted))
    return hashlib.sha256(b"".join(bytes(leaves[entry]) for entry in wanted)).hexdigest()
