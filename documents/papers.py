"""Papers that the portal makes after an act: sealed, and tried until they are kept.

What is due stands in the database, so a lost task or broker costs promptness only. A try is
claimed in one short transaction, asks others in none, and is settled in a third.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Now

from accounts.actor import SYSTEM
from deadlines.sweep import hold_case
from documents import storage
from documents.models import Document
from documents.queries import digest_of
from ledger.record import NewEntry, append
from ledger.seal import NoSeal, NoTime, Sealed
from rules.tries import Tries

log = logging.getLogger("tongdian.papers")
#: Why a paper is not kept yet, by the codes of its column `trouble`.
SEAL, TIME, FAILED = "seal", "time", "failed"


class Paper(models.Model):
    """What is kept of one paper; a model of its own says of what it is, and names its troubles."""

    tries = models.PositiveIntegerField(default=0)
    # When it is tried next, by the server's real clock; null once it is kept.
    due_at = models.DateTimeField(db_default=Now(), null=True)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    # Whom the certificate of the seal names; empty where there was no seal to sign with.
    sealed_by = models.CharField(max_length=200, blank=True, default="")
    # What the time stamp says; null where no service was asked.
    stamped_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


#: As a constraint of each model of papers.
KEPT_WITH_ITS_FILE = Q(kept_at=None, document=None, due_at__isnull=False) | Q(
    kept_at__isnull=False, document__isnull=False, due_at=None, trouble=""
)
P = TypeVar("P", bound=Paper)


@dataclass(frozen=True, slots=True)
class About:
    """Of what a paper is: its case, its part of the record, whose document it becomes, what the
    file is called, and what its entry says besides."""

    case_ref: UUID
    part: UUID | None
    subject_id: int
    file_name: str
    said: Mapping[str, Any]


class Keeping(Generic[P]):
    """How papers of one sort are kept; `requirement` names the document, `event` the entry."""

    model: type[P]
    subject: str
    requirement: str
    event: str

    def tries(self) -> Tries:
        raise NotImplementedError

    def to_keep(self) -> "QuerySet[P]":
        return self.model._default_manager.filter(kept_at=None)

    def make(self, paper: P) -> Sealed:
        """Raises NoSeal, NoTime, or anything where it cannot be made."""
        raise NotImplementedError

    def about(self, paper: P) -> About:
        raise NotImplementedError

    def run(self) -> int:
        """Keep what is due and return how many that were; any number may do so at once.

        A run ends at the first trouble, which is most likely that of all: the others stay due.
        """
        done = 0
        while paper := self.claim():
            if not self.keep(paper):
                break
            done += 1
        return done

    def claim(self) -> P | None:
        """Take what is due for longest; nobody else has it until the lease ends."""
        with transaction.atomic():
            due = self.to_keep().filter(due_at__lte=Now()).order_by("due_at")
            paper = due.select_for_update(skip_locked=True, of=("self",)).first()
            if paper is None:
                return None
            mine = self.model._default_manager.filter(pk=paper.pk)
            mine.update(tries=F("tries") + 1, due_at=_after(self.tries().lease))
        paper.tries += 1
        return paper

    def keep(self, paper: P) -> bool:
        """Make, seal and keep one; False where it is tried again, after a pause that grows."""
        try:
            self._settle(paper, self.make(paper))
        except Exception as error:  # (one that cannot be made must not stop the others)
            trouble = FAILED
            if isinstance(error, NoSeal | NoTime):
                trouble = SEAL if isinstance(error, NoSeal) else TIME
                log.warning(
                    "%s %s is not kept yet: %s (%s)", self.subject, paper.pk, trouble, error
                )
            else:
                log.exception("%s %s could not be made", self.subject, paper.pk)
            pause = self.tries().pause(paper.tries)
            waiting = self.model._default_manager.filter(pk=paper.pk, kept_at=None)
            waiting.update(trouble=trouble, due_at=_after(pause))
            return False
        return True

    def _settle(self, paper: P, sealed: Sealed) -> None:
        """Keep the file, its digest in the record; nothing where another try was first."""
        about = self.about(paper)
        with transaction.atomic():
            hold_case(about.case_ref)
            mine = self.model._default_manager.filter(pk=paper.pk)
            if not mine.filter(kept_at=None).exists():
                return
            document = Document.objects.create(
                subject_kind=self.subject,
                subject_id=about.subject_id,
                case_ref=about.case_ref,
                requirement=self.requirement,
                stored_name=storage.write(sealed.data),
                size=len(sealed.data),
                content_type=Document.Type.PDF,
                sha256=storage.sha256(sealed.data),
                original_name=about.file_name,
            )
            committed = {
                **about.said,
                "documents": [digest_of(document)],
                "sealed": bool(sealed.sealed_by),
                "stamped": sealed.stamped_at is not None,
            }
            entry = NewEntry(
                case_ref=about.case_ref,
                part=about.part,
                type=self.event,
                actor=SYSTEM,
                data=committed,
            )
            [written] = append(entry)
            mine.update(
                document=document,
                kept_at=written.at,
                due_at=None,
                trouble="",
                sealed_by=sealed.sealed_by,
                stamped_at=sealed.stamped_at,
            )


def _after(seconds: int) -> Any:
    """By the server's real clock."""
    return Now() + Value(timedelta(seconds=seconds))
