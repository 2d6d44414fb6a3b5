"""An advice in words, for the bureau, the company and everybody who sees a permit of its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from approvals.advice.line import as_asked, changed_until, works_of
from approvals.advice.models import Advice
from approvals.advice.queries import before
from approvals.advice.serializers import Verdict
from approvals.advice.workflow import AdviceState
from approvals.models import Permit, Round
from approvals.offices import office_of
from approvals.packages.models import Package
from approvals.packages.reading import package_words
from approvals.seam import Face, seam
from approvals.wording import permit_name, place_name, works_rows
from core.templatetags.city import instant
from workflow.machine import state_words

TONES: Final[dict[str, str]] = {
    AdviceState.ASKED: "live",
    Verdict.NO_OBJECTION: "success",
    Verdict.WITH_CHANGES: "warning",
    Verdict.OTHER_ROUTE: "warning",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An advice in words; `word` is the verdict, or how it stands without one. `changed`: the line
    is another one than was asked about."""

    pk: int
    name: str
    word: str
    tone: str
    rows: list[dict[str, Any]]
    changed: bool
    waits: bool
    version: int


def told(advice: Advice, *, changed: bool) -> Told:
    ended = {
        AdviceState.ANSWERED: _("Answered"),
        AdviceState.WITHDRAWN: _("Withdrawn"),
        AdviceState.LAPSED: _("Lapsed"),
    }
    rows = (
        (_("Bureau"), office_of(advice)),
        (_("Asked"), instant(advice.asked_at)),
        (_("What was asked"), advice.question),
        (ended.get(AdviceState(advice.state), ""), instant(advice.ended_at)),
        (_("What the bureau says"), advice.words),
    )
    return Told(
        pk=advice.pk,
        name=permit_name(advice.permit),
        word=str(Verdict(advice.verdict).label) if advice.verdict else state_words(advice),
        tone=TONES.get(advice.verdict or advice.state, ""),
        rows=[{"key": key, "value": value} for key, value in rows if value],
        changed=changed,
        waits=advice.waits,
        version=advice.version,
    )


def given_before(permit: Permit) -> list[Advice]:
    """What was advised before the set of a permit was applied for, each knowing whether it was then
    for another line; one query where nothing was."""
    given, round_ = before(permit), permit.round
    package = Package.objects.filter(round=round_).first() if given else None
    for one in given:
        one.changed = changed_until(one, round_, package)
    return given


def line_words(advice: Advice) -> dict[str, Any]:
    """What the bureau is shown of the line: as it was when asked about."""
    works = works_of(advice)
    return {
        "works": works_rows(Round(**Round.columns(works))) if works else [],
        "package": package_words(as_asked(advice), works, advice.rules()),
    }


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    name: str
    number: str
    place: str
    applicant: str
    asked_at: datetime
    word: str
    tone: str


def rows_of(advices: Sequence[Advice]) -> list[Row]:
    """One query however many there are."""
    faces, nobody = seam.cases.faces({each.case_ref for each in advices}), Face("", "")
    return [_row(each, faces.get(each.case_ref, nobody)) for each in advices]


def _row(advice: Advice, face: Face) -> Row:
    return Row(
        pk=advice.pk,
        name=permit_name(advice.permit),
        number=advice.application,
        place=place_name(advice, face.street),
        applicant=face.applicant,
        asked_at=advice.asked_at,
        word=str(Verdict(advice.verdict).label) if advice.verdict else state_words(advice),
        tone=TONES.get(advice.verdict or advice.state, ""),
    )
