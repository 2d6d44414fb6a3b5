"""What a rule file must not be: each refusal with file, key and clause."""

from datetime import date

import pytest

from rules.book import Book
from rules.files import RuleError, digest
from rules.names import INSPECTED
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row

FILE = "one.toml"
DAYS = row("permit.set.days", "3", unit="working_day")
CITED = "one.toml: permit.set.days (试验一 / Test 1): "


def message(changed: Change, text: str, file: str = FILE) -> str:
    with pytest.raises(RuleError) as refused:
        changed(file, text=text)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('trust = "V"\n', "", CITED + "has no trust"),
        ('trust = "V"', 'trust = "X"', CITED + "trust X is none of: PLAN, V, S, U"),
        ('trust = "V"', 'trust = "U"', CITED + "an unverified value (trust U) is never in force"),
        (
            'trust = "V"',
            'trust = "S"',
            CITED + "adopting a value of trust S needs adopted_by: the operator's decision",
        ),
        ('source = "paper"\n', "", CITED + "has no source"),
        ('source = "paper"', 'source = "book"', CITED + "no such source in this file: book"),
        (
            'clause = { zh = "试验一", en = "Test 1" }\n',
            "",
            "one.toml: permit.set.days: has no clause",
        ),
        (
            'clause = { zh = "试验一", en = "Test 1" }',
            'clause = { zh = "试验一" }',
            "one.toml: permit.set.days.clause: has no en",
        ),
        ('clause = { zh = "试验一"', 'clause = { zh = ""', "permit.set.days.clause: zh is empty"),
        ('key = "permit.set.days"\n', "", "one.toml: row[1]: has no key"),
        ("permit.set.days", "permit.sets.days", "permit.sets.days (试验一 / Test 1): no such key"),
        ("value = 3\n", "", CITED + "has no value"),
        ("value = 3", "value = -3", CITED + "value -3 is not a count"),
        ("value = 3", "value = 3.5", CITED + "value Decimal('3.5') is not a count"),
        ("value = 3", 'value = "3"', CITED + "value '3' is not a count"),
        ("value = 3", "value = true", CITED + "value True is not a count"),
        ('unit = "working_day"\n', "", CITED + "has no unit"),
        ("from = 2021-06-01\n", "", CITED + "has no from"),
        ("from = 2021-06-01", 'from = "2021-06-01"', CITED + "from is not a date"),
        ("from = 2021-06-01", "from = 2021-06-01T00:00:00", CITED + "from is not a date"),
        ("adopted = true\n", "", CITED + "has no adopted"),
        ("adopted = true", 'adopted = "yes"', CITED + "adopted is not a bool"),
        ("adopted = true", "adopted = true\nuntil = 2021-06-01", CITED + "until is not after from"),
        ("adopted = true", "adopted = true\nfine = 1", CITED + "unknown: fine"),
        ("adopted = true", 'adopted = true\nclass = "town"', CITED + "class town is none of"),
        (
            "adopted = true",
            'adopted = true\ndistrict = "510302"',
            CITED + "only a decision of level district names a district",
        ),
        ('level = "city"', 'level = "county"', "one.toml: decision: level county is none of"),
        ("issued = 2021-06-01\n", "", "one.toml: decision: has no issued"),
        ("[decision]", "[decision]\nmood = 1", "one.toml: decision: unknown: mood"),
        ("[decision]", "[rules]", "one.toml: (file): has no decision"),
        ("[[row]]", "[[rows]]", "one.toml: (file): unknown: rows"),
        ("[[row]]", "[[row]", "one.toml: (file): does not parse"),
    ],
)
def test_a_bad_row_is_refused_with_file_key_and_clause(
    changed: Change, old: str, new: str, reason: str
) -> None:
    text = decision("city", DAYS)
    assert old in text
    assert reason in message(changed, text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("three_zero.voltage", '"medium"', "value 'medium' is not a word of high, low"),
        ("documents.lv_small.application", '["photo"]', "value ['photo'] is not a codes of"),
        ("documents.lv_small.application", '["design", "design"]', "is not a codes of"),
        ("permit.greening.needed", '["is_green"]', "is not a codes of any_works, attached"),
        ("commitment.police", "1", "value 1 is not a flag"),
        ("three_zero.kw", '"160"', "value '160' is not a number"),
        ("district.class", '"urban"', "belongs to a district"),
    ],
)
def test_a_value_must_have_the_form_of_its_key(
    changed: Change, key: str, value: str, reason: str
) -> None:
    found = message(changed, decision("city", row(key, value, unit="kW")))
    assert found.startswith(f"one.toml: {key} (试验一 / Test 1): ")
    assert reason in found


def test_a_file_may_not_contradict_itself(changed: Change) -> None:
    later = row("permit.set.days", "2", unit="working_day", since="2022-01-01")
    expected = CITED + "contradicts itself: two values from 2022-01-01"
    assert message(changed, decision("city", DAYS, later)) == expected
    ended = DAYS.replace("adopted = true", "adopted = true\nuntil = 2022-01-01")
    assert changed(FILE, text=decision("city", ended, later)).turns


def test_two_decisions_may_not_settle_one_thing_from_the_same_day(changed: Change) -> None:
    word = row("kind.residential.measure", '"handling"', since="2021-04-30")
    found = message(changed, decision("city", word), file="zz.toml")
    assert found == (
        "zz.toml: kind.residential.measure (试验一 / Test 1): "
        "contradicts plan-2021.toml: both decide from 2021-04-30"
    )


def test_a_district_file_must_name_a_district_of_the_city(changed: Change) -> None:
    nowhere = row("permit.set.days", "3", unit="working_day", district="510399")
    assert message(changed, decision("district", DAYS)) == CITED + "has no district"
    assert message(changed, decision("district", nowhere)) == (
        CITED + "the city has no district 510399"
    )


def test_a_row_is_for_a_class_or_for_a_district_not_for_both(changed: Change) -> None:
    both = row(
        "permit.set.days", "3", unit="working_day", district="510302", more='class = "urban"'
    )
    assert message(changed, decision("district", both)) == (
        CITED + "a row is for a class or for a district, not both"
    )


def test_nothing_may_be_left_undecided(book: Book, changed: Change) -> None:
    plan = book.document["plan-2021.toml"]
    found = message(
        changed,
        plan.replace('key = "permit.set.days"', 'key = "outage.notice_days"', 1),
        "plan-2021.toml",
    )
    assert found == "(all files): permit.set.days: nothing is in force in the city on 2021-04-30"


def test_the_limit_that_a_kind_counts_must_be_there(book: Book, changed: Change) -> None:
    plan = book.document["plan-2021.toml"]
    text = plan.replace("limit.hv_dual.handling", "limit.hv_dual.whole_process", 1)
    assert message(changed, text, "plan-2021.toml") == (
        "(all files): limit.hv_dual.handling: nothing is in force in the city on 2021-04-30"
    )


def test_a_law_names_a_permit_that_there_is(book: Book, changed: Change) -> None:
    text = book.document["permits-law.toml"].replace('permit = "greening"', 'permit = "fishing"')
    assert message(changed, text, "permits-law.toml").endswith("no such permit")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('bureau = "police"', 'bureau = "army"', "permit.road_occupation: points at army"),
        ('code = "greening"', 'code = "trees"', "permit: must be, in this order: planning,"),
        ('code = "hv_dual"', 'code = "hv_three"', "kind: must be, in this order: residential,"),
        ('code = "510303"', 'code = "510302"', "510302: this code stands twice"),
        ('statutory = ["510302"', 'statutory = ["510399"', "points at 510399"),
        ('name = { zh = "自贡市"', 'nom = { zh = "自贡市"', "city: has no name"),
    ],
)
def test_the_city_must_fit_together(changed: Change, old: str, new: str, reason: str) -> None:
    with pytest.raises(RuleError) as refused:
        changed("city.toml", old, new)
    assert str(refused.value).startswith("city.toml: ")
    assert reason in str(refused.value)


def test_the_hash_is_that_of_the_content_alone(book: Book) -> None:
    turned = dict(reversed(list(book.document.items())))
    windows = {name: text.replace("\n", "\r\n") for name, text in book.document.items()}
    assert Book.of(turned).version == Book.of(windows).version == book.version
    assert book.version == f"zigong-{digest(book.document)[:12]}"
    assert Book.of({**book.document, FILE: decision("city", DAYS)}).version != book.version


def test_the_rules_cannot_be_changed_in_memory(book: Book) -> None:
    limit = next(iter(book.rows()))
    with pytest.raises(AttributeError):
        limit.value = 1  # type: ignore[misc]


def test_an_inspection_looks_at_no_document_that_is_not_asked_for(changed: Change) -> None:
    key = "inspection.hv_dual.completion_inspection"
    said = message(changed, decision("city", row(key, '["tests_recorded"]', unit="")))
    assert "tests_recorded looks at concealed_works, which is not asked for there" in said


def test_every_document_of_a_stage_is_looked_at(book: Book) -> None:
    policy = book.in_force(on=date(2026, 11, 23))
    for kind, stages in INSPECTED.items():
        for stage in stages:
            seen = {item.requirement for item in policy.inspection(kind, stage)} - {""}
            assert seen == {need.code for need in policy.checklist(kind, stage)}
