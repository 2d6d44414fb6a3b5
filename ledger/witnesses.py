"""Our side of C2SP tlog-witness: checkpoints are shown to others, who cosign that nothing was lost.

A witness is asked after its checkpoint is published. One that is away delays nothing: it is asked
again with the next checkpoint, from where it stands.
"""

import http.client
import logging
import socket
from contextlib import suppress
from threading import Timer
from urllib.parse import urlsplit

from django.db import connection

from ledger import keys, log, sequencer
from ledger.models import Checkpoint, Cosignature, Witness
from ledger.trouble import RecordTrouble
from tlog.checkpoint import submission
from tlog.note import COSIGNATURE, NoteError, Signature, cosignature_by, parse, parse_vkey

logger = logging.getLogger(__name__)

SECONDS = 3.0  # for connecting, and again for the answer
LARGEST = 65_536  # bytes of an answer
ASKING, ASKED = "SELECT pg_try_advisory_lock(4101, 4)", "SELECT pg_advisory_unlock(4101, 4)"


class Refused(Exception):
    """The witness did not cosign; the text says why."""


def add(name: str, vkey: str, url: str) -> Witness:
    """Ask it at its submission prefix; raises ValueError where key or address cannot be used."""
    key = parse_vkey(vkey)
    if key.kind != COSIGNATURE:
        raise NoteError("the key is not one for cosignatures (type 4)")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url} is no http or https address")
    added = Witness.objects.using(keys.owner())
    return added.create(name=name, vkey=str(key), url=url.rstrip("/"), asked=True)


def remove(name: str) -> None:
    """What it has cosigned stays; raises ValueError where nobody of that name is asked."""
    found = [witness for witness in asked() if witness.name == name]
    if not found:
        raise ValueError(f"nobody called {name} is asked")
    added = Witness.objects.using(keys.owner())
    added.create(name=name, vkey=found[0].vkey, url=found[0].url, asked=False)


def asked() -> list[Witness]:
    newest = Witness.objects.order_by("name", "-id").distinct("name")
    return [witness for witness in newest if witness.asked]


def ask_all() -> int:
    """Show the newest checkpoint to every witness that has not cosigned it; returns how many did.
    One caller at a time; a second one returns 0 at once."""
    row = Checkpoint.objects.order_by("-epoch", "-size").first()
    witnesses = asked() if row else []
    if row is None or not witnesses:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ASKING)
        alone: bool = cursor.fetchone()[0]
    if not alone:
        return 0
    try:
        return sum(_asked(witness, row) for witness in witnesses)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(ASKED)


def _asked(witness: Witness, row: Checkpoint) -> bool:
    if row.cosignatures.filter(vkey=witness.vkey).exists():
        return False
    try:
        line = ask(witness, row)
    except (Refused, NoteError, OSError, http.client.HTTPException) as error:
        logger.warning("witness %s: %s: %s", witness.name, type(error).__name__, error)
        return False
    Cosignature.objects.create(checkpoint=row, vkey=witness.vkey, line=str(line))
    try:
        with sequencer.holding(wait=True):
            sequencer.Run().publish_cosigned(row)
    except RecordTrouble as trouble:
        logger.warning("the cosignature of %s waits: %s", witness.name, trouble)
    return True


def ask(witness: Witness, row: Checkpoint) -> Signature:
    """Raises `Refused`, `NoteError` at any answer but a right one, OSError at none in time."""
    given = Cosignature.objects.filter(vkey=witness.vkey, checkpoint__epoch=row.epoch)
    last = given.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True).first()
    status, body = _submit(witness, last or 0, row)
    if status == 409:
        if not body.strip().isascii() or not body.strip().isdigit():
            raise Refused("its size cannot be read")
        old = int(body)
        if old > row.size:
            raise Refused(f"it has seen {old} entries, we know {row.size}")
        status, body = _submit(witness, old, row)
    if status != 200:
        raise Refused(f"answered {status}")
    return cosignature_by(parse_vkey(witness.vkey), parse(row.note).text, body)


def _submit(witness: Witness, old: int, row: Checkpoint) -> tuple[int, str]:
    """No redirect is followed, no proxy is used. The whole answer has to be here in time: one byte
    now and then would hold up every other."""
    body = submission(old, log.consistency(old, row.size), row.note).encode()
    parts = urlsplit(witness.url)
    https = parts.scheme == "https"
    kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    connection.connect()
    end = Timer(SECONDS, _hang_up, [connection.sock])
    end.start()
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        connection.request("POST", f"{parts.path}/add-checkpoint", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST).decode(errors="replace")
    finally:
        end.cancel()
        connection.close()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it has just been closed
        line.shutdown(socket.SHUT_RDWR)
