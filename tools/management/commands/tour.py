import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tools.client import Unexpected
from tools.tour import tour


class Command(BaseCommand):
    help = "Takes a case of every kind from filing to energised over HTTP and prints its timeline."

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--base-url", default=f"http://127.0.0.1:{port}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in tour(options["base_url"]):
                self.stdout.write(line)
        except Unexpected as error:
            raise CommandError(str(error)) from error
