import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

# Without the query string, which may hold a person's words, and without their address.
ACCESS_LINE = "%(m)s %(U)s %(s)s %(M)s ms"


class Command(BaseCommand):
    help = "Serves the portal with gunicorn."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bind", nargs="?", default="127.0.0.1:8000")
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *args: Any, **options: Any) -> None:
        from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415 (only this command needs it)

        # Where the workers touch their sign of life; on a disk this may block them.
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108
        sys.argv = [
            "gunicorn",
            *("--bind", options["bind"], "--workers", str(options["workers"])),
            *("--worker-class", "gthread", "--threads", str(options["threads"])),
            *("--reuse-port", "--max-requests", "20000", "--max-requests-jitter", "2000"),
            *("--graceful-timeout", "8", "--timeout", "60", "--worker-tmp-dir", folder),
            *("--access-logfile", "-", "--access-logformat", ACCESS_LINE),
            *("--log-level", "warning", "--logger-class", "portal.weblog.WebLog"),
            "--no-control-socket",
            "portal.wsgi:application",
        ]
        WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
