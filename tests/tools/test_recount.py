"""Published timings are what a slow count finds that knows the record alone."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from accounts.models import User
from applications.facts import count_facts
from applications.timings import cells
from applications.timings.models import ALL, Key, Table
from applications.timings.releases import release_due
from tests.applications.timings.figures import a_quarter
from tests.deadlines.clocks import set_clock
from tests.tools.simulated import MONDAY, nothing_said, own_city
from tools.launcher.postgres import Postgres
from tools.recount import Difference, differences
from tools.simulation.coordinator import simulate
from tools.simulation.mix import Size


@pytest.mark.django_db
def test_a_quarter_of_real_acts_is_counted_alike(people: Mapping[str, User]) -> None:
    releases = a_quarter(people)
    assert [str(release) for release in releases] == [
        "2026-01 (1)", "2026-02 (1)", "2026-03 (1)",
    ]  # fmt: skip
    assert [found for release in releases for found in differences(release)] == []


@pytest.mark.django_db
def test_a_figure_and_a_hidden_count_that_were_published_otherwise_are_found(
    people: Mapping[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MEAN_PLACES", 0)
    march = a_quarter(people)[-1]
    small = next(row for row in march.counts if row[:3] == ["energised", "lv_small", "510321"])
    small[3] += 1
    ended = [each for each in differences(march) if each.row.table == Table.ENERGISED]
    assert [each for each in ended if each.figure in ("counts", "mean")] == [
        Difference("2026-03", Key(Table.ENERGISED, "lv_small", "510321"), "counts",
                   (2, 0, 1), (1, 0, 1)),
        Difference("2026-03", Key(Table.ENERGISED, ALL, ALL), "mean",
                   Decimal(3), Decimal("3.46")),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_month_of_a_simulated_city_is_counted_alike(
    postgres: Postgres, with_people: None, committed_db: str
) -> None:
    size = Size(days=31, cases=80, seed=11, first=MONDAY)
    with own_city(postgres):
        simulate(size, 2, nothing_said)
        set_clock("2026-04-05 08:00")
        count_facts()
        [march] = release_due()
        assert list(differences(march)) == []
        ended = {(row[0], row[1]) for row in march.counts}
        assert ended >= {("energised", kind) for kind in ("residential", "lv_small", "lv_other")}
        assert ended >= {("open", "hv_single"), ("permits", ALL)}
