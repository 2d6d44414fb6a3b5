"""The log needs neither Django nor its settings: whoever checks one may import it alone."""

import os
import subprocess
import sys
from pathlib import Path

MODULES = [path.stem for path in Path("tlog").glob("*.py") if path.stem != "__init__"]
PROGRAM = f"""
import sys
from tlog import {", ".join(MODULES)}
others = {{"django", "rest_framework", "ledger", "core", "portal"}} & sys.modules.keys()
sys.exit(f"it imports {{others}}" if others else 0)
"""


def test_it_is_imported_without_django() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {"tree", "tiles", "note", "checkpoint"} <= set(MODULES)
