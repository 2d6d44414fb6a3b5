"""Counts that end by themselves, whatever is tried in between."""

from datetime import timedelta

import pytest
from django.db.models import F

from core import meters
from core.models import Meter

pytestmark = pytest.mark.django_db


def take(name: str = "a", most: int = 2, amount: int = 1) -> int:
    return meters.take(name, most=most, seconds=900, amount=amount).number


def pass_by(time: timedelta) -> None:
    Meter.objects.update(ends_at=F("ends_at") - time)


def test_names_are_counted_apart_and_kept_as_digests() -> None:
    assert [take("a"), take("a"), take("b")] == [1, 2, 1]
    assert {len(bytes(row.key)) for row in Meter.objects.all()} == {meters.KEY_BYTES}


def test_what_is_tried_while_it_is_full_neither_counts_nor_prolongs() -> None:
    assert [take() for _ in range(5)] == [1, 2, 3, 3, 3]
    pass_by(timedelta(seconds=600))
    assert meters.take("a", most=2, seconds=900).seconds in (299, 300)
    pass_by(timedelta(seconds=301))
    assert take() == 1


def test_to_look_counts_nothing() -> None:
    take()
    assert [meters.look("a").number, meters.look("a").number, take()] == [1, 1, 2]
    assert meters.look("a").seconds in (899, 900)
    assert meters.look("unknown") == meters.Count(0, 0)


def test_amounts_are_added() -> None:
    assert [take(most=10, amount=4) for _ in range(3)] == [4, 8, 11]


def test_what_has_ended_is_forgotten() -> None:
    take("old")
    pass_by(timedelta(hours=1))
    take("new")
    assert (meters.forget_ended(), Meter.objects.count()) == (1, 1)
