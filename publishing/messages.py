"""Who is told of a draft that a second person must check: the other keepers, then its author."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from notifications import outbox
from notifications.texts import both, register_link
from publishing import permissions
from publishing.events import GIVEN_BACK, OFFERED, PUBLISHED
from publishing.models import Draft, Kind

DRAFT: Final = "table_draft"


def offered(draft: Draft) -> None:
    _tell(OFFERED, draft, permissions.second_persons(draft))


def given_back(draft: Draft) -> None:
    _tell(GIVEN_BACK, draft, [draft.by.party_id])


def published(draft: Draft) -> None:
    made = draft.publication
    _tell(PUBLISHED, draft, [draft.by.party_id], number=made.number if made else 0)


def _tell(kind: str, draft: Draft, parties: Iterable[int], **more: Any) -> None:
    outbox.put(
        kind=kind,
        subject_kind=DRAFT,
        subject_id=draft.pk,
        case_ref=None,
        version=draft.offers,
        recipients=parties,
        context={"table": both(lambda: str(Kind(draft.kind).label)), **more},
    )


def register() -> None:
    register_link(DRAFT, lambda pk, _context: reverse("publish:draft", args=[pk]))
