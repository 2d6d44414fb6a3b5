"""Figures by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.city import figure
from disclosure.figures import HOURS, TIMES, level_name, written
from disclosure.tables import Shown
from reliability.indices import reading
from reliability.indices.customers import Days
from reliability.indices.formulas import HOUR


@dataclass(frozen=True)
class LineFigure:
    """What the interruptions of one level on one line add up to.

    Args:
        customers: whom the line feeds at the end of the period, by the connection points; None:
            they do not say, and there is no figure per customer.
        hours, hours_counted: customer hours, of all and without what the plan leaves out.
    """

    line: str
    level: str
    customers: int | None
    interruptions: int
    interrupted: int
    hours: Fraction
    hours_counted: Fraction

    @property
    def saidi(self) -> Fraction | None:
        return self.hours / self.customers if self.customers else None

    @property
    def saidi_counted(self) -> Fraction | None:
        return self.hours_counted / self.customers if self.customers else None

    @property
    def saifi(self) -> Fraction | None:
        return Fraction(self.interrupted, self.customers) if self.customers else None

    @property
    def caidi(self) -> Fraction | None:
        return self.hours / self.interrupted if self.interrupted else None


def lines_told(rows: Sequence[Mapping[str, Any]], days: Days) -> list[LineFigure]:
    """Of rows of `reading.lines`; one statement."""
    below = reading.below({row["line"] for row in rows}, days.last)
    return [
        LineFigure(
            row["line"],
            row["level"],
            below.get(reading.BelowLine(row["line"], row["level"])),
            row["sum_interruptions"],
            row["sum_customers"],
            Fraction(int(row["sum_lost"]), HOUR),
            Fraction(int(row["sum_lost_counted"]), HOUR),
        )
        for row in rows
    ]


def line_columns(query: Callable[[LineFigure], str]) -> list[Shown]:
    """Each with a way to its interruptions.

    Args:
        query: the parameters of that page.
    """
    return [
        Shown(_("Power line"), lambda row: {
            "text": row.line, "note": level_name(row.level),
            "url": f"{reverse('disclosure:reliability-interruptions')}?{query(row)}",
        }),
        Shown(_("Customers"), lambda row: figure(row.customers), numeric=True),
        Shown(_("Interruptions"), lambda row: figure(row.interruptions), numeric=True),
        Shown(_("Customers interrupted"), lambda row: figure(row.interrupted), numeric=True),
        Shown("SAIDI", lambda row: written(row.saidi, HOURS), _("hours"), numeric=True),
        Shown("SAIFI", lambda row: written(row.saifi, TIMES), _("times"), numeric=True),
        Shown("CAIDI", lambda row: written(row.caidi, HOURS), _("hours"), numeric=True),
    ]  # fmt: skip
