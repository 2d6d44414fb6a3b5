"""What this app tells those below it once, when the process starts: its events, its tables, its
links, and which of their signals it hears."""

from applications.signals import broken_off
from core.events import declare
from deadlines.signals import breached, recalculated, warned
from money import events, tables  # noqa: F401 (tables register themselves)
from money.charges import actions as charges
from money.complaints import actions as complaints
from money.complaints import events as of_complaints
from money.investments import events as of_investments
from money.payments import actions as payments
from money.prices import tables as of_prices  # noqa: F401 (the same)
from money.reconciliation import events as of_reconciliation

CATALOGUE = (events, of_complaints, of_investments, of_reconciliation)


def wire() -> None:
    declare([event for module in CATALOGUE for event in module.EVENTS])
    for module in (charges, complaints, payments):
        module.wire()
    broken_off.connect(charges.lapse_behind, dispatch_uid="money.lapse_behind")
    for signal, hears in (
        (breached, complaints.tell_late),
        (warned, complaints.tell_of_warnings),
        (recalculated, complaints.tell_of_recalculations),
    ):
        signal.connect(hears, dispatch_uid=f"money.complaints.{hears.__name__}")
