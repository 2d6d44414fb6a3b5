"""A repeated request gets the first one's answer; nothing is done twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import LockNotAvailable
from rest_framework.utils.encoders import JSONEncoder

from core.locks import key_of
from core.models import IdempotentAnswer
from core.problems import FieldError, InFlight, Invalid
from core.reading import refuse_nul

KEY_MAX = 200
#: A key is honoured for this long; afterwards it is a new one.
KEPT = timedelta(days=30)


def once(
    *,
    owner: str,
    route: str,
    key: str,
    digest: bytes,
    act: Callable[[], tuple[int, Any]],
    wait: float = 0,
) -> tuple[int, Any]:
    """Return the stored answer for the key, or act and store the answer with the act.

    `wait`: for so many seconds the same request, while it is carried out, is waited for. A refusal
    of `act` (an exception) is not stored. Keys of different owners (`core.owner`) never meet.

    Raises:
        Invalid: the key is no key, or was used for another body (`digest`).
        InFlight: the same request is being carried out now.
    """
    if len(key) > KEY_MAX:
        raise Invalid([FieldError("", _("The Idempotency-Key is longer than 200 characters."))])
    refuse_nul(key)
    with transaction.atomic():
        if not _held(key_of(f"{owner}\0{route}\0{key}".encode()), wait):
            raise InFlight
        stored = IdempotentAnswer.objects.filter(owner=owner, route=route, key=key).first()
        if stored:
            if bytes(stored.body_digest) != digest:
                raise Invalid(
                    [FieldError("", _("This Idempotency-Key was used for another request."))]
                )
            return stored.status, stored.body
        status, body = act()
        # As the API writes it, to the microsecond: with a key and without, the answer is the same.
        body = json.loads(json.dumps(body, cls=JSONEncoder))
        IdempotentAnswer.objects.create(
            owner=owner, route=route, key=key, body_digest=digest, status=status, body=body
        )
        return status, body


def _held(number: int, wait: float) -> bool:
    """Take the lock of a key to the end of the transaction, within so many seconds."""
    with connection.cursor() as cursor:
        if not wait:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            return bool(cursor.fetchone()[0])
        cursor.execute("SELECT current_setting('lock_timeout')")
        [usual] = cursor.fetchone()
        change = "SELECT set_config('lock_timeout', %s, true)"
        cursor.execute(change, [f"{round(wait * 1000)}ms"])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False  # the transaction is broken, and ends with the refusal
            raise
        cursor.execute(change, [usual])
        return True


def forget_old_answers() -> int:
    deleted, _by_model = IdempotentAnswer.objects.filter(created_at__lt=Now() - KEPT).delete()
    return deleted
