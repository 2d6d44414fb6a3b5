"""Where the embedded servers keep their things; settings and tools/ agree on these paths."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent

OWNER_ROLE = "tongdian_owner"
WEB_ROLE = "tongdian_web"
DATABASE = "tongdian"


@dataclass(frozen=True)
class Places:
    """`var` holds data, keys and the lock; it may have any name and length."""

    var: Path

    @property
    def sockets(self) -> Path:
        """Short, for both sockets: their paths may have 107 bytes, `var` may be longer."""
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        name = f"tongdian-{os.geteuid()}-{digest}"
        return Path("/tmp") / name  # noqa: S108 (made 0700, its owner checked)

    @property
    def postgres_data(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.var / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def secret_key(self) -> Path:
        return self.var / "secret-key"

    @property
    def counterparts(self) -> Path:
        """Holds the address of each counterpart server while `make run` is up."""
        return self.var / "counterparts"

    @property
    def lock(self) -> Path:
        return self.var / "run.lock"

    @property
    def media(self) -> Path:
        return self.var / "documents"

    @property
    def record(self) -> Path:
        return self.var / "record"

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{self.valkey_socket}?db={number}"


def default_places() -> Places:
    return Places(Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute())
