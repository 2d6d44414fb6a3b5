"""`python -m tools.launcher run | services`: what `make run` and `make db` call."""

import argparse
import os
import sys
from collections.abc import Callable

from portal.places import default_places
from tools.launcher import Trouble
from tools.launcher.children import Stopped, Supervisor, say
from tools.launcher.servers import Servers, ensure_secret_key, only_one
from tools.launcher.site import run


def services() -> int:
    """Only the embedded servers, for work with manage.py."""
    places = default_places()
    supervisor = Supervisor()
    supervisor.listen()
    with only_one(places, "only its database and broker"):
        ensure_secret_key(places)
        servers = Servers(places)
        servers.start(
            with_postgres=not os.environ.get("DATABASE_URL"),
            with_valkey=not os.environ.get("REDIS_URL"),
        )
        supervisor.children = servers.children
        say("start", "ready for manage.py; Ctrl-C stops")
        try:
            supervisor.watch()
        finally:
            servers.stop()
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"run": run, "services": services}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.launcher", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    try:
        return COMMANDS[command]()
    except Stopped:
        return 0
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
