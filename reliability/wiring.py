"""What this app tells those below it once, when the process starts: its events, its tables, its
links, and which of their signals it hears."""

from core.events import declare
from deadlines.signals import breached, recalculated, warned
from reliability import tables  # noqa: F401 (they register themselves)
from reliability.crews import events as of_crews
from reliability.following import telling as following
from reliability.monitoring import events as of_monitoring
from reliability.outages import actions as outages
from reliability.outages import events as of_outages
from reliability.patrols import events as of_patrols
from reliability.reports import actions as reports
from reliability.reports import events as of_reports
from reliability.reports import telling

CATALOGUE = (of_outages, of_crews, of_monitoring, of_patrols, of_reports)


def wire() -> None:
    declare([event for module in CATALOGUE for event in module.EVENTS])
    outages.wire()
    reports.wire()
    for signal, hears in (
        (breached, reports.tell_late),
        (warned, telling.tell_of_warnings),
        (recalculated, telling.tell_of_recalculations),
    ):
        signal.connect(hears, dispatch_uid=f"reliability.reports.{hears.__name__}")
    following.wire()
