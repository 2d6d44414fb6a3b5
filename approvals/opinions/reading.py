"""Opinions in words: on the page of a permit, in lists, and for whoever is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Permit
from approvals.offices import office_of
from approvals.opinions.actions import OPINIONS
from approvals.opinions.models import Opinion, Standing
from approvals.opinions.queries import Tally, of_set, reads_whole, tally
from approvals.opinions.serializers import Part, Position
from approvals.packages.drawing import drawn
from approvals.packages.models import Package
from approvals.packages.needs import document_name
from approvals.packages.reading import Seen, rows_of
from approvals.seam import Face, seam
from approvals.wording import permit_name, place_name, works_rows
from core.templatetags.city import day, instant, masked_phone
from workflow.buttons import Button, buttons
from workflow.machine import acts_of

STANDING_TONES: Final[dict[str, str]] = {
    Standing.WAITING: "primary",
    Standing.GIVEN: "success",
    Standing.NO_ANSWER: "warning",
    Standing.WITHDRAWN: "",
}
POSITION_TONES: Final[dict[str, str]] = {
    Position.FAVOURABLE: "success",
    Position.UNFAVOURABLE: "danger",
    Position.NO_VIEW: "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An opinion as one reader sees it; `acts` are what the reader may do with it now."""

    opinion: Opinion
    heading: str
    text: str
    tone: str
    facts: list[dict[str, Any]]
    acts: list[Button]


def opinions_words(permit: Permit, user: User, now: datetime) -> dict[str, Any]:
    """What `approvals/_opinions.html` draws: the opinions of a permit's whole set, and whether the
    reader may ask for one more."""
    found, whole = of_set(permit, now), reads_whole(permit, user)
    asking = Opinion(permit=permit)
    asks = acts_of(Opinion)["ask"].is_for(asking, user)
    return {
        "rows": [row_of(opinion, permit, user, whole=whole) for opinion in found],
        "may_ask": asks and OPINIONS.why_not(asking, "ask") is None,
        "by_permit": by_permit(found),
    }


def row_of(opinion: Opinion, permit: Permit, user: User, *, whole: bool) -> Row:
    standing = opinion.standing
    text, tone = str(standing.label), STANDING_TONES[standing]
    if whole and opinion.position:
        position = Position(opinion.position)
        text, tone = str(position.label), POSITION_TONES[position]
    own = opinion.permit_id == permit.pk
    if own:
        opinion.permit = permit
    return Row(
        opinion=opinion,
        heading=heading_of(opinion),
        text=text,
        tone=tone,
        facts=facts_of(opinion, whole=whole),
        acts=[one for one in buttons(OPINIONS, opinion, user) if one.allowed] if own else [],
    )


def heading_of(opinion: Opinion) -> str:
    permit = opinion.permit
    values = {"permit": permit_name(permit.permit), "bureau": office_of(permit)}
    return _("%(permit)s, asked by %(bureau)s") % values


def facts_of(opinion: Opinion, *, whole: bool) -> list[dict[str, Any]]:
    """The phone is masked, and there only while it is needed."""
    private = [
        (_("Who was asked"), " ".join(filter(None, (opinion.name, masked_phone(opinion.phone))))),
        (_("Question to them"), opinion.question),
        (_("What is shown"), shown_words(opinion)),
    ]
    answered = [(_("In their words"), opinion.words)]
    dates = [
        (_("Asked for on"), instant(opinion.asked_at)),
        (_("Last day for an answer"), day(opinion.answer_by)),
        (_("Reminded on"), instant(opinion.reminded_at)),
        (_("Last opened on"), instant(opinion.opened_at) if whole else ""),
        (_("Answered on"), instant(opinion.answered_at)),
        (_("Withdrawn on"), instant(opinion.withdrawn_at)),
    ]
    rows = [*private, *dates, *answered] if whole else dates
    return [{"key": key, "value": value} for key, value in rows if value]


def shown_words(opinion: Opinion) -> str:
    names = [str(Part(part).label) for part in opinion.parts]
    names += [document_name(file.requirement) for file in opinion.shown_files()]
    return _("; ").join(names)


def tally_words(found: Tally) -> str:
    """Empty where nobody was asked."""
    if not found.asked:
        return ""
    return _("Opinions: %(answered)d of %(asked)d given") % found._asdict()


def by_permit(opinions: Sequence[Opinion]) -> dict[str, str]:
    """By the code of each permit of a set that somebody was asked about, how many have answered."""
    codes = dict.fromkeys(opinion.permit.permit for opinion in opinions)
    tallies = {code: tally(one for one in opinions if one.permit.permit == code) for code in codes}
    return {
        code: _("%(answered)d of %(asked)d given") % found._asdict()
        for code, found in tallies.items()
        if found.asked
    }


def question_words(opinion: Opinion) -> dict[str, Any]:
    """What whoever is asked reads beside the question: the parts that were chosen, and no more."""
    permit, parts = opinion.permit, set(opinion.parts)
    line, package = permit.line_works, Package.objects.filter(round=permit.round_id).first()
    rows: list[dict[str, str]] = []
    if Part.AREA in parts:
        face = seam.cases.faces({permit.case_ref}).get(permit.case_ref, Face("", ""))
        rows.append({"key": _("Where"), "value": place_name(line, face.street)})
    if Part.WORKS in parts:
        rows += works_rows(permit.round)
    if Part.SCHEDULE in parts and package:
        rows += rows_of(Seen(package, line.application, ()), drawn_m=None, declared=None)
    return {
        "rows": rows,
        "drawing": drawn(package.route) if Part.ROUTE in parts and package else None,
        "files": [
            {"name": document_name(file.requirement), "file": file}
            for file in opinion.shown_files()
        ],
    }
