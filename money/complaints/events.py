"""The events of complaints about charges. What was said stands with the complaint, and in no entry
and no message."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

EVENTS: Final = (
    Event(
        "complaint.made",
        _("Complaint about a charge"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a complaint about a charge"),
            _(
                "Its page says what is complained of, and by when the regulator decides. The case "
                "goes on meanwhile, and all its limits run on."
            ),
            to=["company", "regulator"],
        ),
    ),
    Event(
        "complaint.explained",
        _("Charge explained by the supply company"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the supply company has explained the charge"),
            _("The explanation stands on the page of the complaint. The regulator decides."),
            to=["applicant", "regulator"],
        ),
    ),
    Event(
        "complaint.upheld",
        _("Complaint upheld, charge taken back"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the complaint about a charge is upheld"),
            _("The charge is taken back. The reasons stand on the page of the complaint."),
            to=["applicant"],
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "complaint.dismissed",
        _("Complaint dismissed, charge stands"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the complaint about a charge is dismissed"),
            _("The charge stands. The reasons stand on the page of the complaint."),
            to=["applicant"],
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "complaint.withdrawn",
        _("Complaint withdrawn"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the complaint about a charge is withdrawn"),
            _("The charge stands."),
            to=["company", "regulator"],
        ),
    ),
    # No entries of their own: what the desk is told of a decision, on this site alone; and what is
    # told where its clock is recorded as late.
    Event(
        "complaint.decided",
        _("Complaint decided"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a complaint about a charge is decided"),
            _("The decision and its reasons stand on the page of the complaint."),
            to=["company"],
        ),
    ),
    Event(
        "complaint.late",
        _("Complaint decided too late"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a complaint about a charge was not decided in time"),
            _("Its last day has passed. The charge is not due until it is decided."),
            to=["applicant", "regulator"],
        ),
    ),
)
