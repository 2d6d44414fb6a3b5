"""The embedded servers that this start needs: none of those whose address is in the environment."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from portal.places import ROOT, Places
from tools.launcher import Trouble
from tools.launcher import postgres as pg
from tools.launcher import valkey as vk
from tools.launcher.children import Child, say
from tools.launcher.identity import server_identity


@contextmanager
def only_one(places: Places, told: str) -> Iterator[None]:
    """The kernel frees the lock however its holder ends; a second start is Trouble, and `told`."""
    places.var.mkdir(parents=True, exist_ok=True)
    with places.lock.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise Trouble(
                f"The portal already runs from this folder ({lock.read().strip() or 'starting'}). "
                "Use that one, or stop it with Ctrl-C where it was started."
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"process {os.getpid()}, {told}\n")
        lock.flush()
        yield
        lock.seek(0)
        lock.truncate()


def ensure_secret_key(places: Places) -> None:
    """It signs sessions and seals names."""
    given = os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE")
    if given or places.secret_key.exists():
        return
    places.var.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(places.secret_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


@dataclass
class Servers:
    """`fleeting`: for tests: fast, and nothing survives. `quiet`: says nothing of starting."""

    places: Places
    fleeting: bool = False
    quiet: bool = False
    postgres: pg.Postgres | None = None
    valkey: vk.Valkey | None = None
    children: list[Child] = field(default_factory=list)

    def start(self, *, with_postgres: bool = True, with_valkey: bool = True) -> None:
        """Waits until they answer; Trouble says the reason and the way out."""
        identity = server_identity()
        try:
            if with_postgres:
                options = pg.FLEETING if self.fleeting else pg.LASTING
                self.postgres = pg.Postgres(self.places, identity, options)
                postgres, major = self.postgres, self.postgres.programs.major
                if postgres.note:
                    say("start", postgres.note)
                if postgres.new:
                    where = self.places.postgres_data
                    self._say(f"making the database (PostgreSQL {major}) in {where} ...")
                postgres.prepare()
                postgres.wait_until_ready(self._launch(postgres.child()))
                postgres.complete()
                self._say(f"PostgreSQL {major} is up")
            if with_valkey:
                choices = vk.FLEETING if self.fleeting else vk.LASTING
                self.valkey = vk.Valkey(self.places, identity, choices)
                if self.valkey.note:
                    say("start", self.valkey.note)
                self.valkey.prepare()
                self.valkey.wait_until_ready(self._launch(self.valkey.child()))
                self._say("Valkey (Redis) is up")
        except BaseException:
            self.stop()
            raise

    def _launch(self, child: Child) -> Child:
        child.quiet = self.fleeting or self.quiet
        self.children.append(child)
        child.start(ROOT)
        return child

    def _say(self, line: str) -> None:
        if not (self.fleeting or self.quiet):
            say("start", line)

    def stop(self) -> None:
        """Harmless when nothing runs."""
        for child in reversed(self.children):
            child.ask_to_stop()
            child.wait(20)
        self.children.clear()
        with suppress(OSError):  # not empty, or gone
            self.places.sockets.rmdir()
