"""The machine of a repair crew: every legal move is a transition here, and only here."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from reliability.crews.bodies import CrewBody, NewCrew
from rules.city import city
from workflow.machine import Act, act


class CrewState(TextChoices):
    NEW = "new", pgettext_lazy("crew", "To be registered")
    ACTIVE = "active", pgettext_lazy("crew", "Active")
    ENDED = "ended", pgettext_lazy("crew", "Ended")


def lead_of(thing: Any, user: User) -> Role | None:
    """Of one that is to be entered and names no district that there is, whoever leads any: the
    values are refused then."""
    known = thing.district in {district.code for district in city().districts}
    return user.role_in(Role.SUPPLY_LEAD, **({"district": thing.district} if known else {}))


LEAD: Final[dict[str, Any]] = {
    "who": lead_of,
    "refusal": _("Only the supply company's lead in the district keeps this."),
}


def keep(thing: object, said: Mapping[str, Any]) -> None:
    """As it was said, from now on."""
    for name, value in said.items():
        setattr(thing, name, value)


class CrewMachine:
    @act(
        CrewState.NEW, CrewState.ACTIVE,
        Act(_("Register a repair crew"), "crew.registered", body=NewCrew,
            stamps=["registered_at"], here=False, **LEAD),
    )  # fmt: skip
    def register(self, **said: Any) -> None:
        keep(self, said)

    @act(
        CrewState.ACTIVE, None,
        Act(_("Change the crew"), "crew.changed", body=CrewBody, **LEAD),
    )  # fmt: skip
    def change(self, **said: Any) -> None:
        """Its code and district stay: they are what outages name."""
        keep(self, said)

    @act(
        CrewState.ACTIVE, CrewState.ENDED,
        Act(_("End the crew"), "crew.ended", stamps=["ended_at"], **LEAD),
    )  # fmt: skip
    def end(self) -> None:
        """It is sent nowhere from here on; outages that it went to keep its name."""
