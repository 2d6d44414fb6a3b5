"""What an address of the figures of real timings asks for, and the rows of one release."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from applications.timings.models import ALL, Cell, Key, Release, Table
from applications.timings.releases import published
from disclosure.forms import PlaceForm
from rules.city import city
from rules.registry import current


class StatisticsForm(PlaceForm):
    period = forms.ChoiceField(label=gettext_lazy("Month or year"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    field_order = ("period", "kind", "district")

    def __init__(self, periods: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["period"].choices = [
            ("", gettext_lazy("The newest month")),
            *((p, p) for p in periods),
        ]
        names = [(kind.code, str(kind.name)) for kind in city().kinds]
        fields["kind"].choices = [("", gettext_lazy("Every kind")), *names]


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. `releases`: the newest of each period; `release`: None where
    nothing is published yet."""

    form: StatisticsForm
    releases: list[Release]
    release: Release | None
    kind: str
    district: str

    @cached_property
    def cells(self) -> dict[Key, Cell]:
        """Of the release, in one statement."""
        assert self.release is not None
        return {cell.key: cell for cell in self.release.cells.all()}

    def cell(self, table: str, row: str = ALL, district: str = ALL) -> Cell:
        """What has no row is a true zero."""
        key = Key(table, row, district)
        return self.cells.get(key) or Cell(
            release=self.release, table=table, row=row, district=district, count=0
        )

    @property
    def months(self) -> list[Release]:
        """Those of its year that are published."""
        assert self.release is not None
        year = self.release.of.year
        return [each for each in self.releases if each.of.month and each.of.year == year]


def wanted(parameters: Any) -> Wanted:
    """One statement."""
    releases = published()
    form = StatisticsForm([each.period for each in releases], parameters)
    period = form.wanted("period")
    months = [each for each in releases if each.of.month]
    chosen = [each for each in releases if each.period == period] or months or releases
    release = chosen[0] if chosen and not form.errors else None
    return Wanted(form, releases, release, form.wanted("kind"), form.wanted("district"))


@dataclass(frozen=True)
class Row:
    """Of cases: those with power, and beside them those that are open and were broken off."""

    found: Wanted
    kind: str
    district: str

    @property
    def done(self) -> Cell:
        return self.found.cell(Table.ENERGISED, self.kind, self.district)

    @property
    def is_empty(self) -> bool:
        """Nothing is counted in it: a true zero."""
        return not any(cell.count != 0 for cell in (self.done, self.still_open, self.broken_off))

    @property
    def still_open(self) -> Cell:
        return self.found.cell(Table.OPEN, self.kind, self.district)

    @property
    def broken_off(self) -> Cell:
        return self.found.cell(Table.BROKEN_OFF, self.kind, self.district)


def case_rows(found: Wanted) -> list[Row]:
    """Of each kind, or the one asked for, and of every kind last."""
    codes = [kind.code for kind in city().kinds if found.kind in (ALL, kind.code)]
    return [Row(found, code, found.district) for code in dict.fromkeys([*codes, found.kind])]


def place_rows(found: Wanted) -> list[Row]:
    """Of each district, and of the city last."""
    codes = [*(district.code for district in city().districts), ALL]
    return [Row(found, found.kind, code) for code in codes]


def step_rows(found: Wanted) -> list[Cell]:
    """Those of one kind or of every one, in the order of the process."""
    rules, keys = current(), []
    assert found.release is not None
    for kind in rules.city.kinds:
        steps = rules.in_force(on=found.release.of.last, district=None).steps(kind.code)
        if found.kind in (ALL, kind.code):
            keys += [Key(Table.STEPS, f"{kind.code}/{step.code}", found.district) for step in steps]
    return [found.cells[key] for key in keys if key in found.cells]


def permit_rows(found: Wanted) -> list[Cell]:
    """Each bureau before its permits, and all of them last."""
    rows = [
        row
        for bureau in city().bureaus
        if (own := [each.code for each in city().permits if each.bureau == bureau.code])
        for row in (bureau.code, *(f"{bureau.code}/{code}" for code in own))
    ]
    return [found.cell(Table.PERMITS, row, found.district) for row in (*rows, ALL)]
