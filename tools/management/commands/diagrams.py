from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tools.diagrams import files


class Command(BaseCommand):
    help = "Draws the state diagrams from the machines; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        old = [
            (path, text)
            for path, text in files().items()
            if not path.is_file() or path.read_text(encoding="utf-8") != text
        ]
        if options["check"]:
            if old:
                names = ", ".join(path.name for path, _text in old)
                raise CommandError(f"Out of step with the machines: {names}. Run `make diagrams`.")
            return
        for path, text in old:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(old)} diagrams drawn anew")
