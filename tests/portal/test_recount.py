"""Clocks follow from the record: counted again from its entries they are as they are kept."""

from portal.invariants import broken
from tests.builders import Ready


def found() -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in broken() if rows}


def test_it_holds_of_a_case_of_each_kind_in_each_state(ready: Ready) -> None:
    assert found() == {}
