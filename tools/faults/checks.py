"""What must hold after every injection: nothing lost, nothing doubled, nothing half done."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from django.db import connection

from ledger import folders
from ledger.log import latest
from ledger.verify import verify
from portal.invariants import broken
from portal.places import ROOT

VERIFIER = ROOT / "static" / "record" / "tongdian_verify.py"

#: What changes by itself, or says nothing of an act: all acts of one day share a row of its counts,
#: which invariants hold against the cases.
ASIDE = (
    "core_idempotentanswer", "portal_heartbeat", "accounts_token", "core_meter", "django_", "auth_",
    "ledger_pending", "ledger_leaf", "ledger_checkpoint", "ledger_key", "integrity_",
    "oversight_filingday", "oversight_homeday",
)  # fmt: skip

Footprint = Counter[str]


def footprint() -> Footprint:
    """How many rows every table of the portal has."""
    counted: Footprint = Counter()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(ASIDE):
                # The names are the catalogue's own.
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counted[table] = cursor.fetchone()[0]
    return counted


def grown(before: Footprint, after: Footprint) -> dict[str, int]:
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


def violations() -> list[str]:
    found = [f"{name}: {rows}" for name, rows in broken() if rows]
    fault = verify()
    return [*found, f"record: {fault}"] if fault else found


def unpublished(folder: Path) -> list[str]:
    """What a stranger's verifier finds, held to the checkpoint of the last call in `folder`."""
    kept = folder / "kept-checkpoint"
    command = [sys.executable, "-I", str(VERIFIER), "log", str(folders.public()), "--lang", "en"]
    if kept.exists():
        command += ["--checkpoint", str(kept)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    newest = latest()
    if found.returncode or newest is None:
        return [f"published record: {found.stdout.strip()} {found.stderr.strip()}"]
    kept.write_text(newest.note)
    return []
