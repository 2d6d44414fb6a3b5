from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.clock import local_date
from grid.points.models import AreaClass, Level
from publishing.columns import Choice, Day, Flag, Minute, Number, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    Row,
    RowForm,
    Table,
    Wording,
    district_column,
    register,
    source_column,
)
from reliability.models import CustomersServed, Outage, OutageKind
from reliability.rules import asked_beyond, notice_days

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
        hint=_("Needed where a planned outage is announced later than the law asks. It is public."),
    )
    started_at = Minute(_("Power off at"), required=False)
    restored_at = Minute(_("Restored at"), required=False)
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
        elif not started and not planned_from:
            yield "started_at", _("Say when the power went off, or from when it is planned.")
        if planned_until and not planned_from:
            yield "planned_from", _("Say from when it is planned.")
        if planned_until and planned_from and planned_until <= planned_from:
            yield "planned_until", _("Must be after the planned beginning.")
        if restored and not started:
            yield "started_at", _("Say when the power went off.")
        if restored and started and restored < started:
            yield "restored_at", _("Must not be before the power went off.")


def short_notice(row: Row, old: PublishedRow | None, at: datetime) -> bool:
    """Whether customers learn of a plan later than the rules ask; a moved plan is a new one."""
    if row["kind"] != OutageKind.PLANNED:
        return False
    if isinstance(old, Outage) and (old.kind, old.planned_from) == (
        row["kind"],
        row["planned_from"],
    ):
        return old.short_notice
    day = local_date(at)
    asked = notice_days(day, row["district"])
    return (local_date(row["planned_from"]) - day).days < asked


def refused_outage(row: Row, old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    for name in ("started_at", "restored_at"):
        if row[name] and row[name] > at:
            yield name, _("Is in the future: only what has happened is reported.")
    if not row["short_notice_reason"] and short_notice(row, old, at):
        days = notice_days(local_date(at), row["district"])
        reason = ngettext_lazy(
            "This is announced less than {days} day ahead: say why so late.",
            "This is announced less than {days} days ahead: say why so late.",
            days,
        )
        yield "short_notice_reason", format_lazy(reason, days=days)


def doubtful_outage(row: Row, old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    """Times so far from today that a digit may be wrong; those that stand were asked about."""
    days = asked_beyond(local_date(at), row["district"])
    if days is None:
        return
    for name in ("planned_from", "planned_until", "started_at", "restored_at"):
        value = row[name]
        if value and abs(value - at) > timedelta(days=days) and getattr(old, name, None) != value:
            reason = ngettext_lazy(
                "Is more than {days} day from today.",
                "Is more than {days} days from today.",
                days,
            )
            yield name, format_lazy(reason, days=days)


def noted_outage(row: Row, old: PublishedRow | None, at: datetime) -> Mapping[str, Any]:
    return {"short_notice": short_notice(row, old, at)}


class CustomersForm(RowForm):
    year = Number(_("Year"), places=0, largest=LAST_YEAR)
    district = district_column()
    area_class = Choice(_("Class of area"), AreaClass.choices)
    level = Choice(_("Customer level"), Level.choices)
    customers = Number(_("Customers served"), unit=_("customers"), places=0, largest=LARGEST_COUNT)
    complete_until = Day(
        _("Outage record complete until"),
        hint=_("The last day of the year up to which all outages of this group are published."),
    )
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if row["year"] < FIRST_YEAR:
            yield "year", _("Is not a year.")
        if row["complete_until"].year != row["year"]:
            yield "complete_until", _("Must be a day of the same year.")
        if row["customers"] == 0:
            yield "customers", _("Must be at least 1; without customers leave the row out.")


register(
    Table(
        Kind.OUTAGES,
        Outage,
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
        words=Wording(
            _("Outages"),
            _("No outage is published here"),
            _(
                "The supply company has published no outage here, which does not mean that there "
                "is none. If your power is off, call one of the hotlines below."
            ),
        ),
    )
)  # fmt: skip
register(
    Table(
        Kind.CUSTOMERS,
        CustomersServed,
        CustomersForm,
        key=("year", "district", "area_class", "level"),
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
