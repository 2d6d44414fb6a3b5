"""The machines of patrols and defects: every legal move is a transition here, and only here."""

from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reliability.patrols.bodies import (
    DefectFound,
    DefectMended,
    NewDefect,
    NewPatrol,
    PatrolChange,
    WorksOrdered,
)
from reliability.who import LEAD, OPERATOR
from workflow.machine import Act, act, set_all


class PatrolState(TextChoices):
    NEW = "new", pgettext_lazy("patrol", "To be registered")
    ACTIVE = "active", pgettext_lazy("patrol", "Going on")
    ENDED = "ended", pgettext_lazy("patrol", "Ended")


class DefectState(TextChoices):
    NEW = "new", pgettext_lazy("defect", "To be reported")
    FOUND = "found", pgettext_lazy("defect", "Found")
    WORKS = "works", pgettext_lazy("defect", "Works ordered")
    MENDED = "mended", pgettext_lazy("defect", "Mended")


_P, _D = PatrolState, DefectState


class PatrolMachine:
    due_on: date
    late_from: datetime

    @act(
        _P.NEW, _P.ACTIVE,
        Act(_("Register a patrol"), "patrol.registered", body=NewPatrol,
            stamps=["registered_at"], here=False, **LEAD),
    )  # fmt: skip
    def register(self, **said: Any) -> None:
        set_all(self, said)

    @act(
        _P.ACTIVE, None,
        Act(_("Change how often"), "patrol.changed", body=PatrolChange, **LEAD),
    )  # fmt: skip
    def change(self, **said: Any) -> None:
        """The next one is due by it, counted from the last."""
        set_all(self, said)

    @act(
        _P.ACTIVE, None,
        Act(_("Patrolled, nothing found"), "patrol.clear", stamps=["last_done_at"], ahead=True,
            **OPERATOR),
    )  # fmt: skip
    def clear(self, **said: Any) -> None:
        """Done at the instant of this entry, under its role."""
        set_all(self, said)

    @act(
        _P.ACTIVE, None,
        Act(_("Patrolled, a defect found"), "patrol.finding", body=DefectFound,
            stamps=["last_done_at"], **OPERATOR),
    )  # fmt: skip
    def find(self, **said: Any) -> None:
        """The defect has a record of its own from here on."""
        set_all(self, said)

    @act(_P.ACTIVE, _P.ENDED, Act(_("End the patrol"), "patrol.ended", stamps=["ended_at"], **LEAD))
    def end(self) -> None:
        """Nothing is due from here on."""


class DefectMachine:
    works: str
    mended: str

    @act(
        _D.NEW, _D.FOUND,
        Act(_("Report a defect"), "defect.found", body=NewDefect, stamps=["found_at"],
            here=False, **OPERATOR),
    )  # fmt: skip
    def report(self, **said: Any) -> None:
        set_all(self, said)

    @act(
        _D.FOUND, _D.WORKS,
        Act(_("Order works"), "defect.works_ordered", body=WorksOrdered, stamps=["ordered_at"],
            ahead=True, **OPERATOR),
    )  # fmt: skip
    def order_works(self, *, works: str) -> None:
        """It moves no day: it is mended by the same."""
        self.works = works

    @act(
        (_D.FOUND, _D.WORKS), _D.MENDED,
        Act(_("Mend the defect"), "defect.mended", body=DefectMended, stamps=["mended_at"],
            ahead=frozenset({_D.WORKS}), **OPERATOR),
    )  # fmt: skip
    def mend(self, *, mended: str) -> None:
        """At the instant of this entry."""
        self.mended = mended
