"""Time that the law leaves out of a review (行政许可法 45): the document that is its ground, how it
is told, and what runs past its expected length."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from rest_framework.serializers import CharField, IntegerField, Serializer

from accounts.models import User
from approvals import wording
from approvals.legal_limit import ExcludedTime
from approvals.workflow import State
from core.answers import Instant, MaybeInstant
from core.clock import CityToday
from core.problems import FieldError, Invalid
from core.templatetags.city import working_days
from documents.actions import store
from documents.models import Document
from documents.serializers import FileAnswer
from rules.registry import calendar
from rules.values import EVERYWHERE
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit

#: What the file of a ground is for, among the documents of its permit.
DOCUMENT: Final = "exclusion_document"


def keep_document(step: "Step[Permit]") -> list[Document]:
    """Keep what shows the ground.

    Raises:
        Invalid: the rules want it of programs too and there is none, or it is not taken.
    """
    wanted = step.thing.rules().exclusion_document()
    if not step.uploads:
        if wanted is not None and wanted.word == EVERYWHERE:
            reason = _("Hand in the document that is the legal ground.")
            raise Invalid([FieldError("/files", reason, wanted.clause)])
        return []
    by = User.objects.get(pk=step.actor.user_id or 0)
    return [
        store(
            subject_kind=step.workflow.subject,
            subject_id=step.thing.pk,
            case_ref=step.thing.case_ref,
            requirement=DOCUMENT,
            upload=upload,
            by=by,
        )
        for upload in step.uploads
    ]


def begin(step: "Step[Permit]", at: datetime, kept: Iterable[Document]) -> None:
    """The span is open until the bureau resumes; the calendar says when it overruns."""
    first_day_over = calendar().due(at, step.values["expected_days"] + 1).date
    span = ExcludedTime.objects.create(
        permit=step.thing, began_at=at, overruns_on=first_day_over, **step.values
    )
    span.files.set(kept)


#: What overruns, the longest first.
LONGEST: Final = ("overruns_on", "id")


def overrun(permits: "QuerySet[Permit]") -> "QuerySet[Permit]":
    """Those whose open span is past its expected length, since `overruns_on`."""
    found = permits.filter(excluded__ended_at=None, excluded__overruns_on__lte=CityToday())
    return found.annotate(overruns_on=F("excluded__overruns_on"))


def days_over(span: ExcludedTime, now: datetime) -> int:
    """Working days past the expected length, to its end or to now."""
    return max(calendar().used(span.began_at, span.ended_at or now) - span.expected_days, 0)


def over_words(permit: "Permit", now: datetime) -> str:
    """For lists: by how much the open span overruns; empty where none does."""
    if permit.state != State.SUSPENDED:
        return ""
    over = max(
        (days_over(span, now) for span in permit.excluded.all() if not span.ended_at), default=0
    )
    return _("Overrun by %(over)s") % {"over": working_days(over)} if over else ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A span as people and programs are told of it."""

    span: ExcludedTime
    overrun_days: int

    @property
    def ground(self) -> str:
        return str(wording.GROUNDS.get(self.span.ground, self.span.ground))

    @property
    def expected(self) -> str:
        return working_days(self.span.expected_days)

    @property
    def over(self) -> str:
        return working_days(self.overrun_days) if self.overrun_days else ""

    @property
    def files(self) -> list[Document]:
        return list(self.span.files.all())


def exclusions(permit: "Permit", now: datetime) -> list[Exclusion]:
    """Oldest first."""
    spans = sorted(permit.excluded.all(), key=lambda span: span.pk)
    return [Exclusion(span, days_over(span, now)) for span in spans]


class ExclusionAnswer(Serializer[Any]):
    """A span that the law leaves out of the review, with its ground and its document."""

    ground = CharField(source="span.ground")
    expected_days = IntegerField(source="span.expected_days")
    overrun_days = IntegerField()
    began_at = Instant(source="span.began_at")
    ended_at = MaybeInstant(source="span.ended_at")
    files = FileAnswer(many=True)
