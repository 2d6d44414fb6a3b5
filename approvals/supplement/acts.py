"""The two acts of a supplement: naming what is missing, and handing all of it in at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from approvals.missing import item_words
from approvals.supplement.models import (
    ITEM,
    REQUIREMENT,
    SupplementItem,
    files_of,
    is_answered,
    open_items,
)
from core.problems import FieldError, Invalid
from documents.actions import store_all
from documents.queries import Digest, digest_of
from documents.storage import sha256
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit

Uploads = Sequence["UploadedFile[Any]"]


def name_items(permit: "Permit", texts: Sequence[str], at: datetime) -> None:
    before = SupplementItem.objects.filter(permit=permit).count()
    SupplementItem.objects.bulk_create(
        SupplementItem(permit=permit, number=number, text=text, asked_at=at)
        for number, text in enumerate(texts, before + 1)
    )


def complete(step: "Step[Permit]") -> dict[str, Any]:
    """Add what comes with the act to the drafts, and return what its entry commits to: each answer
    and each file by its digest.

    Raises:
        Invalid: an item is not answered, an answer is of none, or a file is for none.
    """
    items = open_items(step.thing)
    for index, said in enumerate(step.values["answers"]):
        item = next((item for item in items if item.number == said["item"]), None)
        if item is None:
            reason = _("No item of this number waits for an answer.")
            raise Invalid([FieldError(f"/answers/{index}/item", reason)])
        item.answer = said["answer"] or item.answer
    sent, drafted = _sent(step, items), files_of(items)
    missing = [
        item
        for item in items
        if not sent[item.number] and not is_answered(item.answer, drafted[item.pk])
    ]
    if missing:
        raise Invalid([_unanswered(item) for item in missing])
    by = User.objects.get(pk=step.actor.user_id or 0) if step.uploads else None
    found: list[tuple[SupplementItem, list[Digest]]] = []
    for item in items:
        kept = [digest_of(document) for document in drafted[item.pk]]
        if by and sent[item.number]:
            kept += keep(item, step.thing, sent[item.number], by)
        found.append((item, kept))
    SupplementItem.objects.bulk_update(items, ["answer"])
    window = window_of(step)
    return ({"office": window} if window else {}) | {
        "answers": [
            {
                "item": item.number,
                "answer": sha256(item.answer.encode()) if item.answer else None,
                "documents": [each["sha256"] for each in kept],
            }
            for item, kept in found
        ],
        "documents": [each for _item, kept in found for each in kept],
    }


def keep(item: SupplementItem, permit: "Permit", uploads: Uploads, by: User) -> list[Digest]:
    """The caller holds the case. Raises Invalid, NoRoom, TooMany as `store` does."""
    return store_all(
        subject_kind=ITEM,
        subject_id=item.pk,
        case_ref=permit.case_ref,
        requirement=REQUIREMENT,
        uploads=uploads,
        by=by,
    )


def window_of(step: "Step[Permit]") -> int | None:
    """The service hall whose clerk took it in for the company."""
    return step.thing.office_id if step.actor.role == Role.HALL_CLERK else None


def close_items(step: "Step[Permit]", at: datetime) -> None:
    items = SupplementItem.objects.filter(permit=step.thing, supplied_at=None)
    items.update(supplied_at=at, office=window_of(step))


def _unanswered(item: SupplementItem) -> FieldError:
    values = {"number": item.number, "item": item_words(item.text)}
    return FieldError("/answers", _("Item %(number)s is not answered: %(item)s.") % values)


def _sent(step: "Step[Permit]", items: Sequence[SupplementItem]) -> dict[int, list[Any]]:
    """The files of a request by the number of their item. Where one item alone waits, all files
    that no answer names are for it."""
    sent: dict[int, list[Any]] = {item.number: [] for item in items}
    named = set[int]()
    for index, said in enumerate(step.values["answers"]):
        for place in said["files"]:
            if place >= len(step.uploads) or place in named:
                reason = _("There is no such file in this request, or another answer has it.")
                raise Invalid([FieldError(f"/answers/{index}/files", reason)])
            named.add(place)
            sent[said["item"]].append(step.uploads[place])
    rest = [upload for place, upload in enumerate(step.uploads) if place not in named]
    if rest and len(items) > 1:
        reason = _("Say in the answers which item each file is for.")
        raise Invalid([FieldError("/files", reason)])
    for item in items:
        sent[item.number] += rest
    return sent
