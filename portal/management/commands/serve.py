import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import server


def load() -> server.Application:
    """In each process of its own: nothing of the portal is shared between them."""
    from portal.wsgi import application  # noqa: PLC0415 (after the fork)

    return application


class Command(BaseCommand):
    help = "Serves the portal with waitress."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bind", nargs="?", default="127.0.0.1:8000")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        # A queue that waits a little says nothing; the portal logs each request itself.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        processes, threads = options["processes"], options["threads"]
        server.serve(options["bind"], load, processes=processes, threads=threads)
