from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import role_words
from core.clock import city_now, local_date
from core.locks import lock_case
from core.problems import Faster, FieldError, Invalid, Stale, WrongState
from core.templatetags.city import instant
from ledger.record import CITY_REF, NewEntry, append
from publishing import permissions, queries
from publishing.formats import Uploaded
from publishing.models import Draft, Format, Kind, Publication, PublishedRow
from publishing.preview import Preview, preview
from publishing.tables import table_of
from publishing.writing import Content, content_of, write


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
    return _found(Draft.objects.select_for_update().filter(pk=draft.pk))


def _found(drafts: QuerySet[Draft]) -> Draft:
    """The one draft. Raises WrongState where it was discarded."""
    found = drafts.first()
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


@dataclass(frozen=True)
class Ready:
    """A draft as it was read, all that would be published of it, and what depends on neither.

    Args:
        newest: the last publication of any table: what was judged stands on no later one.
        content: None where there is something to refuse.
    """

    draft: Draft
    newest: int
    seen: Preview
    errors: Sequence[FieldError]
    content: Content | None

    def holds(self, draft: Draft) -> bool:
        """Whether it would be the same now. Hold the city's lock."""
        now, newest = city_now(), queries.last_of_all()
        same_day = local_date(now) == local_date(self.seen.at)
        return same_day and newest == self.newest and draft.said == self.draft.said


def _ready(draft: Draft, by: User, *, sure: bool) -> Ready:
    newest = queries.last_of_all()
    seen = preview(draft=draft, by=by)
    errors = _errors(draft, seen, sure=sure)
    return Ready(draft, newest, seen, errors, None if errors else content_of(seen))


@transaction.atomic
def publish(*, draft: Draft, by: User, base: int | None = None, sure: bool = False) -> Publication:
    """Publish all of a draft or nothing, under the city's lock; twice is the same publication.

    What takes long is done before the lock, for which every other publication waits, and anew under
    it where there was another one meanwhile.

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
    draft = _found(Draft.objects.filter(pk=draft.pk))
    if draft.publication:
        return draft.publication
    ready = _ready(draft, by, sure=sure)
    lock_case(CITY_REF)
    draft = _held(draft)
    if draft.publication:
        return draft.publication
    newest = queries.newest(draft.kind)
    if base is not None and base != (newest.number if newest else 0):
        raise Stale(told(newest) if newest else "")
    if not ready.holds(draft):
        ready = _ready(draft, by, sure=sure)
    if ready.content is None:
        raise Invalid(ready.errors)
    return _published(draft, by, ready.seen, ready.content)


def _published(draft: Draft, by: User, seen: Preview, content: Content) -> Publication:
    table, difference = seen.table, seen.difference
    number = queries.next_number(draft.kind)
    # The entry of the record comes first: it gives the publication its time.
    [entry] = append(
        NewEntry(
            case_ref=CITY_REF,
            type=f"{draft.kind}.published",
            actor=by.acting_as(table.keeper.role, permissions.acting_district(by, table)),
            data={
                "number": number,
                "rows": content.digest,
                "source": draft.source,
                "note": draft.note,
            },
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
        digest=content.digest,
        undoes_id=draft.undoes_id,
    )
    write(seen, content, publication)
    table.follows(publication)
    draft.publication, draft.outline = publication, None
    draft.save(update_fields=["publication", "outline"])
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


def _errors(draft: Draft, seen: Preview, *, sure: bool) -> Sequence[FieldError]:
    """What speaks against publishing; of what the preview asks about, that nobody is sure."""
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
    return errors
