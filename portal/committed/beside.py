"""Rows that acts add beside the cases are in the record, and say what it says."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import RoleGrant
from applications.assignments.models import CellMember, GridCell
from applications.referrals.models import Referral
from applications.referrals.package import content_digest
from approvals.models import Round
from approvals.opinions.models import Opinion
from approvals.roads.models import RoadApproval
from approvals.supplement.models import SupplementItem
from core.fields import text_digest
from documents.queries import digest_of
from documents.storage import sha256
from money.investments.events import REVERSED, SPENT
from money.investments.models import Investment
from money.models import Charge, FeeItem
from oversight.models import Statement
from portal.committed.columns import FORGOTTEN
from portal.committed.entries import said
from portal.compare import Row
from publishing.models import Kind, Publication
from publishing.tables import table_of


def referrals() -> Iterator[Row]:
    """Referral whose office or content is not what its sending commits to."""
    told = {entry.ref: entry.data for entry in said("referral.sent") if entry.data}
    # What is erased can be compared with nothing.
    for one in Referral.objects.filter(erased_at=None).select_related("office"):
        has = (one.office.city_zh, one.office.name_zh, content_digest(one))
        data = told.get(one.ref, {})
        if has != (wanted := tuple(data.get(name) for name in ("city", "office", "declaration"))):
            yield one.number, has, wanted


def answers() -> Iterator[Row]:
    """Answer to a bureau's item that is not the one that its handing in commits to."""
    told = {
        (entry.part, each["item"]): each["answer"]
        for entry in said("permit.supplement_supplied")
        for each in (entry.data or {}).get("answers", ())
    }
    items = SupplementItem.objects.filter(supplied_at__isnull=False).select_related("permit")
    # What was forgotten with its salt can be compared with nothing.
    for item in items.exclude(permit__case_ref__in=[e.ref for e in said("case.erased")]):
        has = sha256(item.answer.encode()) if item.answer else None
        if has != (wanted := told.get((item.permit.ref, item.number), FORGOTTEN)):
            yield str(item), has, wanted


def road_approvals() -> Iterator[Row]:
    """Case and number of an approval to dig a closed road that is not the one that its handing in
    commits to, or that is in the record alone; those of packages are in their digest."""
    told = [
        (entry.ref, (entry.data or {})["approval"])
        for entry in said("permit.road_approval_given")
        if entry.data
    ]
    kept = RoadApproval.objects.filter(document__subject_kind="permit")
    has = [(one.document.case_ref, one.said()) for one in kept.select_related("document")]
    # Where it leads goes with the person of a case.
    erased = {entry.ref for entry in said("case.erased")}
    for ref, words in [one for one in has if one not in told]:
        yield ref, words["number"], "not in the record"
    for ref, words in [one for one in told if one not in has and one[0] not in erased]:
        yield ref, words["number"], "no row"


def opinions() -> Iterator[Row]:
    """Opinion whose question, files or words are not what its entries commit to."""
    asked = {entry.part: entry.data for entry in said("opinion.asked") if entry.data}
    given = {entry.part: entry.data for entry in said("opinion.given") if entry.data}
    # What is erased can be compared with nothing.
    for one in Opinion.objects.exclude(question=""):
        files = [digest_of(file) for file in one.shown_files()]
        has = text_digest(one.question), files, one.words and text_digest(one.words)
        data = asked.get(one.ref, {})
        words = given.get(one.ref, {}).get("words", "")
        if has != (wanted := (data.get("question"), data.get("documents"), words)):
            yield str(one), has, wanted


def cells() -> Iterator[Row]:
    """Cell whose name, towns or people are not those of its last entry."""
    last = {
        entry.data["cell"]: entry
        for entry in said("grid_cell.kept", "grid_cell.ended")
        if entry.data
    }
    people = CellMember.objects.filter(ended_at=None)
    for cell in GridCell.objects.order_by("id"):
        members = sorted(people.filter(cell=cell).values_list("role", "user"))
        towns = sorted(each.town for each in cell.towns.all() if each.town)
        has = (cell.name, cell.district, towns, members) if cell.ended_at is None else None
        entry = last.get(cell.pk)
        wanted = None
        if entry and entry.data and entry.type == "grid_cell.kept":
            told = [("manager", pk) for pk in entry.data["managers"]]
            told += [("project", pk) for pk in entry.data["projects"]]
            data = entry.data
            wanted = data["name"], data["district"], sorted(set(data["towns"])), sorted(set(told))
        if entry is None or has != wanted:
            yield str(cell), has, wanted


def charges() -> Iterator[Row]:
    """Case, item, amount, instant, payee: in the record without a row, or the other way round."""
    items = dict(FeeItem.objects.values_list("pk", "code"))
    known = Charge.objects.exclude(application__id_number="")  # what was erased nobody can compare
    rows = known.values_list(
        "application__ref", "fee_item_id", "quantity", "amount_yuan", "entered_at",
        "declared__code",
    )  # fmt: skip
    kept: Counter[tuple[object, ...]] = Counter(
        (ref, items.get(item), *rest) for ref, item, *rest in rows
    )
    told: Counter[tuple[object, ...]] = Counter(
        (
            entry.ref,
            entry.data["item"],
            Decimal(entry.data["quantity"]),
            Decimal(entry.data["amount_yuan"]),
            entry.at,
            # None of a charge from before payees were declared.
            entry.data.get("payee"),
        )
        for entry in said("case.charged")
        if entry.data
    )
    yield from ((*row, "no row") for row in (told - kept))
    yield from ((*row, "not in the record") for row in (kept - told))


def investments() -> Iterator[Row]:
    """Case, line, kind, amount, instant of what the company spent: in the record without a row, or
    the other way round."""
    rows = Investment.objects.values_list(
        "application__ref", "number", "kind", "amount_yuan", "ground", "reverses__number",
        "entered_at",
    )  # fmt: skip
    kept: Counter[tuple[object, ...]] = Counter(rows)
    told: Counter[tuple[object, ...]] = Counter(
        (
            entry.ref,
            entry.data["line"],
            entry.data["kind"],
            Decimal(entry.data["amount_yuan"]),
            entry.data["ground"],
            entry.data.get("reverses"),
            entry.at,
        )
        for entry in said(SPENT, REVERSED)
        if entry.data
    )
    yield from ((*row, "no row") for row in (told - kept))
    yield from ((*row, "not in the record") for row in (kept - told))


def roles() -> Iterator[Row]:
    """Person, role: given, changed or ended without an entry of the record."""
    given: dict[int, tuple[int, str]] = {}
    ended: set[int] = set()
    for entry in said("role.granted", "role.revoked"):
        if entry.data and entry.type == "role.granted":
            given[entry.data["grant"]] = entry.data["user"], entry.data["role"]
        elif entry.data:
            ended.add(entry.data["grant"])
    for grant in RoleGrant.objects.order_by("id"):
        if given.get(grant.pk) != (grant.user_id, grant.role):
            yield grant.pk, grant.user_id, grant.role, "not in the record"
        elif (grant.to_at is not None) != (grant.pk in ended):
            yield grant.pk, grant.user_id, grant.role, f"ended: {grant.to_at}"


def rounds() -> Iterator[Row]:
    """Line works and round whose works or instant are not those of an entry of the case."""
    posted: dict[UUID, dict[datetime, Any]] = defaultdict(dict)
    for entry in said("case.line_works_posted", "case.line_works_changed"):
        posted[entry.ref][entry.at] = (entry.data or {}).get("works", FORGOTTEN)
    for round_ in Round.objects.select_related("line_works").order_by("id"):
        works = posted[round_.line_works.case_ref].get(round_.opened_at)
        if works is FORGOTTEN:
            continue
        if works is None or type(round_.works).of(works) != round_.works:
            yield str(round_), round_.opened_at, round_.works, works


def statements() -> Iterator[Row]:
    """Order, step: what was said at a step of an order, that its entry does not commit to."""
    kinds = ("order.answered", "order.returned", "order.closed", "order.escalated")
    told = {(entry.ref, entry.at): entry.data for entry in said(*kinds)}
    for one in Statement.objects.select_related("order").order_by("id"):
        data = told.get((one.order.ref, one.at), {})
        if data is not None and one.text not in (data.get("text"), data.get("reason")):
            yield str(one), one.at, one.text


def publications() -> Iterator[Row]:
    """Table and number of what was published that the record does not tell of so."""
    told = {entry.id: entry for entry in said(*(f"{kind}.published" for kind in Kind))}
    for one in Publication.objects.order_by("id"):
        entry = told.get(one.entry)
        if entry is None or (entry.type, entry.at) != (f"{one.kind}.published", one.published_at):
            yield one.kind, one.number, "not in the record"
        elif entry.data and entry.data["rows"] != one.digest:
            yield one.kind, one.number, "other rows"
        yield from _counted(one)


def _counted(one: Publication) -> Iterator[Row]:
    """A row can only be added, and only be noted as replaced: their numbers tell of both."""
    rows = table_of(one.kind).rows
    new, gone = rows.filter(publication=one).count(), rows.filter(replaced_in=one).count()
    if (new, gone) != (one.added + one.changed, one.changed + one.withdrawn):
        yield one.kind, one.number, f"{new} rows, {gone} replaced"
