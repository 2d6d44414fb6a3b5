"""Passwords are hashed slowly on purpose, so only so many at once: whoever comes to a full house
waits, as long as sign-ins leave threads free."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, local
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from core.problems import Busy

#: Hash now, one for each core that a process has for itself; and those that may wait for them.
_at_work = BoundedSemaphore(settings.PASSWORDS_AT_WORK)
_taken_in = BoundedSemaphore(settings.PASSWORDS_TAKEN_IN)
_mine = local()


@contextmanager
def place_to_hash() -> Iterator[None]:
    """A thread that has its place keeps it for what it does within.

    Raises:
        Busy: at once, where too many wait already.
    """
    if getattr(_mine, "held", False):
        yield
        return
    if not _taken_in.acquire(blocking=False):
        raise Busy
    try:
        with _at_work:
            _mine.held = True
            yield
    finally:
        _mine.held = False
        _taken_in.release()


class BoundedPBKDF2(PBKDF2PasswordHasher):
    """Every door passes here: sign-in, tokens, registration, a changed and a present password."""

    def encode(self, password: str, salt: str, iterations: Any = None) -> str:
        with place_to_hash():
            return super().encode(password, salt, iterations)
