"""Compiles the Chinese catalogues and says what is missing, unused, fuzzy or empty in them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tools.translations import catalogues, sources


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when unfit")
        parser.add_argument(
            "--skeleton", metavar="FOLDER", help="print entries to fill for code below this folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = sources.messages()
        paths = catalogues.files()
        merged = catalogues.merge(paths)
        gaps = list(catalogues.missing(found, merged))
        if options["skeleton"]:
            wanted = [gap for gap in gaps if gap.place.startswith(options["skeleton"])]
            for gap in wanted:
                self.stdout.write(f"#: {gap.place}")
                if gap.context:
                    self.stdout.write(f"msgctxt {_quoted(gap.context)}")
                self.stdout.write(f"msgid {_quoted(gap.text)}")
                if gap.plural:
                    self.stdout.write(f'msgid_plural {_quoted(gap.plural)}\nmsgstr[0] ""\n')
                else:
                    self.stdout.write('msgstr ""\n')
            return
        wrong = [f"missing   {gap.place}: {gap.text!r}" for gap in gaps]
        wrong += merged.faults
        wrong += [
            f"Chinese   {place}: text in the code, not in a catalogue"
            for place in sources.stray_chinese()
        ]
        for path in paths:
            content = catalogues.compiled(catalogues.read(path))
            target = path.with_suffix(".mo")
            if target.is_file() and target.read_bytes() == content:
                continue
            if options["check"]:
                wrong.append(f"behind    {target}: run `make messages`")
            else:
                target.write_bytes(content)
        if not options["check"]:
            self.stdout.writelines([*merged.differing, *catalogues.unused(found, merged)])
        for line in wrong:
            self.stdout.write(line)
        if wrong and options["check"]:
            raise CommandError(f"{len(wrong)} faults in the translations.")
        self.stdout.write(f"{len(found)} texts in the code, {len(wrong)} faults.")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
