#!/usr/bin/env python
"""Django's command line for the portal; same defaults as `make run`."""

import gc
import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    # All that is imported stays, and to look through it for garbage again and again is a fifth of a
    # start. Until the apps stand (portal.apps).
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        reason = str(error).strip()
        if not reason.startswith(("connection to server", "could not translate host")):
            raise
        if os.environ.get("DATABASE_URL"):
            sys.exit(f"The database of DATABASE_URL cannot be used: {reason}")
        sys.exit("The embedded database is not up. Start it with `make run` or `make db` first.")


if __name__ == "__main__":
    main()
