"""The states of a case, and whose turn it is in each."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rules.names import Kind


class State(TextChoices):
    """Every state of the machines; which of them a kind has, its machine says."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Application filed")
    SUPPLEMENT = "supplement", _("Supplement asked for")
    ACCEPTED = "accepted", _("Accepted")
    PLAN_REPLIED = "plan_replied", _("Supply plan replied")
    PLAN_CONFIRMED = "plan_confirmed", _("Supply plan confirmed")
    DESIGN_SUBMITTED = "design_submitted", _("Design handed in")
    DESIGN_PASSED = "design_passed", _("Design passed")
    PERMITS = "permits", _("Permits under way")
    REPLANNING = "replanning", _("Line being changed after a refusal")
    PERMITS_GRANTED = "permits_granted", _("Permits complete")
    WORKS = "works", _("Works under way")
    INSPECTION_REQUESTED = "inspection_requested", _("Inspection requested")
    INSPECTED = "inspected", _("Inspection passed")
    COMPLETION_REPORTED = "completion_reported", _("Completion reported")
    COMPLETION_PASSED = "completion_passed", _("Completion inspection passed")
    CONTRACTED = "contracted", _("Contract signed")
    ENERGISED = "energised", _("Energised")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed: nothing came from the applicant")


class Holder(TextChoices):
    """The three parties, exactly one of which holds an open case at any moment."""

    SUPPLIER = "supplier", _("Supply company")
    APPLICANT = "applicant", _("Applicant")
    GOVERNMENT = "government", _("Government")


#: What the record says where nobody holds a case any more.
NOBODY: Final = "nobody"

LOW: Final = frozenset({Kind.RESIDENTIAL, Kind.LV_SMALL, Kind.LV_OTHER})
HIGH: Final = frozenset({Kind.HV_SINGLE, Kind.HV_DUAL})
ZERO_INVESTMENT: Final = frozenset({Kind.RESIDENTIAL, Kind.LV_SMALL})
#: Ended before there was power: filing again goes on with the first filing's clock.
BROKEN_OFF: Final = frozenset({State.WITHDRAWN, State.CLOSED})
ENDED: Final = BROKEN_OFF | {State.ENERGISED}
#: With a supply plan that nothing has been built by yet: it has to hold for the next step.
PLANNED: Final = frozenset(
    {
        State.PLAN_REPLIED,
        State.PLAN_CONFIRMED,
        State.DESIGN_SUBMITTED,
        State.DESIGN_PASSED,
    }
)
#: In which nothing has been accepted that could be rated.
NOT_ACCEPTED: Final = BROKEN_OFF | {State.DRAFT, State.SUBMITTED, State.SUPPLEMENT}

_APPLICANT_ALWAYS = frozenset(
    {
        State.DRAFT,
        State.SUPPLEMENT,
        State.PLAN_REPLIED,
        State.INSPECTED,
        State.COMPLETION_PASSED,
    }
)
_APPLICANT_BY_KIND: dict[Kind, frozenset[State]] = {
    **dict.fromkeys(LOW, frozenset({State.ACCEPTED})),
    Kind.HV_SINGLE: frozenset({State.WORKS}),
    Kind.HV_DUAL: frozenset({State.WORKS, State.PLAN_CONFIRMED}),
}


def waits_in(kind: Kind) -> list[State]:
    """The states in which filed cases of a kind wait for the applicant."""
    asked = _APPLICANT_ALWAYS | _APPLICANT_BY_KIND[kind]
    return [state for state in State if state in asked - {State.DRAFT}]


def holder_in(
    kind: str,
    state: str,
    *,
    bureau_has_it: bool = True,
    signed: bool = False,
    building: bool = False,
) -> str:
    """Return a value of `Holder`; empty after the end.

    In `permits` without `bureau_has_it` the supply company is next (a commitment, a supplement);
    so it is once it has the paper that the customer of a counter `signed` for a step, and in
    `works` while it is `building` lines of the plan itself."""
    if state in ENDED:
        return ""
    if state in _APPLICANT_ALWAYS or state in _APPLICANT_BY_KIND[Kind(kind)]:
        ours = signed or (building and state == State.WORKS)
        return (Holder.SUPPLIER if ours else Holder.APPLICANT).value
    if state == State.PERMITS and bureau_has_it:
        return Holder.GOVERNMENT.value
    return Holder.SUPPLIER.value
