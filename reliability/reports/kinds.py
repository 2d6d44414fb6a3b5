"""The words of reports: kinds, sorts of place, outcomes, and the offices that work them."""

from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rules import names
from rules.city import city
from rules.values import DISTRICT_LEAD, SUPPLY, report_offices


class ReportKind(models.TextChoices):
    POWER_OUT = names.ReportKind.POWER_OUT.value, gettext_lazy("The power is out")
    DIGGING = (
        names.ReportKind.DIGGING.value,
        gettext_lazy("Dangerous digging or works near power lines"),
    )
    ILLEGAL = names.ReportKind.ILLEGAL.value, gettext_lazy("Illegal use of power or illegal works")


class Where(models.TextChoices):
    """At what sort of place; power is out wherever it is out."""

    SITE = names.Where.SITE.value, gettext_lazy("A building site")
    ROAD = names.Where.ROAD.value, gettext_lazy("A road or pavement")
    ELSEWHERE = names.Where.ELSEWHERE.value, gettext_lazy("Another place")


class Outcome(models.TextChoices):
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    NOT_CONFIRMED = "not_confirmed", gettext_lazy("Not confirmed")
    REFERRED = "referred", gettext_lazy("Referred to another authority")
    JOINED = "joined", gettext_lazy("Joined to another report")


#: What whoever closes a report finds; it is joined by an act of its own.
FOUND: Final = (Outcome.CONFIRMED, Outcome.NOT_CONFIRMED, Outcome.REFERRED)


def offices() -> list[tuple[str, str]]:
    """All that can work a report, with what they are called."""
    return [(code, office_words(code)) for code in report_offices(city())]


def office_words(office: str) -> str:
    if office == SUPPLY:
        return _("Supply company")
    if office == DISTRICT_LEAD:
        return _("Lead of the district")
    return str(city().bureau(office).name)
