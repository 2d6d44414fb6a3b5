"""The published figures for those who watch over the cases: each count, shown in public or not,
leads to the cases or permits that it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.timings.models import ALL, Key, Release, Table
from core.bodies import WordsField
from core.filters import FilterForm
from oversight.lists import BROKEN_OFF, DECIDED, DONE_LATE, ENERGISED, MISSED, STILL_OPEN
from rules.city import city

REASON_MAX: Final = 500


class ReviseBody(serializers.Serializer[Any]):
    """Why published figures are revised; it is public."""

    reason = WordsField(label=_("Why the published figures are revised (public)"),
                        max_length=REASON_MAX)  # fmt: skip


class By(TextChoices):
    KIND = "kind", _("Kind")
    DISTRICT = "district", _("District")
    BUREAU = "bureau", _("Bureau")
    PERMIT = "permit", _("Permit")


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted of one kind, district, bureau or permit, by the list that it counts
    (`oversight.lists`)."""

    by: By
    code: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Told:
    """A release as it is of some districts; None: of the city."""

    release: Release
    districts: set[str] | None

    @cached_property
    def counts(self) -> dict[Key, tuple[int, int, int]]:
        """By row: how many, how many of them kept their limit, and how many have one."""
        return {
            Key(table, row, place): (count, within, limited)
            for table, row, place, count, within, limited in self.release.counts
        }

    @property
    def places(self) -> list[str]:
        """The districts that are counted; the city as a whole where it is the person's."""
        return [ALL] if self.districts is None else sorted(self.districts)

    def lines(self) -> dict[By, list[Line]]:
        here = [each.code for each in city().districts]
        if self.districts is not None:
            here = [code for code in here if code in self.districts]
        bureaus = dict.fromkeys(permit.bureau for permit in city().permits)
        return {
            By.KIND: [
                self._cases(By.KIND, kind.code, self.places, kind.code) for kind in city().kinds
            ],
            By.DISTRICT: [self._cases(By.DISTRICT, ALL, [code], code) for code in here],
            By.BUREAU: [self._permits(By.BUREAU, code, code) for code in bureaus],
            By.PERMIT: [
                self._permits(By.PERMIT, f"{permit.bureau}/{permit.code}", permit.code)
                for permit in city().permits
            ],
        }

    def _cases(self, by: By, row: str, places: Iterable[str], code: str) -> Line:
        done = self._sum(Table.ENERGISED, row, places)
        return Line(by, code, {
            ENERGISED: done[0],
            MISSED: done[2] - done[1],
            STILL_OPEN: self._sum(Table.OPEN, row, places)[0],
            BROKEN_OFF: self._sum(Table.BROKEN_OFF, row, places)[0],
        })  # fmt: skip

    def _permits(self, by: By, row: str, code: str) -> Line:
        decided = self._sum(Table.PERMITS, row, self.places)
        return Line(by, code, {DECIDED: decided[0], DONE_LATE: decided[2] - decided[1]})

    def _sum(self, table: str, row: str, places: Iterable[str]) -> Sequence[int]:
        found = [self.counts.get(Key(table, row, place), (0, 0, 0)) for place in places]
        return [sum(each) for each in zip(*found, strict=True)] or [0, 0, 0]


class ReleaseForm(FilterForm):
    """Which period, of which district."""

    period = forms.ChoiceField(label=_("Month or year"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, periods: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["period"].choices = [("", _("The newest")), *((each, each) for each in periods)]
        names = [(each.code, str(each.name)) for each in city().districts]
        fields["district"].choices = [("", _("All of mine")), *names]
