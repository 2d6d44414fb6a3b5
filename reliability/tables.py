from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from grid.points.models import AreaClass, Level
from publishing.columns import Choice, Day, Flag, Minute, Number, Text
from publishing.models import Kind, Publication, PublishedRow
from publishing.tables import (
    NETWORK,
    Complaint,
    Row,
    RowForm,
    Table,
    Wording,
    district_column,
    register,
    source_column,
)
from reliability.indices.counting import WITH_PUBLICATION, count_some
from reliability.models import CustomersServed, OutageRow
from reliability.outages.kinds import OutageKind
from reliability.outages.models import Outage
from reliability.rules import too_far

LARGEST_COUNT = 100_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


class OutageForm(RowForm):
    number = Text(_("Outage number"), longest=40)
    district = district_column()
    area = Text(_("Area"), longest=300, hint=_("Streets and villages, never customers."))
    area_class = Choice(_("Class of area"), AreaClass.choices)
    kind = Choice(_("Kind of outage"), OutageKind.choices)
    cause = Text(_("Cause"), longest=300)
    planned_from = Minute(_("Planned from"), required=False)
    planned_until = Minute(_("Planned until"), required=False)
    short_notice_reason = Text(
        _("Why it is announced late"),
        longest=300,
        required=False,
        hint=_("Where a planned outage was announced later than the law asks. It is public."),
    )
    started_at = Minute(_("Power off at"))
    restored_at = Minute(_("Restored at"))
    customers = Number(
        _("Customers affected"), unit=_("customers"), places=0, largest=LARGEST_COUNT
    )
    level = Choice(_("Customer level"), Level.choices)
    excluded_by_policy = Flag(
        _("Left out of the plan's hours"),
        hint=_("Only active outages for safety that a regulation prescribes."),
    )
    regulation = Text(_("Regulation that prescribes it"), longest=300, required=False)
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        safety = row["kind"] == OutageKind.SAFETY
        if row["excluded_by_policy"] and not safety:
            yield (
                "excluded_by_policy",
                _("Only active outages for safety may be left out (plan, part 2, item 4)."),
            )
        if safety and not row["regulation"]:
            yield "regulation", _("Name the regulation that prescribes this outage.")
        planned_from, planned_until = row["planned_from"], row["planned_until"]
        started, restored = row["started_at"], row["restored_at"]
        if row["kind"] == OutageKind.PLANNED and not (planned_from and planned_until):
            yield "planned_from", _("A planned outage says from when until when.")
        if planned_until and not planned_from:
            yield "planned_from", _("Say from when it is planned.")
        if planned_until and planned_from and planned_until <= planned_from:
            yield "planned_until", _("Must be after the planned beginning.")
        if restored < started:
            yield "restored_at", _("Must not be before the power went off.")


def refused_outage(row: Row, old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    """Only what has happened; and nothing that the record could have told itself."""
    for name in ("started_at", "restored_at"):
        if row[name] > at:
            yield name, _("Is in the future: only what has happened is reported.")
    first = Outage.objects.order_by("announced_at").values_list("announced_at", flat=True).first()
    if first and row["started_at"] >= first:
        yield (
            "started_at",
            _(
                "Outages have been recorded here since before that: their times are those of the "
                "record, and none is typed afterwards."
            ),
        )


def doubtful_outage(row: Row, old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    """Times so far from today that a digit may be wrong; those that stand were asked about."""
    for name in ("planned_from", "planned_until", "started_at", "restored_at"):
        value = row[name]
        new = value and getattr(old, name, None) != value
        if new and (reason := too_far(value, at, row["district"])):
            yield name, reason


def noted_outage(row: Row, old: PublishedRow | None, _at: datetime) -> Mapping[str, Any]:
    """A plan that was published too late while plans were published here stays marked."""
    said = row["kind"] == OutageKind.PLANNED and bool(row["short_notice_reason"])
    return {"short_notice": said and isinstance(old, OutageRow) and old.short_notice}


def counted_with(_publication: Publication) -> None:
    """The figures follow at once from what is not too much; the worker counts the rest."""
    count_some(WITH_PUBLICATION)


class CustomersForm(RowForm):
    year = Number(_("Year"), places=0, largest=LAST_YEAR)
    district = district_column()
    area_class = Choice(_("Class of area"), AreaClass.choices)
    level = Choice(_("Customer level"), Level.choices)
    from_date = Day(
        _("From day"),
        required=False,
        hint=_(
            "Where the number changed during the year: the day from which it holds. Empty: from 1 "
            "January."
        ),
    )
    customers = Number(_("Customers served"), unit=_("customers"), places=0, largest=LARGEST_COUNT)
    complete_until = Day(
        _("Outage record complete until"),
        hint=_(
            "The last day of the year up to which all outages of this group are published, or "
            "will be recorded here."
        ),
    )
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if row["year"] < FIRST_YEAR:
            yield "year", _("Is not a year.")
        if row["complete_until"].year != row["year"]:
            yield "complete_until", _("Must be a day of the same year.")
        begins = row["from_date"]
        if begins and begins.year != row["year"]:
            yield "from_date", _("Must be a day of the same year.")
        elif begins and (begins.month, begins.day) == (1, 1):
            yield "from_date", _("Leave it empty for a number that holds from 1 January.")
        elif begins and begins > row["complete_until"]:
            yield "from_date", _("Must not be after the day until which the record is complete.")
        if row["customers"] == 0:
            yield "customers", _("Must be at least 1; without customers leave the row out.")


register(
    Table(
        Kind.OUTAGES,
        OutageRow,
        OutageForm,
        key=("number",),
        listed=(
            "number", "district", "area", "kind", "planned_from", "started_at", "restored_at",
            "customers",
        ),
        announced="announced_at",
        refuses=refused_outage,
        asks=doubtful_outage,
        notes=noted_outage,
        follows=counted_with,
        # Ten years of them in one file.
        size=NETWORK,
        words=Wording(
            _("Earlier outages"),
            _("No earlier outage is published here"),
            _(
                "The supply company has published no outage of the time before it recorded them "
                "here, which does not mean that there was none."
            ),
        ),
    )
)  # fmt: skip
register(
    Table(
        Kind.CUSTOMERS,
        CustomersServed,
        CustomersForm,
        key=("year", "district", "area_class", "level", "from_date"),
        follows=counted_with,
        words=Wording(
            _("Customers served"),
            _("No number of customers is published"),
            _(
                "Without the number of customers served no reliability figure can be computed: "
                "the figures say “no data”, not zero."
            ),
        ),
    )
)
