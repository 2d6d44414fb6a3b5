"""Which kind an application is, at, below and above each threshold, before and after each phase."""

from datetime import date
from decimal import Decimal

import pytest

from core.problems import Invalid
from rules.book import Book
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row

ISSUE, EVE, PHASE_TWO = date(2021, 4, 30), date(2022, 12, 30), date(2022, 12, 31)
SMALL_COMPANY = ("company", "small", "commercial")
MICRO_COMPANY = ("company", "micro", "industrial")
STALL = ("person", None, "commercial")
RESIDENT = ("person", None, "residential")
LARGE_COMPANY = ("company", "large", "industrial")
MEDIUM_COMPANY = ("company", "medium", "industrial")
UNDECLARED = ("company", None, "commercial")
SMALL_DORMITORY = ("company", "small", "residential")

Customer = tuple[str, str | None, str]


def kind(
    book: Book,
    customer: Customer,
    kw: str,
    *,
    on: date = PHASE_TWO,
    voltage: str = "low",
    sources: int = 1,
    district: str = "510302",
) -> tuple[str, str, str]:
    applicant_type, size, purpose = customer
    decided = book.in_force(on=on, district=district).kind_for(
        applicant_type=applicant_type,
        enterprise_size=size,
        capacity_kw=Decimal(kw),
        voltage=voltage,
        sources=sources,
        purpose=purpose,
    )
    return decided.kind, decided.voltage, decided.clause.zh


LIMIT, ZERO, LOW = "方案二(一)", "方案二(三)", "方案三(三)1"


@pytest.mark.parametrize("on", [ISSUE, EVE])
@pytest.mark.parametrize("customer", [SMALL_COMPANY, MICRO_COMPANY, STALL, SMALL_DORMITORY])
@pytest.mark.parametrize(
    ("kw", "voltage", "expected"),
    [
        ("99.99", "low", ("lv_small", "low", ZERO)),
        ("100", "low", ("lv_small", "low", ZERO)),
        ("100.01", "low", ("lv_other", "low", LIMIT)),
        ("160", "low", ("lv_other", "low", LIMIT)),
        ("99.99", "high", ("lv_small", "low", LOW)),
        ("100", "high", ("lv_small", "low", LOW)),
        ("100.01", "high", ("hv_single", "high", LIMIT)),
    ],
)
def test_an_unclassed_district_has_100_kw_before_phase_two(
    book: Book,
    *,
    on: date,
    customer: Customer,
    kw: str,
    voltage: str,
    expected: tuple[str, str, str],
) -> None:
    assert kind(book, customer, kw, on=on, voltage=voltage) == expected


@pytest.mark.parametrize("customer", [SMALL_COMPANY, MICRO_COMPANY, STALL, SMALL_DORMITORY])
@pytest.mark.parametrize(
    ("kw", "voltage", "expected"),
    [
        ("100.01", "low", ("lv_small", "low", ZERO)),
        ("159.99", "low", ("lv_small", "low", ZERO)),
        ("160", "low", ("lv_small", "low", ZERO)),
        ("160.01", "low", ("lv_other", "low", LIMIT)),
        ("160", "high", ("lv_small", "low", LOW)),
        ("160.01", "high", ("hv_single", "high", LIMIT)),
    ],
)
def test_every_district_has_160_kw_from_phase_two(
    book: Book, customer: Customer, kw: str, voltage: str, expected: tuple[str, str, str]
) -> None:
    assert kind(book, customer, kw, voltage=voltage) == expected


@pytest.mark.parametrize(
    ("place_class", "on", "kw", "expected"),
    [
        ("urban", ISSUE, "160", "lv_small"),
        ("urban", ISSUE, "160.01", "lv_other"),
        ("urban", EVE, "160", "lv_small"),
        ("rural", ISSUE, "100", "lv_small"),
        ("rural", EVE, "100.01", "lv_other"),
        ("rural", PHASE_TWO, "160", "lv_small"),
        ("urban", PHASE_TWO, "160.01", "lv_other"),
    ],
)
def test_a_classed_district_has_the_threshold_of_its_class(
    changed: Change, place_class: str, on: date, kw: str, expected: str
) -> None:
    classed = row("district.class", f'"{place_class}"', since="2021-04-30", district="510302")
    book = changed("districts/510302.toml", text=decision("district", classed))
    assert kind(book, SMALL_COMPANY, kw, on=on)[0] == expected
    assert kind(book, SMALL_COMPANY, "100.01", on=ISSUE, district="510303")[0] == "lv_other"


@pytest.mark.parametrize(
    ("customer", "kw", "voltage", "sources", "expected"),
    [
        (RESIDENT, "8", "low", 1, ("residential", "low", LIMIT)),
        (RESIDENT, "500", "low", 1, ("residential", "low", LIMIT)),
        (RESIDENT, "8", "high", 1, ("hv_single", "high", LIMIT)),
        (RESIDENT, "8", "high", 2, ("hv_dual", "high", LIMIT)),
        (MEDIUM_COMPANY, "10", "low", 1, ("lv_other", "low", LIMIT)),
        (LARGE_COMPANY, "10", "low", 1, ("lv_other", "low", LIMIT)),
        (UNDECLARED, "10", "low", 1, ("lv_other", "low", LIMIT)),
        (LARGE_COMPANY, "10", "high", 1, ("hv_single", "high", LIMIT)),
        (LARGE_COMPANY, "10", "high", 2, ("hv_dual", "high", LIMIT)),
        (SMALL_COMPANY, "161", "high", 2, ("hv_dual", "high", LIMIT)),
        (SMALL_COMPANY, "160", "high", 2, ("hv_dual", "high", LIMIT)),
    ],
)
def test_the_other_kinds(
    book: Book,
    *,
    customer: Customer,
    kw: str,
    voltage: str,
    sources: int,
    expected: tuple[str, str, str],
) -> None:
    assert kind(book, customer, kw, voltage=voltage, sources=sources) == expected


@pytest.mark.parametrize("customer", [STALL, SMALL_COMPANY, MICRO_COMPANY])
def test_two_sources_within_the_threshold_stay_high_voltage(book: Book, customer: Customer) -> None:
    assert kind(book, customer, "60", voltage="high", sources=2) == ("hv_dual", "high", LIMIT)


@pytest.mark.parametrize("customer", [RESIDENT, STALL, SMALL_COMPANY, LARGE_COMPANY])
def test_low_voltage_with_two_sources_is_refused_with_the_clause(
    book: Book, customer: Customer
) -> None:
    with pytest.raises(Invalid) as refused:
        kind(book, customer, "8", sources=2)
    [error] = refused.value.errors
    assert (error.pointer, str(error.clause)) == ("/sources", LIMIT)
