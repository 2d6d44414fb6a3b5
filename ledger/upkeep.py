"""What an operator does to the record: rotate a key, declare a gap, write the files anew."""

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
from tlog.checkpoint import head_of
from tlog.files import read
from tlog.note import NoteError, Verifier, parse_vkey


def rotate(purpose: str = keys.LOG, *, by: Actor = SYSTEM, lost: bool = False) -> Verifier:
    """Replace a key; the log key introduces it unless it is `lost`, and the next checkpoint bears
    the old and the new one.

    Raises:
        RecordTrouble: the record may not be signed as it is, or this is not the owner's to do.
        KeyLost: the private half of the log key is not here, and `lost` was not said.
    """
    owner = keys.owner()
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
        with keys.changing(owner):
            new = keys.add(
                purpose, before.name, of_epoch=epoch,
                handover_by=None if lost else introducer, from_size=last.size if last else 0,
                using=owner,
            )  # fmt: skip
            append(
                NewEntry(
                    case_ref=CITY_REF, type="key.rotated", actor=by,
                    from_state=keys.digest(before), to_state=keys.digest(new),
                    data={"purpose": purpose, "old": str(before), "new": str(new)},
                ),
                using=owner,
            )  # fmt: skip
        sequencer.Run().all()
    if purpose == keys.RECEIPT:
        keys.forget(keys.RECEIPT, before)
    return new


def declare_gap(*, reason: str, by: User) -> int:
    """Give up an epoch whose end the database no longer has, and begin a new one. The old epoch's
    files stay as they are, so that what was handed out with them still verifies.

    Raises:
        Forbidden: the person holds no role that may approve it.
        KeyLost: the key is what is missing, not an end of the log.
        RecordTrouble: there is no gap, or this is not the owner's to do.
    """
    role = by.role_in(*RECORD_APPROVERS)
    if role is None:
        raise Forbidden
    with sequencer.holding(wait=True):
        run = sequencer.Run()
        try:
            run.begin()
            run.check()
        except KeyLost:
            raise
        except RecordTrouble as trouble:
            epoch = _begin_epoch(reason, str(trouble), by.acting_as(role))
        else:
            raise RecordTrouble("there is no gap: the record begins with what was signed")
        sequencer.Run().all()
    return epoch


def _begin_epoch(reason: str, trouble: str, by: Actor) -> int:
    owner = keys.owner()
    with keys.changing(owner):
        keys.remember(owner)
    with keys.changing(owner):
        old = max([keys.epoch(), *log.signed_epochs()])
        # What was signed last: by its file, or else by the database.
        content = read(folders.signed() / str(old)) or b""
        row = Checkpoint.objects.filter(epoch=old).order_by("size").last()
        head = None
        for note in (row.note if row else "", content.decode(errors="replace")):
            with suppress(NoteError):
                head = head_of(note)
        size = head.size if head else 0
        data = {"reason": reason, "trouble": trouble, "epoch": old, "size": size,
                "root": head.root.hex() if head else ""}  # fmt: skip
        append(
            NewEntry(
                case_ref=CITY_REF, type="record.gap_declared", actor=by, data=data,
                from_state=f"epoch_{old}_size_{size}", to_state=f"epoch_{old + 1}",
            ),
            using=owner,
        )  # fmt: skip
        before = keys.log_verifiers(keys.epoch())
        known = before[-1] if before else None
        here = known is not None and keys.has_private_half(keys.LOG, known)
        keys.add(
            keys.LOG, keys.origin(old + 1), of_epoch=old + 1, closed_size=size,
            handover_by=known if here else None, using=owner,
        )  # fmt: skip
    return old + 1


def rebuild() -> list[str]:
    """Write the present epoch's public files anew; returns what is missing of ended epochs. Raises
    `RecordTrouble`, with nothing written, where the database is not what was signed."""
    with sequencer.holding(wait=True):
        sequencer.Run().rebuild()
        return list(missing_of_ended())
