"""The events of a case: what each is called, whether a receipt is given, what is said of it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.states import State
from core.events import EVERYWHERE, OWN, Event, Message
from core.problems import Text

BACK_TO_YOU: Final = _(
    "Read the findings on the case page, mend what they name and report once more."
)

#: What the law leaves out of a review (行政许可法 45), as the message names it.
GROUNDS: Final[dict[str, Text]] = {
    "hearing": ngettext_lazy(
        "A hearing is held; %(days)s working day is expected.",
        "A hearing is held; %(days)s working days are expected.",
        "days",
    ),
    "tender": ngettext_lazy(
        "A tender is held; %(days)s working day is expected.",
        "A tender is held; %(days)s working days are expected.",
        "days",
    ),
    "auction": ngettext_lazy(
        "An auction is held; %(days)s working day is expected.",
        "An auction is held; %(days)s working days are expected.",
        "days",
    ),
    "inspection": ngettext_lazy(
        "Something is inspected; %(days)s working day is expected.",
        "Something is inspected; %(days)s working days are expected.",
        "days",
    ),
    "testing": ngettext_lazy(
        "Something is tested; %(days)s working day is expected.",
        "Something is tested; %(days)s working days are expected.",
        "days",
    ),
    "quarantine": ngettext_lazy(
        "There is a quarantine; %(days)s working day is expected.",
        "There is a quarantine; %(days)s working days are expected.",
        "days",
    ),
    "appraisal": ngettext_lazy(
        "There is an appraisal; %(days)s working day is expected.",
        "There is an appraisal; %(days)s working days are expected.",
        "days",
    ),
    "expert_review": ngettext_lazy(
        "Experts review the case; %(days)s working day is expected.",
        "Experts review the case; %(days)s working days are expected.",
        "days",
    ),
}
SUSPENDED: Final = _("Case %(number)s: a bureau's review is suspended by law")


def told(
    title: Text, body: Text, outcomes: Mapping[str, tuple[Text, Text]] | None = None, **more: Any
) -> Message:
    return Message(title, body, outcomes or {}, to=["applicant"], **more)


FILED: Final = _("Case %(number)s has been filed")
ACCEPTED: Final = _("Case %(number)s has been accepted")
#: Of a step that somebody else took for the applicant, named by the title.
FOR_YOU: Final = _("It was done for you. The case page shows when and by whom.")

EVENTS: Final = (
    Event("case.identity_shown", _("Name, number and phone seen in full"), receipt=False),
    Event("case.erased", _("Personal data and files erased"), receipt=False),
    Event("case.drafted", _("Draft begun"), receipt=False),
    Event("case.draft_changed", _("Draft changed"), receipt=False),
    Event("case.document_received", _("Document handed in")),
    Event(
        "case.document_infected",
        _("Virus found in a document"),
        receipt=False,
        message=told(
            _("Case %(number)s: a virus was found in a file"),
            _(
                "%(document)s: the file does not count and nobody can open it. Check your device, "
                "then make the file once more and hand it in on the page of the case."
            ),
            channels=EVERYWHERE,
        ),
    ),
    Event("case.contract_kept", _("Signed contract kept as PDF")),
    Event(
        "case.submitted",
        _("Application filed"),
        message=told(
            FILED,
            _("The application was filed for you at a counter. Its clock runs from now on."),
            variants={OWN: (FILED, _("Its clock runs from now on."))},
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.supplement_requested",
        _("Supplement asked for"),
        message=told(
            _("Case %(number)s: something is missing"),
            _("The supply company has named, once and completely, what it needs. Please add it."),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.supplement_supplied",
        _("Supplement handed in"),
        message=told(
            _("Case %(number)s: the supplement is in"),
            _("What was missing has been added. The case is with the supply company again."),
        ),
    ),
    Event(
        "case.accepted",
        _("Application accepted"),
        message=told(
            ACCEPTED,
            _("Your application is complete. The case page shows the next step."),
            variants={
                "low": (
                    ACCEPTED,
                    _("Your application is complete. The contract is the next step: please sign."),
                ),
                "high": (
                    ACCEPTED,
                    _("Your application is complete. The supply company now makes a supply plan."),
                ),
            },
        ),
    ),
    Event(
        "case.design_submitted",
        _("Design handed in"),
        message=told(_("Case %(number)s: the design was handed in"), FOR_YOU),
    ),
    Event(
        "case.design_reviewed",
        _("Design reviewed"),
        outcomes={
            State.DESIGN_PASSED: _("Design passed"),
            State.PLAN_CONFIRMED: _("Design returned with findings"),
        },
        message=told(
            _("Case %(number)s: the design needs changes"),
            BACK_TO_YOU,
            {
                "design_passed": (
                    _("Case %(number)s: the design has passed"),
                    _("The supply company now applies for the permits of the line."),
                )
            },
        ),
    ),
    Event(
        "case.contract_signed",
        _("Contract signed"),
        message=told(
            _("Case %(number)s: the contract is signed"),
            _("Nothing more is asked of you at the moment."),
        ),
    ),
    Event(
        "case.line_works_posted",
        _("All permits applied for at once"),
        outcomes={State.PERMITS_GRANTED: _("Line works entered: no permit is needed")},
        message=told(
            _("Case %(number)s: the permits are under way"),
            _("The supply company has applied for every permit of the line at once."),
            {
                "permits_granted": (
                    _("Case %(number)s: the line needs no permit"),
                    _("The supply company has entered the line. The works can start."),
                )
            },
        ),
    ),
    Event(
        "case.line_works_changed",
        _("Changed line entered"),
        outcomes={State.PERMITS_GRANTED: _("Changed line entered: no further permit is needed")},
        message=told(
            _("Case %(number)s: the line has been changed"),
            _("A permit was refused. The permits that the changed line needs are applied for."),
            {
                "permits_granted": (
                    _("Case %(number)s: the line has been changed"),
                    _("A permit was refused. The changed line needs none. The works can start."),
                )
            },
        ),
    ),
    Event(
        "case.permits_joined",
        _("Last permit decided"),
        outcomes={
            State.PERMITS_GRANTED: _("Permits complete"),
            State.REPLANNING: _("A permit was refused: the line is changed"),
        },
        message=told(
            _("Case %(number)s: the permits are complete"),
            _("Every permit of the line is granted. The works can start."),
            {
                "replanning": (
                    _("Case %(number)s: a permit was refused"),
                    _(
                        "The case shows the reason and the clause. The supply company changes the "
                        "line; permits that it does not touch stay."
                    ),
                )
            },
        ),
    ),
    Event(
        "case.permit_lost",
        _("A permit was revoked: the line is changed"),
        message=told(
            _("Case %(number)s: the works stop, because a permit was revoked"),
            _(
                "A commitment was not kept, so a bureau has revoked its permit. The supply company "
                "applies for it anew; the other permits stay. No limit of yours changes."
            ),
        ),
    ),
    Event(
        "case.works_started",
        _("Works started"),
        message=told(
            _("Case %(number)s: the works have started"), _("The case page shows how far they are.")
        ),
    ),
    Event(
        "case.inspection_requested",
        _("Inspection requested"),
        message=told(_("Case %(number)s: the inspection was requested"), FOR_YOU),
    ),
    Event(
        "case.inspected",
        _("Inspected"),
        outcomes={
            State.INSPECTED: _("Inspection passed"),
            State.WORKS: _("Inspection found faults"),
        },
        message=told(
            _("Case %(number)s: the inspection found faults"),
            BACK_TO_YOU,
            {
                "inspected": (
                    _("Case %(number)s: the inspection has passed"),
                    _("Go on with the works and report when they are complete."),
                )
            },
        ),
    ),
    Event(
        "case.completion_reported",
        _("Completion reported"),
        message=told(_("Case %(number)s: completion was reported"), FOR_YOU),
    ),
    Event(
        "case.completion_inspected",
        _("Completion inspected"),
        outcomes={
            State.COMPLETION_PASSED: _("Completion inspection passed"),
            State.WORKS: _("Completion inspection found faults"),
            State.INSPECTED: _("Completion inspection found faults"),
        },
        message=told(
            _("Case %(number)s: the completion inspection found faults"),
            BACK_TO_YOU,
            {
                "completion_passed": (
                    _("Case %(number)s: the completion inspection has passed"),
                    _("The contract is the next step: please sign it."),
                )
            },
        ),
    ),
    Event(
        "case.energised",
        _("Power switched on"),
        message=told(
            _("Case %(number)s: you have electricity"),
            _("The meter is in place and the supply is on. Please tell us how it went."),
            channels=EVERYWHERE,
        ),
    ),
    Event("case.went_online", _("Gone on with online")),
    Event("case.corrected", _("Phone number corrected")),
    Event("case.searched", _("Cases looked for by name, phone or address"), receipt=False),
    Event("account.closed", _("Account closed by its person"), receipt=False),
    # No entry: these two say nothing of a step.
    Event(
        "case.phone_code_sent",
        _("Code for a corrected phone number sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. With it this phone becomes the phone of an"
                " application. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
        ),
    ),
    Event(
        "case.phone_corrected",
        _("Phone number corrected"),
        receipt=False,
        message=Message(
            _("Application %(number)s has another phone number from now on"),
            _("If that was not you, ring 95598 or 96598 now."),
            channels=("sms",),
        ),
    ),
    Event(
        "case.acceptance_rated",
        _("Acceptance rated"),
        message=told(_("Case %(number)s: the acceptance was rated"), FOR_YOU),
    ),
    Event(
        "case.rated",
        _("Service rated"),
        message=told(_("Case %(number)s: the service was rated"), FOR_YOU),
    ),
    # No entry of its own: the rating's is its beginning.
    Event(
        "follow_up.opened",
        _("Follow-up of a low rating opened"),
        receipt=False,
        message=Message(
            _("Case %(number)s was rated low: please follow it up"),
            _(
                "Read what the applicant says, see that it is put right, and speak to the "
                "applicant. The page says by when."
            ),
            to=["lead"],
        ),
    ),
    Event(
        "follow_up.attempted",
        _("Applicant not reached for the follow-up of a low rating"),
        receipt=False,
    ),
    Event(
        "follow_up.closed",
        _("Follow-up of a low rating closed"),
        receipt=False,
        message=told(
            _("Case %(number)s: your rating was followed up"),
            _(
                "The supply company has written down what you told it and what was put right. "
                "The case page shows it; if it is not so, the hotlines are there for you."
            ),
        ),
    ),
    # No entry of its own: the breach of the clock is.
    Event(
        "follow_up.late",
        _("Follow-up of a low rating is late"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the follow-up of a low rating is late"),
            _("Its last day has passed and it is not closed."),
            to=["lead", "regulator"],
        ),
    ),
    Event(
        "case.withdrawn",
        _("Application withdrawn"),
        message=told(
            _("Case %(number)s has been withdrawn"),
            _("Filing again for the same address continues its clock."),
        ),
    ),
    # No entry of the case's own: what the applicant is told of the permit's.
    Event(
        "case.time_excluded",
        SUSPENDED,
        receipt=False,
        message=told(
            SUSPENDED,
            _("The case page shows the ground."),
            {ground: (SUSPENDED, text) for ground, text in GROUNDS.items()},
        ),
    ),
)
