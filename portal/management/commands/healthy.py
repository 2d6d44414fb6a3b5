"""Exit 0 when the named parts are alive (all of them without names): for checks of containers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.health import examine

PARTS = ("database", "broker", "worker", "sweep")


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")

    def handle(self, *args: Any, **options: Any) -> None:
        health = examine()
        dead = [part for part in options["parts"] or PARTS if not getattr(health, part)]
        if dead:
            raise CommandError(f"not alive: {', '.join(dead)}")
        self.stdout.write("healthy")
