"""The documents as a published table: the lead of each office keeps those of its own."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from approvals.offices import office_choices, offices_led
from approvals.policies.models import NUMBER_MAX, PolicyDocument
from core.templatetags.city import day
from publishing.columns import Choice, Choices, Link, Several, Text
from publishing.models import Kind
from publishing.tables import (
    Complaint,
    InForceForm,
    Keeper,
    OfRow,
    Row,
    Table,
    Wording,
    first_day,
    last_day,
    register,
    source_column,
)
from rules.city import city

if TYPE_CHECKING:
    from publishing.differences import Difference


def permit_choices() -> Choices:
    return [(permit.code, permit.name) for permit in city().permits]


def kind_choices() -> Choices:
    return [(kind.code, kind.name) for kind in city().kinds]


class PolicyForm(InForceForm):
    number = Text(
        _("Document number"),
        longest=NUMBER_MAX,
        hint=_("As the document has it. One without a number goes by its title."),
    )
    title = Text(_("Title of the document"), longest=200)
    office = Choice(_("Issuing office"), office_choices)
    permits = Several(_("Permits that it concerns"), permit_choices, required=False)
    kinds = Several(_("Kinds of case that it concerns"), kind_choices, required=False)
    about = Text(
        _("Contents in brief"), longest=500, hint=_("In a few words, for who has not read it.")
    )
    link = Link(
        _("Page of the office"),
        hint=_("Where the office itself publishes it. Nothing is fetched from there."),
    )
    from_date = first_day()
    until_date = last_day()
    replaced_by = Text(
        _("Replaced by"),
        longest=NUMBER_MAX,
        required=False,
        hint=_("Number of the document that took its place, which is in this table too."),
    )
    note = Text(_("Note"), longest=500, required=False)
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        yield from super().check(row)
        if not (row["permits"] or row["kinds"]):
            yield "permits", _("Name a permit or a kind of case that it concerns.")
        if row["replaced_by"] == row["number"]:
            yield "replaced_by", _("A document does not replace itself.")
        elif row["replaced_by"] and not row["until_date"]:
            yield "until_date", _("Say on which day it was in force last, for it was replaced.")


def dangling(difference: "Difference", _at: datetime) -> Iterable[OfRow]:
    """Whatever would leave a document replaced by one that is not there, or that was in force
    before it; documents of other offices included."""
    stays = PolicyDocument.objects.standing().exclude(pk__in=difference.gone)
    new = {row["number"]: row for row in difference.new}
    rows: dict[str, Any] = {row["number"]: row for row in stays.values(*PolicyForm.base_fields)}
    rows |= new
    withdrawn: dict[str, Any] = {
        row.number: {"number": row.number}  # type: ignore[attr-defined]
        for row in difference.withdrawn
    }
    for number, row in rows.items():
        named = row["replaced_by"]
        follower = rows.get(named)
        if not named or (follower and follower["from_date"] > row["from_date"]):
            continue
        if follower is None and number not in new:
            words = _("“{number}” says that this one replaced it: correct that one first.")
            yield withdrawn[named], "number", format_lazy(words, number=number)
        elif follower is None:
            words = _("No document “{number}” is published: put it into the same file.")
            yield row, "replaced_by", format_lazy(words, number=named)
        else:
            at_fault, column = (row, "replaced_by") if number in new else (follower, "from_date")
            words = _("“{later}” is in force from {day}, which is not after “{earlier}”.")
            yield (
                at_fault,
                column,
                format_lazy(words, later=named, day=day(follower["from_date"]), earlier=number),
            )


register(
    Table(
        Kind.POLICIES,
        PolicyDocument,
        PolicyForm,
        key=("number",),
        listed=("number", "title", "office", "permits", "kinds", "from_date", "until_date"),
        against=dangling,
        keeper=Keeper(
            (Role.BUREAU_LEAD,),
            _("Only the lead of an office of a bureau publishes its documents."),
            part="office",
            parts=offices_led,
        ),
        words=Wording(
            _("Approval policy documents"),
            _("No document is published"),
            _(
                "No bureau has published a document here, which does not mean that there is none: "
                "ask the bureau that decides the permit. Whatever the rules say of a permit stands "
                "with the service standards."
            ),
        ),
    )
)
