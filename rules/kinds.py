"""Which kind an application is (contract.md "Kinds", domain.md section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid
from rules.names import Kind
from rules.values import KindDecision, Valued

PERSON, RESIDENTIAL, LOW = "person", "residential", "low"
TWO_SOURCES = 2


@dataclass(frozen=True, slots=True)
class Customer:
    """Who applies, for how much, for what."""

    applicant_type: str
    enterprise_size: str | None
    capacity_kw: Decimal
    purpose: str

    @property
    def is_resident(self) -> bool:
        return self.applicant_type == PERSON and self.purpose == RESIDENTIAL

    @property
    def class_code(self) -> str | None:
        """The class that `three_zero.customers` lists: an enterprise's size, or a person."""
        return PERSON if self.applicant_type == PERSON else self.enterprise_size

    def is_three_zero(self, values: Mapping[str, Valued]) -> bool:
        """Whether the customer is of the three-zero class; the capacity is inclusive."""
        listed = self.class_code in values["three_zero.customers"].codes
        within = self.capacity_kw <= values["three_zero.kw"].number
        return listed and within and not self.is_resident


def decide_kind(
    values: Mapping[str, Valued], customer: Customer, *, voltage: str, sources: int
) -> KindDecision:
    """Returns the kind, the voltage that the customer is connected at, and the clause.

    Raises:
        Invalid: low voltage with two sources.
    """
    low = voltage == LOW
    if low and sources == TWO_SOURCES:
        clause = values[_limit_key(values, Kind.HV_DUAL)].clause
        reason = _("Two sources need high voltage: low voltage has one.")
        raise Invalid([FieldError("/sources", reason, clause)])
    if customer.is_three_zero(values):
        given = values["three_zero.voltage"]
        clause = values["three_zero.kw"].clause if low else given.clause
        return KindDecision(Kind.LV_SMALL, given.word, clause)
    kind = _other_kind(customer, low=low, dual=sources == TWO_SOURCES)
    return KindDecision(kind, voltage, values[_limit_key(values, kind)].clause)


def _other_kind(customer: Customer, *, low: bool, dual: bool) -> Kind:
    if low:
        return Kind.RESIDENTIAL if customer.is_resident else Kind.LV_OTHER
    return Kind.HV_DUAL if dual else Kind.HV_SINGLE


def _limit_key(values: Mapping[str, Valued], kind: Kind) -> str:
    return f"limit.{kind}.{values[f'kind.{kind}.measure'].word}"
