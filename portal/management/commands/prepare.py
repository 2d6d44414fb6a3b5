"""Brings a database up to date: tables, the web role's rights, the city's rules, and in an empty
demonstration database the demonstration itself. Harmless when there is nothing to do."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from ledger.actions import open_city


class Command(BaseCommand):
    help = "Migrates, loads the city's rules and makes the demonstration the first time."

    def handle(self, *args: Any, **options: Any) -> None:
        self._say("migrating the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        self._say("loading the rules of the city ...")
        call_command("load_rules", stdout=self.stdout)
        if not record_is_empty():
            return
        if settings.DEMONSTRATION:
            self._say("making the demonstration city ...")
            call_command("demonstration", stdout=self.stdout)
        else:
            open_city(demonstration=False)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def record_is_empty() -> bool:
    """The record has no first entry yet, so this database is neither real nor a demonstration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT city_is_demonstration() IS NULL")
        answer: bool = cursor.fetchone()[0]
    return answer
