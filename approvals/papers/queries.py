"""Reads of permits' papers: which a permit has, and whether it is still worth something."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from approvals.models import Permit
from approvals.papers.models import PermitPaper
from approvals.workflow import State
from core.identifiers import plain

#: Files of papers, apart from what was handed in.
SUBJECT: Final = "permit_paper"
Key = tuple[int, str, datetime | None]


class Standing(TextChoices):
    """What has become of a permit that was granted."""

    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")
    #: The line was changed, or the case ended before it was built.
    REPLACED = "replaced", _("Not valid any more")


def standing_of(permit: Permit) -> Standing:
    """Where a permit holds on while the line changes, it has a row in each round; the newest one
    counts."""
    rows = Permit.objects.filter(
        line_works=permit.line_works_id, permit=permit.permit, decided_at=permit.decided_at
    )
    if rows.filter(state=State.REVOKED).exists():
        return Standing.REVOKED
    newest = rows.filter(round__number=F("line_works__round_number"), state=State.GRANTED)
    return Standing.VALID if newest.exists() else Standing.REPLACED


def papers_of(permits: Iterable[Permit]) -> dict[Key, PermitPaper]:
    """By `key_of`; one query, none where no permit was granted."""
    granted = {permit.line_works_id for permit in permits if permit.state == State.GRANTED}
    if not granted:
        return {}
    found = PermitPaper.objects.filter(permit__line_works__in=granted)
    rows = found.select_related("permit", "document")
    return {key_of(paper.permit): paper for paper in rows}


def key_of(permit: Permit) -> Key:
    """The same for a permit in each round in which it holds."""
    return permit.line_works_id, permit.permit, permit.decided_at


def know_papers(permits: Sequence[Permit]) -> None:
    """Each has its paper as `issued`; one query, or none."""
    papers = papers_of(permits)
    for permit in permits:
        permit.issued = papers.get(key_of(permit))


def paper_of(permit: Permit) -> PermitPaper | None:
    return papers_of([permit]).get(key_of(permit))


def paper_by_number(number: str) -> PermitPaper | None:
    """However it was written or copied."""
    papers = PermitPaper.objects.select_related("permit")
    return papers.filter(number=plain(number)).first()
