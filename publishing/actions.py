import hashlib
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import role_words
from core.locks import lock_case
from core.problems import Faster, FieldError, Invalid, Stale, WrongState
from core.templatetags.city import instant
from ledger.record import CITY_REF, NewEntry, append
from publishing import permissions, queries
from publishing.formats import Uploaded
from publishing.models import Draft, Format, Kind, Publication, PublishedRow
from publishing.preview import Preview, preview
from publishing.sheets import written
from publishing.tables import table_of

#: Rows in one statement: its text lies in memory whole.
WRITTEN_AT_ONCE: Final = 5000


def begin(
    *,
    kind: Kind | str,
    by: User,
    text: str,
    source: str = "",
    note: str = "",
    whole: bool = False,
    file_name: str = "",
    format: str = Format.CSV,  # noqa: A002 (as the draft names it)
) -> Draft:
    """Keep a text as a draft. Raises Forbidden where the person does not keep the table."""
    permissions.must_keep(by, table_of(kind))
    return Draft.objects.create(
        kind=kind,
        by=by,
        text=text,
        source=source,
        note=note,
        whole=whole,
        file_name=file_name,
        format=format,
    )


def begin_withdrawal(*, row: PublishedRow, kind: Kind | str, by: User, note: str) -> Draft:
    """Keep the wish to take a row out of the table as a draft. Raises Forbidden as `begin`."""
    permissions.must_keep(by, table_of(kind))
    return Draft.objects.create(kind=kind, by=by, withdraws=row.pk, source=row.source, note=note)


def begin_undoing(*, publication: Publication, by: User, source: str, note: str) -> Draft:
    """Keep the wish to take a table back before a publication as a draft. Raises Forbidden as
    `begin`."""
    permissions.must_keep(by, table_of(publication.kind))
    return Draft.objects.create(
        kind=publication.kind, by=by, undoes=publication, source=source, note=note
    )


def _held(draft: Draft) -> Draft:
    """Read a draft anew, and hold it: it may be open in another window.

    Raises:
        WrongState: it was discarded.
    """
    found = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise WrongState(_("This draft was discarded, perhaps in another window."))
    return found


def _open(draft: Draft) -> Draft:
    """As `_held`. Raises WrongState where the draft is published already, or discarded."""
    held = _held(draft)
    if held.publication_id:
        raise WrongState(_("This draft is published already; begin a new one to correct it."))
    return held


@transaction.atomic
def change(*, draft: Draft, text: str | None = None, **said: Any) -> Draft:
    """A text that was changed by hand is CSV, whatever file it came from. Raises as `_open`.

    Args:
        said: `source`, `note`, `whole`; what is left out stays, as the text does.
    """
    held = _open(draft)
    if text is not None and text != held.text:
        held.text, held.format = text, Format.CSV
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=["text", "format", *said])
    return held


@transaction.atomic
def upload_again(*, draft: Draft, file: Uploaded, file_name: str) -> Draft:
    """Put another file in the place of the text. Raises as `_open`, and WrongState where the draft
    has none."""
    held = _open(draft)
    if not held.has_text:
        raise WrongState(_("This draft was not made from a file."))
    held.text, held.format, held.file_name = file.text, file.format, file_name
    held.save(update_fields=["text", "format", "file_name"])
    return held


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """Raises WrongState where the draft is published: what is published stays."""
    held = _held(draft)
    if held.publication_id:
        raise WrongState(_("What is published stays; publish a correction instead."))
    held.delete()


@transaction.atomic
def publish(*, draft: Draft, by: User, base: int | None = None, sure: bool = False) -> Publication:
    """Publish all of a draft or nothing, under the city's lock; twice is the same publication.

    Args:
        sure: the person has looked at what the preview asks about, and says that it is right.

    Raises:
        Forbidden: the person does not keep the table.
        Stale: the newest publication is not `base`, with which the preview was compared.
        WrongState: the draft was discarded.
        Invalid: the draft has troubles, changes nothing, corrects without a reason, or leaves a
            question open.
    """
    permissions.must_keep(by, table_of(draft.kind))
    lock_case(CITY_REF)
    draft = _held(draft)
    if draft.publication:
        return draft.publication
    seen = preview(draft=draft, by=by)
    if base is not None and base != seen.base:
        newest = queries.newest(draft.kind)
        raise Stale(told(newest) if newest else "")
    _refuse(draft, seen, sure=sure)
    difference, number = seen.difference, queries.next_number(draft.kind)
    # What the publication says, as canonical CSV: new rows, then withdrawn ones.
    table, lines = seen.table, [["new", *seen.table.codes(row)] for row in difference.new]
    lines += [["withdrawn", *table.codes(table.values(row))] for row in difference.withdrawn]
    digest = hashlib.sha256(written(lines).encode()).hexdigest()
    # The entry of the record comes first: it gives the publication its time.
    [entry] = append(
        NewEntry(
            case_ref=CITY_REF,
            type=f"{draft.kind}.published",
            actor=by.acting_as(table.keeper.role, permissions.acting_district(by, table)),
            data={"number": number, "rows": digest, "source": draft.source, "note": draft.note},
        )
    )
    publication = Publication.objects.create(
        kind=draft.kind,
        number=number,
        published_at=entry.at,
        entry=entry.id,
        role=table.keeper.role,
        source=draft.source,
        note=draft.note,
        added=len(difference.added),
        changed=len(difference.changed),
        withdrawn=len(difference.withdrawn),
        digest=digest,
        undoes_id=draft.undoes_id,
    )
    _write(seen, publication)
    seen.table.follows(publication)
    draft.publication = publication
    draft.save(update_fields=["publication"])
    return publication


def told(publication: Publication) -> str:
    """Who was faster, when, and what has changed by it."""
    words = _(
        "{role} published number {number} in the meantime, {at}: {added} new, {changed} corrected, "
        "{withdrawn} withdrawn. {note}"
    )
    return words.format(
        role=role_words(publication.role),
        number=publication.number,
        at=instant(publication.published_at),
        added=publication.added,
        changed=publication.changed,
        withdrawn=publication.withdrawn,
        note=publication.note,
    ).strip()


def overtaken(publication: Publication) -> Faster:
    """The refusal to touch a row that a publication has replaced meanwhile."""
    winner = {"role": publication.role, "at": publication.published_at.isoformat()}
    return Faster(told(publication), winner=winner)


def _refuse(draft: Draft, seen: Preview, *, sure: bool) -> None:
    errors = [FieldError(f"/rows/{trouble.row}", trouble.text) for trouble in seen.troubles]
    if not draft.source:
        errors.append(FieldError("/source", _("Say where the figures come from.")))
    if not errors and seen.difference.empty:
        errors = [FieldError("/rows", _("Everything in it is published already."))]
    if seen.difference.corrects and not draft.note:
        errors.append(FieldError("/note", _("Say why published rows are replaced or withdrawn.")))
    if seen.questions and not (sure or errors):
        reason = _("Look at what is asked below, and say that it is right.")
        errors.append(FieldError("/sure", reason))
    if errors:
        raise Invalid(errors)


def _write(seen: Preview, publication: Publication) -> None:
    """Store the new rows and note what they replace; a correction keeps its first announcement."""
    table, rows = seen.table, []
    table.rows.filter(pk__in=seen.difference.gone).update(replaced_in=publication)
    for new, old in seen.difference.replacing(table):
        fields: dict[str, Any] = {**new, **table.notes(new, old, seen.at)}
        if table.announced:
            at = getattr(old, table.announced) if old else publication.published_at
            fields[table.announced] = at
        rows.append(table.model(publication=publication, **fields))
    table.rows.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)
