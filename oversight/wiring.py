"""What this app tells those below it once, when the process starts: its events, its files, its
links, what it keeps of people, and which of their signals it hears."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy

from applications import personal
from applications.views.visit import DOORS, Door
from core.events import declare
from deadlines.signals import breached, recalculated, warned
from documents.queries import register
from oversight import events, messages
from oversight.governance import tables as of_governance  # noqa: F401 (registers itself)
from oversight.interruptions import actions as interruptions
from oversight.interruptions import erasure
from oversight.interruptions import events as of_interruptions
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import opens_as as opens_interruption
from oversight.interruptions.reading import by_when
from oversight.models import Finding, RectificationOrder
from oversight.news import tables  # noqa: F401 (registers itself)
from oversight.orderly import actions as orderly
from oversight.orderly import events as of_orderly
from oversight.permissions import opens_as
from oversight.task_ledger import actions as tasks
from oversight.task_ledger import events as of_tasks
from oversight.task_ledger.models import Task
from oversight.task_ledger.queries import opens_as as opens_task

CATALOGUE: Final = (events, of_interruptions, of_orderly, of_tasks)
CLOCKS: Final = (("oversight", messages), ("oversight.interruptions", interruptions))


def wire() -> None:
    declare([event for module in CATALOGUE for event in module.EVENTS])
    for kind in (Finding, RectificationOrder):
        register(kind.word, partial(opens_as, kind))
    register(InterruptionComplaint.word, opens_interruption)
    register(Task.word, opens_task)
    messages.wire()
    interruptions.wire()
    orderly.wire()
    tasks.wire()
    personal.KEPT.append(erasure.KEPT)
    DOORS.append(
        Door(
            "own-interruptions:new",
            "complain",
            gettext_lazy("A code is sent there, and later word of the decision."),
            by_when,
        )
    )
    for name, module in CLOCKS:
        for signal, hears in (
            (breached, module.tell_late),
            (warned, module.tell_of_warnings),
            (recalculated, module.tell_of_recalculations),
        ):
            signal.connect(hears, dispatch_uid=f"{name}.{hears.__name__}")
