from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import role_words
from core.clock import CityNow, city_now, local_date
from core.locks import lock_case
from core.problems import Faster, FieldError, Invalid, Stale, WrongState
from core.templatetags.city import instant
from ledger.record import CITY_REF, NewEntry, append
from publishing import messages, permissions, queries
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
    return _begun(
        by,
        kind,
        text=text,
        source=source,
        note=note,
        whole=whole,
        file_name=file_name,
        format=format,
    )


def begin_withdrawal(*, row: PublishedRow, kind: Kind | str, by: User, note: str) -> Draft:
    """Keep the wish to take a row out of the table as a draft. Raises Forbidden as `begin`."""
    return _begun(by, kind, withdraws=row.pk, source=row.source, note=note)


def begin_undoing(*, publication: Publication, by: User, source: str, note: str) -> Draft:
    """Keep the wish to take a table back before a publication as a draft. Raises Forbidden as
    `begin`."""
    return _begun(by, publication.kind, undoes=publication, source=source, note=note)


def _begun(by: User, kind: Kind | str, **said: Any) -> Draft:
    table = table_of(kind)
    permissions.must_keep(by, table)
    return Draft.objects.create(kind=kind, by=by, share=permissions.share_of(by, table), **said)


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


def _changed(draft: Draft) -> Draft:
    """As `_open`. Raises WrongState while it is offered: what is checked stays as it is."""
    held = _open(draft)
    if held.offered_at:
        raise WrongState(_("It waits for a second person: take it back before you change it."))
    return held


@transaction.atomic
def change(*, draft: Draft, text: str | None = None, **said: Any) -> Draft:
    """A text that was changed by hand is CSV, whatever file it came from. Raises as `_changed`.

    Args:
        said: `source`, `note`, `whole`; what is left out stays, as the text does.
    """
    held = _changed(draft)
    if text is not None and text != held.text:
        held.text, held.format = text, Format.CSV
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=["text", "format", *said])
    return held


@transaction.atomic
def upload_again(*, draft: Draft, file: Uploaded, file_name: str) -> Draft:
    """Put another file in the place of the text. Raises as `_changed`, and WrongState where the
    draft has none."""
    held = _changed(draft)
    if not held.has_text:
        raise WrongState(_("This draft was not made from a file."))
    held.text, held.format, held.file_name = file.text, file.format, file_name
    held.save(update_fields=["text", "format", "file_name"])
    return held


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """Raises WrongState where the draft is published: what is published stays; or is offered."""
    if _held(draft).publication_id:
        raise WrongState(_("What is published stays; publish a correction instead."))
    _changed(draft).delete()


GIVEN_BACK: Final = ("given_back", "given_back_at", "given_back_by")


@transaction.atomic
def offer(*, draft: Draft, by: User, sure: bool = False) -> Draft:
    """Let a second person check a draft, and stop changing it; twice is once.

    Args:
        sure: as for `publish`; the second person is asked the same.

    Raises:
        Forbidden: somebody else prepared it.
        WrongState: it was published or discarded; or nobody has to check it.
        Invalid: as `publish`.
    """
    permissions.must_have_prepared(by, draft)
    held = _open(draft)
    if not table_of(held.kind).checked:
        raise WrongState(_("This table needs no second person: publish the draft."))
    if held.offered_at:
        return held
    if errors := _errors(held, preview(draft=held, by=by), sure=sure):
        raise Invalid(errors)
    held.offered_at, held.offers = CityNow(), held.offers + 1
    held.given_back, held.given_back_at, held.given_back_by = "", None, None
    held.save(update_fields=["offered_at", "offers", *GIVEN_BACK])
    held.refresh_from_db(fields=["offered_at"])
    messages.offered(held)
    return held


@transaction.atomic
def take_back(*, draft: Draft, by: User) -> Draft:
    """Stop offering a draft, to change it; twice is once. Raises Forbidden as `offer`, WrongState
    where it was published or discarded."""
    permissions.must_have_prepared(by, draft)
    held = _open(draft)
    held.offered_at = None
    held.save(update_fields=["offered_at"])
    return held


@transaction.atomic
def give_back(*, draft: Draft, by: User, reason: str, offer: int | None = None) -> Draft:
    """Say why a draft that was offered is not published as it is.

    Args:
        offer: as for `publish`.

    Raises:
        Forbidden: the person prepared it, or does not keep the table.
        WrongState, Faster, Stale: as `publish`; Faster where it was published meanwhile.
    """
    permissions.must_check(by, draft)
    held = _held(draft)
    if held.publication:
        raise overtaken(held.publication)
    _must_be_offered(held, offer)
    held.given_back, held.given_back_at, held.given_back_by = reason, CityNow(), by
    held.offered_at = None
    held.save(update_fields=["offered_at", *GIVEN_BACK])
    messages.given_back(held)
    return held


def _must_be_offered(draft: Draft, offer: int | None) -> None:
    """Raises Faster where somebody gave a draft back, WrongState where it is not offered to be
    checked; Stale where it was offered anew since it was looked at: it may have been changed."""
    if draft.given_back_at:
        role = permissions.acting_role(draft.given_back_by or draft.by, table_of(draft.kind))
        told = _("{role} gave it back, {at}: {reason}").format(
            role=role_words(role), at=instant(draft.given_back_at), reason=draft.given_back
        )
        raise Faster(told, winner={"role": role, "at": draft.given_back_at.isoformat()})
    if draft.offered_at is None:
        raise WrongState(_("It does not wait to be checked: it was not offered, or taken back."))
    if offer not in (None, draft.offers):
        raise Stale(_("It was taken back and offered anew since you opened it. Look at it again."))


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
def publish(
    *,
    draft: Draft,
    by: User,
    base: int | None = None,
    sure: bool = False,
    offer: int | None = None,
) -> Publication:
    """Publish all of a draft or nothing, under the city's lock; twice is the same publication. A
    draft that must be checked is published by whoever has checked it: that is one act.

    What takes long is done before the lock, for which every other publication waits, and anew under
    it where there was another one meanwhile.

    Args:
        sure: the person has looked at what the preview asks about, and says that it is right.
        offer: which offer of the draft was looked at (`Draft.offers`).

    Raises:
        Forbidden: the person does not keep the table; or prepared what somebody else must check.
        Stale: the newest publication is not `base`, with which the preview was compared; or the
            draft was offered anew since.
        WrongState: the draft was discarded; or must be checked, and is not offered: Faster where
            somebody gave it back.
        Invalid: the draft has troubles, changes nothing, corrects without a reason, or leaves a
            question open.
    """
    permissions.must_publish(by, draft)
    draft = _found(Draft.objects.filter(pk=draft.pk))
    if made := _made_of(draft, offer):
        return made
    ready = _ready(draft, by, sure=sure)
    lock_case(CITY_REF)
    draft = _held(draft)
    if made := _made_of(draft, offer):
        return made
    newest = queries.newest(draft.kind)
    if base is not None and base != (newest.number if newest else 0):
        raise Stale(told(newest) if newest else "")
    if not ready.holds(draft):
        ready = _ready(draft, by, sure=sure)
    if ready.content is None:
        raise Invalid(ready.errors)
    return _published(draft, by, ready.seen, ready.content)


def _made_of(draft: Draft, offer: int | None) -> Publication | None:
    """What came of a draft already. Raises as `_must_be_offered`, where nothing did and it must be
    checked."""
    if draft.publication is None and table_of(draft.kind).checked:
        _must_be_offered(draft, offer)
    return draft.publication


def _published(draft: Draft, by: User, seen: Preview, content: Content) -> Publication:
    table, difference = seen.table, seen.difference
    number, role = queries.next_number(draft.kind), permissions.acting_role(by, table)
    two = {"prepared_by": draft.by, "checked_by": by} if table.checked else {}
    # The entry of the record comes first: it gives the publication its time.
    [entry] = append(
        NewEntry(
            case_ref=CITY_REF,
            type=f"{draft.kind}.published",
            actor=by.acting_as(role, permissions.acting_district(by, table)),
            data={
                "number": number,
                "rows": content.digest,
                "source": draft.source,
                "note": draft.note,
                **({"prepared_by": draft.by_id} if table.checked else {}),
            },
        )
    )
    publication = Publication.objects.create(
        kind=draft.kind,
        number=number,
        published_at=entry.at,
        entry=entry.id,
        role=role,
        source=draft.source,
        note=draft.note,
        added=len(difference.added),
        changed=len(difference.changed),
        withdrawn=len(difference.withdrawn),
        digest=content.digest,
        undoes_id=draft.undoes_id,
        **two,
    )
    write(seen, content, publication)
    table.follows(publication)
    draft.publication, draft.outline = publication, None
    draft.save(update_fields=["publication", "outline"])
    if table.checked:
        messages.published(draft)
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
