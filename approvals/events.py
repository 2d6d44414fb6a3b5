"""What happens to a permit, and who is told of it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from approvals.workflow import (
    CHASED_BUREAU,
    CHASED_COMPANY,
    COORDINATOR,
    DECIDING,
    WITH_BUREAU,
)
from core.events import Event, Message

EVENTS: Final = (
    Event("permit.received", _("Permit applied for")),
    Event("permit.carried_over", _("Permit stays valid")),
    Event("permit.accepted", _("Accepted by the bureau")),
    Event(
        "permit.deemed_accepted", _("Accepted by silence of the bureau"),
        message=Message(
            _("Case %(number)s: a bureau was silent, a permit counts as accepted"),
            _("%(bureau)s neither accepted the application (%(what)s) nor asked for anything "
              "within the limit of intake. By article 32 of the Administrative Licensing Law it "
              "counts as accepted since %(since)s. Nothing more can be asked for; the decision is "
              "still to come."),
            variants={
                DECIDING: (
                    _("Case %(number)s: your bureau was silent, a permit counts as accepted"),
                    _("The limit of intake has passed without an answer. By article 32 of the "
                      "Administrative Licensing Law the application (%(what)s) counts as accepted "
                      "since %(since)s. Nothing more can be asked for: please decide."),
                ),
            },
            to=[DECIDING, "company", "applicant"],
        ),
    ),
    Event(
        "permit.supplement_requested", _("Bureau asked for a supplement"),
        message=Message(
            _("Case %(number)s: a bureau asks for a supplement"),
            _("The bureau has named everything that it needs. It asks only once."),
            to=["company"],
        ),
    ),
    Event("permit.supplement_supplied", _("Supplement to the bureau handed in")),
    Event(
        "permit.time_excluded", _("Suspended by law"),
        message=Message(
            _("Case %(number)s: a review is suspended by law"),
            _("The permit page shows the ground and how long it is expected to take."),
            to=["company"],
        ),
    ),
    Event("permit.time_resumed", _("Review resumed")),
    Event(
        "permit.road_approval_given", _("Government's approval to dig a closed road handed in"),
        message=Message(
            _("Case %(number)s: a government's approval was handed in"),
            _("The supply company has handed in the approval to dig a road that may not be dug "
              "(%(what)s). The permit page shows it."),
            to=[DECIDING],
            where=lambda permit: permit.state in WITH_BUREAU,
        ),
    ),
    Event(
        "permit.extended", _("Limit of the law extended"),
        message=Message(
            _("Case %(number)s: the limit of a permit was extended by law"),
            _("The lead of %(bureau)s has extended the limit that the law sets for the decision "
              "(%(what)s; Administrative Licensing Law, article 42). The reason stands with the "
              "permit. The city's own limit stays, and a decision after it stays marked late."),
            to=["company", "applicant"],
        ),
    ),
    Event("permit.committed", _("Granted on commitment")),
    Event(
        "permit.granted", _("Permit granted"),
        message=Message(
            _("Case %(number)s: a permit was granted"),
            _("The permit page shows its conditions."),
            to=["company"],
            where=lambda permit: bool(permit.conditions),
        ),
    ),
    Event("permit.paper_kept", _("Permit issued as a sealed file")),
    Event("permit.handed_out", _("Permit handed out at a service hall")),
    Event(
        "permit.refused", _("Permit refused"),
        message=Message(
            _("Case %(number)s: a permit was refused"),
            _("%(bureau)s has refused the permit (%(what)s). Reason and clause stand with the "
              "permit. What can be done against the decision: %(remedies)s."),
            to=["company", "applicant"],
        ),
    ),
    Event(
        "permit.chased", _("Chased"),
        message=Message(
            _("Case %(number)s: a permit is waited for"),
            _("Who coordinates the set of permits asks what keeps one (%(what)s, %(bureau)s). "
              "Please take the step that is yours, or answer on the page of the permit."),
            to=[CHASED_BUREAU, CHASED_COMPANY],
        ),
    ),
    Event(
        "permit.chase_answered", _("Chase answered"),
        message=Message(
            _("Case %(number)s: a chase was answered"),
            _("The page of the permit shows the answer (%(what)s, %(bureau)s)."),
            to=[COORDINATOR],
        ),
    ),
    Event("permit.withdrawn", _("Permit withdrawn with its case")),
)  # fmt: skip
