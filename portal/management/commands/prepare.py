"""Brings a database up to date: tables, the web role's rights, the city's rules, and in an empty
demonstration database the demonstration itself. Harmless when there is nothing to do."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from accounts.models import User
from core.demonstration import is_demonstration
from ledger.actions import open_city


class Command(BaseCommand):
    help = "Migrates, loads the city's rules and makes the demonstration the first time."

    def handle(self, *args: Any, **options: Any) -> None:
        self._say("migrating the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        if record_is_empty():
            # Before the rules, so that the first ones are in the record too.
            open_city(demonstration=settings.DEMONSTRATION)
        self._say("loading the rules of the city ...")
        call_command("load_rules", shipped=True, stdout=self.stdout)
        if is_demonstration() and not User.objects.exists():
            self._say("making the demonstration city ...")
            call_command("demonstration", stdout=self.stdout)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def record_is_empty() -> bool:
    """Then this database is neither real nor a demonstration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT city_is_demonstration() IS NULL")
        answer: bool = cursor.fetchone()[0]
    return answer
