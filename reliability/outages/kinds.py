"""The words of outages: kinds, and what they come from."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutageKind(models.TextChoices):
    """Why the power goes off, by whose decision."""

    PLANNED = "planned", _("Planned outage")
    TEMPORARY = "temporary", _("Temporary repair")
    FAULT = "fault", _("Fault")
    SAFETY = "safety", _("Active outage for safety")
    RESTRICTION = "restriction", _("Restriction of supply")


class Nature(models.TextChoices):
    """What it comes from, after the classes of DL/T 836 (facts.md 4.1), by their words: its table
    of codes was not at hand."""

    INTERNAL_FAULT = "internal_fault", _("Internal fault")
    EXTERNAL_FAULT = "external_fault", _("External fault")
    MAINTENANCE = "maintenance", _("Maintenance")
    GRID_WORKS = "grid_works", _("Works on the grid")
    CONNECTION_WORKS = "connection_works", _("Works of a connection")
    MUNICIPAL_WORKS = "municipal_works", _("Works of the city")
    CUSTOMER_REQUEST = "customer_request", _("At a customer's request")
    SWITCHING = "switching", _("Switching of the grid")
    SAFETY = "safety", _("For safety")
    SHORTAGE = "shortage", _("Shortage of generation")
    GRID_LIMIT = "grid_limit", _("Limit of the grid")


_N = Nature
#: What an outage of each kind can come from.
NATURES: Final[Mapping[str, tuple[Nature, ...]]] = {
    OutageKind.PLANNED: (
        _N.MAINTENANCE, _N.GRID_WORKS, _N.CONNECTION_WORKS, _N.MUNICIPAL_WORKS,
        _N.CUSTOMER_REQUEST, _N.SWITCHING,
    ),
    OutageKind.TEMPORARY: (_N.MAINTENANCE, _N.SWITCHING),
    OutageKind.FAULT: (_N.INTERNAL_FAULT, _N.EXTERNAL_FAULT),
    OutageKind.SAFETY: (_N.SAFETY,),
    OutageKind.RESTRICTION: (_N.SHORTAGE, _N.GRID_LIMIT),
}  # fmt: skip
