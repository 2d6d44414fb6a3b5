"""The service standards over time: each version, and what is different between two.

A version begins on a day on which a rule of the standards begins, changes or ends; days on which
nothing of them does so are no versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Day, MaybeDay
from core.problems import FieldError, Invalid, Missing
from disclosure import queries
from disclosure.api import DISTRICT, NEEDS_DISTRICT, STATUTORY, PublicView
from disclosure.forms import StandardsForm
from disclosure.public import kept_page
from disclosure.rows import Said, parts, said
from disclosure.serializers import Hotline, StandardValue
from disclosure.standards import source_words
from disclosure.tables import Context, Shown, drawn, span
from rules.policy import Policy
from rules.registry import current
from rules.values import Valued

#: What of the rules is part of the standards, in the order in which it is told.
SHOWN: Final = (
    "limit.", "three_zero.", "documents.", "steps.", "step.", "inspection.", "permit.",
)  # fmt: skip
BEFORE: Final = OpenApiParameter(
    "before", OpenApiTypes.DATE, description="First day of an older version; left out: the last."
)


class Sort(TextChoices):
    NEW = "new", pgettext_lazy("of a rule", "new")
    CHANGED = "changed", pgettext_lazy("of a rule", "changed")
    ENDED = "ended", pgettext_lazy("of a rule", "no longer in force")


@dataclass(frozen=True)
class Change:
    """What became of one rule; None: it was not, or is not any more."""

    old: Said | None
    new: Said | None

    @property
    def sort(self) -> Sort:
        if self.old is None:
            return Sort.NEW
        return Sort.ENDED if self.new is None else Sort.CHANGED

    @property
    def told(self) -> Said:
        """The newer one of the two."""
        found = self.new or self.old
        assert found is not None  # A change has a side.
        return found


@dataclass(frozen=True)
class Version:
    """The standards of a place from one day to another.

    Args:
        until: the last day; None: without an end that is known.
        changes: what is different from the version before; None: there is none before it.
    """

    since: date
    until: date | None
    changes: tuple[Change, ...] | None


def versions(*, district: str = "", statutory: str = "") -> list[Version]:
    """The newest first, with those that are decided and not yet in force.

    Raises:
        LookupError: no such district, or a zone without its statutory district.
    """
    book = current()
    found: list[Version] = []
    last: Policy | None = None
    for turn in (each for each in book.turns if each >= book.first_day):
        policy = book.in_force(on=turn, district=district or None, statutory=statutory or None)
        changes = None if last is None else difference(last, policy)
        if changes == ():
            continue
        found.append(Version(turn, None, changes))
        last = policy
    following = [each.since - timedelta(days=1) for each in found[1:]]
    return [
        Version(each.since, until, each.changes)
        for each, until in zip(found, [*following, None], strict=True)
    ][::-1]


def difference(old: Policy, new: Policy) -> tuple[Change, ...]:
    """What of the standards is another value, or of another clause, in the newer of two."""
    before, after = _shown(old), _shown(new)
    keys = sorted({*before, *after}, key=lambda key: (_place(key), key))
    return tuple(
        Change(_said(before.get(key), old), _said(after.get(key), new))
        for key in keys
        if _what(before.get(key)) != _what(after.get(key))
    )


def _shown(policy: Policy) -> dict[str, Valued]:
    return {key: row for key, row in policy.values.items() if key.startswith(SHOWN)}


def _place(key: str) -> int:
    return next(place for place, prefix in enumerate(SHOWN) if key.startswith(prefix))


def _what(row: Valued | None) -> tuple[object, ...] | None:
    return None if row is None else (row.value, row.unit, row.clause, row.source.title)


def _said(row: Valued | None, policy: Policy) -> Said | None:
    return None if row is None else said(row, policy.city)


def version_of(since: str, found: list[Version]) -> Version:
    """The one that begins on a day. Raises Missing where none does."""
    version = next((each for each in found if each.since.isoformat() == since), None)
    if version is None:
        raise Missing
    return version


@dataclass(frozen=True)
class Compared:
    """A version beside an older one; `before` and `changes` are None where there is none."""

    version: Version
    older: list[Version]
    before: Version | None
    changes: tuple[Change, ...] | None


def compared(since: str, before: str, found: list[Version], where: Mapping[str, str]) -> Compared:
    """The version that begins on a day, beside the one that begins on `before`, or beside the
    newest of the older ones where that is empty.

    Args:
        found: those of the place, the newest first.

    Raises:
        Missing: none of them, or no older one, begins on the day.
    """
    version = version_of(since, found)
    older = [each for each in found if each.since < version.since]
    first = version_of(before, older) if before else next(iter(older), None)
    changes = (
        None if first is None else difference(_in_force(first, where), _in_force(version, where))
    )
    return Compared(version, older, first, changes)


def _in_force(version: Version, where: Mapping[str, str]) -> Policy:
    return current().in_force(
        on=version.since,
        district=where["district"] or None,
        statutory=where["statutory"] or None,
    )


# Pages


class PlaceOfStandards(StandardsForm):
    """Where alone: the day is that of the version."""

    on = None  # type: ignore[assignment]


@kept_page()
def page(request: HttpRequest) -> HttpResponse:
    form = PlaceOfStandards(request.GET)
    found = versions(**form.where) if form.is_valid() else []
    context = {"form": form, "table": _list_of(found, form, queries.today())}
    return render(request, "disclosure/standards_versions.html", context, status=form.status)


def _list_of(found: list[Version], form: PlaceOfStandards, today: date) -> Context:
    kept = form.kept()

    def name(version: Version) -> dict[str, str]:
        url = reverse("disclosure:standards-version", args=[version.since.isoformat()])
        begun = version.since <= today
        return {
            "text": span(version.since, version.until, begun=begun),
            "url": f"{url}?{kept}" if kept else url,
            "note": "" if begun else _("not yet in force"),
        }

    def different(version: Version) -> str:
        if version.changes is None:
            return _("the first one")
        return parts(change.told.name for change in version.changes)

    columns = [Shown(_("In force"), name), Shown(_("Different from the one before"), different)]
    return drawn(columns, found, _("Versions of the service standards"))


@kept_page()
def version_page(request: HttpRequest, since: str) -> HttpResponse:
    """What is different from the version before, or from an older one that is asked for."""
    form = PlaceOfStandards(request.GET)
    if not form.is_valid():
        context: Context = {"form": form, "since": since}
        return render(request, "disclosure/standards_version.html", context, status=form.status)
    found = versions(**form.where)
    asked = compared(since, request.GET.get("before", ""), found, form.where)
    version, before = asked.version, asked.before
    context = {
        "form": form,
        "since": since,
        "version": version,
        "span": span(version.since, version.until),
        "older": [(each, span(each.since, each.until)) for each in asked.older],
        "before": before,
        "before_span": span(before.since, before.until) if before else "",
        "table": asked.changes and _changes_table(asked.changes),
    }
    return render(request, "disclosure/standards_version.html", context)


def _changes_table(changes: tuple[Change, ...]) -> Context:
    columns = [
        Shown(_("What"), lambda each: {"text": each.told.name, "url": "",
                                       "note": str(each.sort.label)}),
        Shown(_("Until then"), lambda each: each.old and each.old.value),
        Shown(_("Since then"), lambda each: each.new and each.new.value),
        Shown(
            _("In force"),
            lambda each: parts(
                filter(None, (span(each.told.since, each.told.until), each.told.note))
            ),
        ),
        Shown(_("Clause"), lambda each: each.told.clause),
        Shown(_("Source and trust"), lambda each: source_words(each.told)),
    ]  # fmt: skip
    return drawn(columns, changes, _("What is different"))


# For programs


class StandardChange(serializers.Serializer[Any]):
    """What became of one rule; `old` is null for a new one, `new` for one that has ended."""

    sort = serializers.ChoiceField(Sort.choices)
    old = StandardValue(allow_null=True)
    new = StandardValue(allow_null=True)


class StandardVersion(serializers.Serializer[Any]):
    """The standards from one day to another; `changes` is null of the first version."""

    since = Day()
    until = MaybeDay(help_text="The last day; null: without an end that is known.")
    changes = StandardChange(many=True, allow_null=True)


class StandardVersions(serializers.Serializer[Any]):
    rules_version = serializers.CharField()
    results = StandardVersion(many=True)
    hotlines = Hotline(many=True)


class StandardDifference(serializers.Serializer[Any]):
    """What is different between two versions."""

    before = Day(source="before.since", allow_null=True)
    since = Day(source="version.since")
    changes = StandardChange(many=True, allow_null=True)


def _asked_where(request: Request) -> dict[str, str]:
    """Raises Invalid for a place that the city does not have."""
    district = queries.known_district(request.query_params.get("district", ""))
    return {"district": district, "statutory": request.query_params.get("statutory_district", "")}


def _asked_versions(request: Request) -> list[Version]:
    """As `_asked_where`."""
    try:
        return versions(**_asked_where(request))
    except LookupError:
        raise Invalid([FieldError("/statutory_district", NEEDS_DISTRICT)]) from None


class VersionsView(PublicView):
    @extend_schema(
        responses=StandardVersions,
        parameters=[DISTRICT, STATUTORY],
        operation_id="disclosure_standard_versions",
    )
    def get(self, request: Request) -> Response:
        """Every version of the standards, the newest first, with what it changed."""
        found = {
            "rules_version": current().version,
            "results": _asked_versions(request),
            "hotlines": queries.hotlines(),
        }
        return Response(StandardVersions(found).data)


class VersionView(PublicView):
    @extend_schema(
        responses=StandardDifference,
        parameters=[DISTRICT, STATUTORY, BEFORE],
        operation_id="disclosure_standard_version",
    )
    def get(self, request: Request, since: str) -> Response:
        """What one version changed: from the one before, or from an older one."""
        found, before = _asked_versions(request), request.query_params.get("before", "")
        told = compared(since, before, found, _asked_where(request))
        return Response(StandardDifference(told).data)
