"""The words of outages: kinds, and what they come from."""

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


#: What is announced before it begins; only these can wait for their beginning.
AHEAD: Final = (OutageKind.PLANNED, OutageKind.TEMPORARY, OutageKind.SAFETY, OutageKind.RESTRICTION)


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
