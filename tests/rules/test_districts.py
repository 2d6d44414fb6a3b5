"""District rows: better ones hold, looser and narrower ones are refused; the high-tech zone."""

from datetime import date

import pytest

from rules.book import Book
from rules.files import RuleError
from tests.rules.conftest import Change
from tests.rules.decisions import decision, district_days, row

ON = date(2022, 1, 10)
FILE = "districts/one.toml"


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("limit.lv_other.handling", "4", "working_day"),
        ("limit.lv_other.handling", "6", "working_day"),
        ("permit.set.days", "2", "working_day"),
        ("permit.planning.review.days", "1", "working_day"),
        ("three_zero.kw", "200", "kW"),
        ("permit.greening.commitment.length_m", "800", "m"),
        ("documents.hv_single.application", '["identity"]', ""),
        ("three_zero.customers", '["micro", "small", "medium", "person"]', ""),
        ("steps.hv_dual", '["accept", "meter_and_energise"]', ""),
    ],
)
def test_a_better_or_equal_district_row_holds_there_and_only_there(
    book: Book, changed: Change, key: str, value: str, unit: str
) -> None:
    text = decision("district", row(key, value, unit=unit, district="510321"))
    policy = changed(FILE, text=text)
    here, elsewhere = (policy.in_force(on=ON, district=d) for d in ("510321", "510302"))
    held = here.value(key)
    assert (held.origin.level, held.origin.file, held.origin.district) == (
        "district",
        FILE,
        "510321",
    )
    assert elsewhere.value(key).value == book.in_force(on=ON, district="510302").value(key).value


@pytest.mark.parametrize(
    ("key", "value", "unit", "shown"),
    [
        ("limit.lv_other.handling", "7", "working_day", "7 working_day instead of 6 working_day"),
        ("limit.lv_small.whole_process", "8", "working_day", "8 working_day instead of 7 working"),
        ("permit.set.days", "5", "working_day", "5 working_day instead of 4 working_day"),
        ("permit.intake.days", "6", "working_day", "6 working_day instead of 5 working_day"),
        ("three_zero.kw", "99.99", "kW", "99.99 kW instead of 100 kW"),
        ("three_zero.kw", "120", "kW", "120 kW instead of 160 kW"),
        ("three_zero.customers", '["micro"]', "", "micro instead of micro, small, person"),
        ("three_zero.customers", '["micro", "large", "person"]', "", "micro, large, person"),
        ("permit.planning.exempt.high.length_m", "499.99", "m", "499.99 m instead of 500 m"),
        ("permit.construction.exempt.investment_yuan", "1", "yuan", "1 yuan instead of 1000000"),
        ("documents.lv_other.application", '["identity", "design"]', "", "identity, design"),
    ],
)
def test_a_looser_or_narrower_district_row_is_refused(
    changed: Change, key: str, value: str, unit: str, shown: str
) -> None:
    text = decision("district", row(key, value, unit=unit, district="510321"))
    with pytest.raises(RuleError) as refused:
        changed(FILE, text=text)
    message = str(refused.value)
    assert message.startswith(f"{FILE}: {key} (试验一 / Test 1): district 510321 gives less")
    assert shown in message


def test_a_district_row_must_keep_up_when_the_city_tightens(changed: Change) -> None:
    key = "limit.lv_small.whole_process"
    early = row(key, "8", unit="working_day", district="510321", more="until = 2022-12-31")
    policy = changed(FILE, text=decision("district", early))
    days = [
        policy.in_force(on=on, district="510321").limit("lv_small").days
        for on in (date(2021, 5, 31), date(2021, 6, 1), date(2022, 12, 30), date(2022, 12, 31))
    ]
    assert days == [10, 8, 8, 7]


@pytest.mark.parametrize("key", ["kind.residential.measure", "permit.planning.review.start"])
def test_a_district_may_not_change_what_is_counted(changed: Change, key: str) -> None:
    word = '"handling"' if key.startswith("kind") else '"receipt"'
    text = decision("district", row(key, word, district="510321"))
    with pytest.raises(RuleError, match="a district may not set this"):
        changed(FILE, text=text)


@pytest.mark.parametrize(
    ("zone_days", "statutory_days", "expected"),
    [
        (2, 3, (2, "510302-G")),
        (3, 2, (2, "510302")),
        (None, 2, (2, "510302")),
        (3, 4, (3, "510302-G")),
    ],
)
def test_in_the_zone_the_stricter_of_both_limits_counts(
    changed: Change, zone_days: int | None, statutory_days: int, expected: tuple[int, str]
) -> None:
    key = "permit.set.days"
    rows = [row(key, str(statutory_days), unit="working_day", district="510302")]
    if zone_days is not None:
        rows.append(row(key, str(zone_days), unit="working_day", district="510302-G"))
    book = changed(FILE, text=decision("district", *rows))
    limit = book.in_force(on=ON, district="510302-G", statutory="510302").set_limit()
    other = book.in_force(on=ON, district="510302-G", statutory="510311").set_limit()
    assert (limit.days, limit.origin.district) == expected
    assert other.days == (zone_days or 4)


def test_in_the_zone_an_urban_statutory_district_gives_its_threshold(changed: Change) -> None:
    urban = row("district.class", '"urban"', district="510302")
    book = changed(FILE, text=decision("district", urban))
    kw = {
        statutory: book.in_force(on=ON, district="510302-G", statutory=statutory)
        .three_zero_kw()
        .value
        for statutory in ("510302", "510311")
    }
    assert kw == {"510302": 160, "510311": 100}


def test_a_place_without_a_class_has_that_of_the_city(changed: Change, book: Book) -> None:
    unset = next(iter(book.rows("class.unset"))).word
    other = {"urban": "rural", "rural": "urban"}[unset]
    turned = changed(
        "plan-2021.toml",
        f'key = "class.unset"\nvalue = "{unset}"',
        f'key = "class.unset"\nvalue = "{other}"',
    )
    kw = {each.in_force(on=ON, district="510302").three_zero_kw().value for each in (book, turned)}
    assert kw == {100, 160}


def test_in_the_zone_a_switch_that_is_on_in_either_is_on(changed: Change) -> None:
    off = row("commitment.police", "false", district="510302")
    book = changed(FILE, text=decision("district", off))
    zone = book.in_force(on=ON, district="510302-G", statutory="510302")
    assert zone.value("commitment.police").value is True
    assert book.in_force(on=ON, district="510302").value("commitment.police").value is False


def test_a_place_without_its_other_district_or_unknown_is_refused(book: Book) -> None:
    with pytest.raises(LookupError, match="510302-G needs a statutory district"):
        book.in_force(on=ON, district="510302-G")
    with pytest.raises(LookupError, match="510305"):
        book.in_force(on=ON, district="510305")


def test_limits_of_steps_may_not_add_up_to_more_than_the_total(changed: Change) -> None:
    steps = [
        row(f"step.lv_other.{step}.days", days, unit="working_day", district="510321")
        for step, days in (("accept_and_sign", "2"), ("works_and_energise", "4"))
    ]
    book = changed(FILE, text=decision("district", *steps))
    held = book.in_force(on=ON, district="510321").steps("lv_other")
    assert [step.limit.days for step in held if step.limit] == [2, 4]
    with pytest.raises(RuleError, match="add up to more than the total of 6 working days"):
        changed(
            FILE, text=decision("district", steps[0], steps[1].replace("value = 4", "value = 5"))
        )


def test_a_stricter_total_is_held_against_the_steps_of_every_level(changed: Change) -> None:
    step = row("step.lv_other.accept_and_sign.days", "5", unit="working_day")
    book = changed("steps.toml", text=decision("city", step))
    assert book.in_force(on=ON, district="510321").steps("lv_other")[0].limit
    both = {**book.document, FILE: district_days("limit.lv_other.handling", 4)}
    with pytest.raises(RuleError, match=r"steps\.toml: step\.lv_other\.accept_and_sign\.days"):
        Book.of(both)
