"""What an operator does to the record: rotate a key, declare a gap, write the files anew."""

import hashlib
from contextlib import suppress

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.roles import RECORD_APPROVERS
from core.problems import Forbidden
from ledger import folders, keys, log, sequencer
from ledger.models import Checkpoint
from ledger.record import CITY_REF, NewEntry, append
from ledger.trouble import KeyLost, RecordTrouble
from ledger.verify import missing_of_ended
from tlog.checkpoint import Head, head_of
from tlog.files import read
from tlog.note import NoteError, Verifier, parse_vkey


def rotate(purpose: str = keys.LOG, *, by: Actor = SYSTEM, lost: bool = False) -> Verifier:
    """Replace a key; the one before introduces it, and the next checkpoint bears both.

    Args:
        purpose: `log` or `receipt`.
        by: who does it.
        lost: the private half of the log key is gone, so nothing can introduce the new one.

    Returns:
        The new public key.

    Raises:
        RecordTrouble: the record may not be signed as it is.
        KeyLost: the private half of the log key is not here, and `lost` was not said.
    """
    with sequencer.holding(wait=True):
        run = sequencer.Run()
        run.begin()
        before = parse_vkey(keys.rows(purpose)[-1].vkey)
        introducer = keys.log_verifiers(run.epoch)[-1]
        if lost and keys.has_private_half(keys.LOG, introducer):
            raise RecordTrouble("the log key is not lost: rotate without saying so")
        if not lost:
            sequencer.Run().all()
        epoch = keys.epoch()
        last = log.last_signed(epoch)
        with keys.changing():
            new = keys.add(
                purpose, before.name, of_epoch=epoch,
                handover_by=None if lost else introducer, from_size=last.size if last else 0,
            )  # fmt: skip
            append(
                NewEntry(
                    case_ref=CITY_REF, type="key.rotated", actor=by,
                    from_state=_digest(before), to_state=_digest(new),
                    data={"purpose": purpose, "old": str(before), "new": str(new)},
                )
            )  # fmt: skip
        sequencer.Run().all()
    if purpose == keys.RECEIPT:
        keys.forget(keys.RECEIPT, before)
    return new


def _digest(key: Verifier) -> str:
    """Return what an entry calls a key: the first 32 hex digits of SHA-256 of its raw bytes."""
    return hashlib.sha256(key.public).hexdigest()[:32]


def declare_gap(*, reason: str, by: User) -> int:
    """Give up an epoch whose end the database no longer has, and begin a new one.

    The old epoch's files stay as they are, so that what was handed out with them still verifies.
    The entry `record.gap_declared` says in plain words which epoch ended at which size.

    Args:
        reason: why, for those who may open the entry's data.
        by: who approves it; the record keeps role and commitment.

    Returns:
        The new epoch.

    Raises:
        Forbidden: the person holds no role that may approve it.
        RecordTrouble: there is no gap.
    """
    role = by.role_in(*RECORD_APPROVERS)
    if role is None:
        raise Forbidden
    with sequencer.holding(wait=True):
        trouble = _trouble_now()
        if trouble is None:
            raise RecordTrouble("there is no gap: the record begins with what was signed")
        epoch = _begin_epoch(reason, str(trouble), by.acting_as(role))
        sequencer.Run().all()
    return epoch


def _trouble_now() -> RecordTrouble | None:
    """Return why the record may not be signed as it is; call it while holding the sequencer."""
    run = sequencer.Run()
    try:
        run.begin()
        run.check()
    except KeyLost:
        raise
    except RecordTrouble as trouble:
        return trouble
    return None


def _begin_epoch(reason: str, trouble: str, by: Actor) -> int:
    with keys.changing():
        keys.remember()
        old = max([keys.epoch(), *log.signed_epochs()])
        head = _ended_head(old)
        size = head.size if head else 0
        data = {"reason": reason, "trouble": trouble, "epoch": old, "size": size,
                "root": head.root.hex() if head else ""}  # fmt: skip
        append(
            NewEntry(
                case_ref=CITY_REF, type="record.gap_declared", actor=by, data=data,
                from_state=f"epoch_{old}_size_{size}", to_state=f"epoch_{old + 1}",
            )
        )  # fmt: skip
        before = keys.log_verifiers(keys.epoch())
        known = before[-1] if before else None
        here = known is not None and keys.has_private_half(keys.LOG, known)
        keys.add(
            keys.LOG, keys.origin(old + 1), of_epoch=old + 1, closed_size=size,
            handover_by=known if here else None,
        )  # fmt: skip
    return old + 1


def _ended_head(epoch: int) -> Head | None:
    """Return what the last signed checkpoint of an epoch says, by its file or by the database."""
    content = read(folders.signed() / str(epoch)) or b""
    row = Checkpoint.objects.filter(epoch=epoch).order_by("size").last()
    for note in (content.decode(errors="replace"), row.note if row else ""):
        with suppress(NoteError):
            return head_of(note)
    return None


def rebuild() -> list[str]:
    """Write the public folder of the present epoch anew from the database.

    Returns:
        What is missing of epochs that have ended, which the database cannot give back.

    Raises:
        RecordTrouble: the database is not what was signed; nothing is written.
    """
    with sequencer.holding(wait=True):
        sequencer.Run().rebuild()
        return list(missing_of_ended())
