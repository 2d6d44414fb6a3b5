"""The machine of a repair crew: every legal move is a transition here, and only here."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reliability.crews.bodies import CrewBody, NewCrew
from reliability.who import LEAD
from workflow.machine import Act, act, set_all


class CrewState(TextChoices):
    NEW = "new", pgettext_lazy("crew", "To be registered")
    ACTIVE = "active", pgettext_lazy("crew", "Active")
    ENDED = "ended", pgettext_lazy("crew", "Ended")


class CrewMachine:
    @act(
        CrewState.NEW, CrewState.ACTIVE,
        Act(_("Register a repair crew"), "crew.registered", body=NewCrew,
            stamps=["registered_at"], here=False, **LEAD),
    )  # fmt: skip
    def register(self, **said: Any) -> None:
        set_all(self, said)

    @act(
        CrewState.ACTIVE, None,
        Act(_("Change the crew"), "crew.changed", body=CrewBody, **LEAD),
    )  # fmt: skip
    def change(self, **said: Any) -> None:
        """Its code and district stay: they are what outages name."""
        set_all(self, said)

    @act(
        CrewState.ACTIVE, CrewState.ENDED,
        Act(_("End the crew"), "crew.ended", stamps=["ended_at"], **LEAD),
    )  # fmt: skip
    def end(self) -> None:
        """It is sent nowhere from here on; outages that it went to keep its name."""
