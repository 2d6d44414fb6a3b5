"""Verbs on published tables: begin a draft, change it, discard it, publish it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.locks import lock_case
from core.problems import FieldError, Invalid, Stale, WrongState
from grid import permissions, queries
from grid.models import Draft, Kind, Publication, PublishedRow
from grid.reading import Change, Difference, Sheet, Trouble, compare, read, standing_after
from grid.sheets import written
from grid.tables import Row, Table, table_of
from ledger.record import CITY_REF, NewEntry, Written, append


@dataclass(frozen=True)
class Preview:
    """What publishing a draft would do, and everything that stands in its way.

    Args:
        base: number of the publication it was compared with (0: none yet).
    """

    table: Table
    sheet: Sheet
    difference: Difference
    troubles: Sequence[Trouble]
    base: int


def begin(
    *,
    kind: Kind | str,
    by: User,
    text: str,
    source: str = "",
    note: str = "",
    whole: bool = False,
    file_name: str = "",
) -> Draft:
    """Keep a text as a draft; nothing is published.

    Raises:
        Forbidden: the person does not keep the table.
    """
    permissions.must_keep(by, table_of(kind))
    return Draft.objects.create(
        kind=kind, by=by, text=text, source=source, note=note, whole=whole, file_name=file_name
    )


def begin_withdrawal(*, row: PublishedRow, kind: Kind | str, by: User, note: str) -> Draft:
    """Keep the wish to take one row out of the table as a draft; nothing is published.

    Raises:
        Forbidden: the person does not keep the table.
    """
    permissions.must_keep(by, table_of(kind))
    return Draft.objects.create(kind=kind, by=by, withdraws=row.pk, source=row.source, note=note)


def change(*, draft: Draft, text: str, source: str, note: str, whole: bool = False) -> Draft:
    """Replace what a draft says.

    Raises:
        WrongState: it is published already.
    """
    if draft.publication_id:
        raise WrongState(_("This draft is published already; begin a new one to correct it."))
    draft.text, draft.source, draft.note, draft.whole = text, source, note, whole
    draft.save(update_fields=["text", "source", "note", "whole"])
    return draft


def discard(*, draft: Draft) -> None:
    """Throw an unpublished draft away.

    Raises:
        WrongState: it is published; what is published stays.
    """
    if draft.publication_id:
        raise WrongState(_("What is published stays; publish a correction instead."))
    draft.delete()


def preview(*, draft: Draft, by: User) -> Preview:
    """Compare a draft with what stands now; reads only."""
    table = table_of(draft.kind)
    newest = queries.newest(draft.kind)
    base = newest.number if newest else 0
    standing = queries.kept_rows(table, permissions.own_districts(by))
    if draft.withdraws is not None:
        return _withdrawal(draft, table, standing, base)
    sheet = read(table, draft.text, source=draft.source)
    difference = compare(table, [row for _number, row in sheet.rows], standing, whole=draft.whole)
    troubles = [*sheet.troubles, *_foreign(table, sheet, permissions.own_districts(by))]
    if not troubles and not sheet.rows and not draft.whole:
        troubles.append(Trouble(0, "", _("There is no row below the header.")))
    if not troubles:
        troubles += _together(table, sheet, difference, standing)
    return Preview(table, sheet, difference, troubles, base)


def _withdrawal(draft: Draft, table: Table, standing: Sequence[PublishedRow], base: int) -> Preview:
    gone = [row for row in standing if row.pk == draft.withdraws]
    reason = _("The row to withdraw does not stand any more, or you do not keep its district.")
    troubles = [] if gone else [Trouble(0, "", reason)]
    difference = Difference([], [], gone, len(standing) - len(gone))
    return Preview(table, Sheet((), ()), difference, troubles, base)


def _foreign(table: Table, sheet: Sheet, districts: set[str] | None) -> list[Trouble]:
    """Rows of districts that the person does not keep."""
    if districts is None or not table.by_district:
        return []
    column = table.column("district")
    reason = _("You do not keep the figures of this district.")
    return [
        Trouble(number, column.label, reason)
        for number, row in sheet.rows
        if row["district"] not in districts
    ]


def _together(
    table: Table, sheet: Sheet, difference: Difference, standing: Sequence[PublishedRow]
) -> list[Trouble]:
    """What the rows that would stand do to each other, told at the rows of the sheet."""
    rows = standing_after(table, difference, standing)
    numbers = {table.key_of(row): number for number, row in sheet.rows}
    return [
        Trouble(numbers.get(table.key_of(rows[index]), 0), table.column(name).label, reason)
        for index, name, reason in table.together(rows)
    ]


@transaction.atomic
def publish(*, draft: Draft, by: User, base: int | None = None) -> Publication:
    """Publish a draft: one transaction, all of it or nothing. Twice gives the same publication.

    Args:
        base: number of the publication that the preview was compared with.

    Raises:
        Forbidden: the person does not keep the table.
        Stale: somebody published in between; look at the preview again.
        Invalid: the draft has troubles, changes nothing, or corrects without a reason.
    """
    permissions.must_keep(by, table_of(draft.kind))
    lock_case(CITY_REF)
    draft.refresh_from_db()
    if draft.publication:
        return draft.publication
    seen = preview(draft=draft, by=by)
    if base is not None and base != seen.base:
        raise Stale
    _refuse(draft, seen)
    publication = _record(draft, seen, by)
    _write(seen.table, seen.difference, publication)
    draft.publication = publication
    draft.save(update_fields=["publication"])
    return publication


def _refuse(draft: Draft, seen: Preview) -> None:
    errors = [FieldError(f"/rows/{trouble.row}", trouble.text) for trouble in seen.troubles]
    if not draft.source:
        errors.append(FieldError("/source", _("Say where the figures come from.")))
    if not errors and seen.difference.empty:
        errors = [FieldError("/rows", _("Everything in it is published already."))]
    if seen.difference.corrects and not draft.note:
        errors.append(FieldError("/note", _("Say why published rows are replaced or withdrawn.")))
    if errors:
        raise Invalid(errors)


def _record(draft: Draft, seen: Preview, by: User) -> Publication:
    """Write the entry of the record first: it gives the publication its time."""
    number = queries.next_number(draft.kind)
    digest = _digest(seen)
    entry = _append(draft, number, digest, by)
    difference = seen.difference
    return Publication.objects.create(
        kind=draft.kind,
        number=number,
        published_at=entry.at,
        entry=entry.id,
        role=permissions.KEEPER,
        source=draft.source,
        note=draft.note,
        added=len(difference.added),
        changed=len(difference.changed),
        withdrawn=len(difference.withdrawn),
        digest=digest,
    )


def _append(draft: Draft, number: int, digest: str, by: User) -> Written:
    data = {"number": number, "rows": digest, "source": draft.source, "note": draft.note}
    actor = by.acting_as(permissions.KEEPER, permissions.acting_district(by))
    [entry] = append(
        NewEntry(case_ref=CITY_REF, type=f"{draft.kind}.published", actor=actor, data=data)
    )
    return entry


def _digest(seen: Preview) -> str:
    """SHA-256 of what the publication says, as canonical CSV: new rows, then withdrawn ones."""
    difference, table = seen.difference, seen.table
    new = [*difference.added, *(change.new for change in difference.changed)]
    gone = [table.values(row) for row in difference.withdrawn]
    lines = [["new", *table.codes(row)] for row in new]
    lines += [["withdrawn", *table.codes(row)] for row in gone]
    return hashlib.sha256(written(lines).encode()).hexdigest()


def _write(table: Table, difference: Difference, publication: Publication) -> None:
    replaced = [row.pk for row in difference.withdrawn]
    replaced += [change.old.pk for change in difference.changed]
    manager = table.rows
    manager.filter(pk__in=replaced).update(replaced_in=publication)
    instant = publication.published_at
    rows = [_stored(table, row, None, publication, instant) for row in difference.added]
    rows += [_stored(table, c.new, c, publication, instant) for c in difference.changed]
    manager.bulk_create(rows)


def _stored(
    table: Table, row: Row, change: Change | None, publication: Publication, instant: datetime
) -> PublishedRow:
    fields: dict[str, Any] = dict(row)
    if table.announced:
        fields[table.announced] = getattr(change.old, table.announced) if change else instant
    return table.model(publication=publication, **fields)
