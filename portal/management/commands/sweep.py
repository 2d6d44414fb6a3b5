from typing import Any

from django.core.management.base import BaseCommand

from applications.drafts import forget_old
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.waiting.actions import remind_waiting
from deadlines.sweep import sweep
from ledger import sequencer
from ledger.trouble import RecordTrouble
from notifications.outbox import deliver_all
from oversight.scan import scan


class Command(BaseCommand):
    help = (
        "Records what is late, reminds, signs, scans, delivers, counts and erases what ended; once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        late, integrated = sweep(), self._signed()
        old, reminded = forget_old(), remind_waiting()
        signals, sent = scan(), deliver_all()
        counted = count_facts()
        erased = erase_ended()
        integrated += self._signed()  # what the scan itself has written
        self.stdout.write(
            f"{late} clocks recorded, {reminded} applicants reminded, {sent} messages "
            f"delivered, {integrated} entries signed, {signals} signals opened, {counted} ended "
            f"cases counted, {old} old drafts deleted, {erased} ended cases erased"
        )

    def _signed(self) -> int:
        """A record that may not be signed keeps back no message."""
        try:
            return sequencer.run()
        except RecordTrouble as trouble:
            self.stderr.write(f"The record was not signed: {trouble}")
            return 0
