"""The events of complaints about interruptions. What was said stands with the complaint, and in no
entry and no message."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

#: How whoever has no account finds a complaint again.
FOLLOWED: Final = _(
    "Under “Power cut off wrongly” you read it with this number, your phone and a code."
)

#: Nobody mails a desk, but its phone tells it of what cannot wait.
AT_ONCE: Final = ("site", "sms")

EVENTS: Final = (
    Event(
        "interruption.complained",
        _("Complaint about an interruption"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s: the supply of an enterprise was interrupted"),
            _("Its page says what is complained of, and by when the regulator decides."),
            variants={
                "phone": (_("Your complaint %(number)s is with the regulator"), FOLLOWED),
            },
            to=["company", "regulator"],
        ),
    ),
    # No entry of its own: the same, where the power is still off.
    Event(
        "interruption.urgent",
        _("Complaint about an interruption, power still off"),
        receipt=False,
        message=Message(
            _("Urgent: complaint %(number)s, the power of an enterprise is off"),
            _("It says that its supply was cut wrongly and is off still. Look at it at once."),
            to=["company", "regulator"],
            channels=AT_ONCE,
            urgent=True,
        ),
    ),
    Event(
        "interruption.restored",
        _("Power back, by whoever complained"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s: the power is back"),
            _("So says whoever complained. The complaint goes on."),
            to=["company", "regulator"],
        ),
    ),
    Event("interruption.evidenced", _("Files added to a complaint"), receipt=False),
    Event(
        "interruption.explained",
        _("Interruption explained by the supply company"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s: the supply company has explained the interruption"),
            _("The explanation stands on the page of the complaint. The regulator decides."),
            to=["complainant", "regulator"],
        ),
    ),
    Event(
        "interruption.upheld",
        _("Complaint about an interruption upheld"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s about an interruption is upheld"),
            _("The reasons stand on the page of the complaint. An order may follow."),
            variants={
                "phone": (_("Your complaint %(number)s is decided"), FOLLOWED),
            },
            to=["complainant", "company"],
            channels=EVERYWHERE,
            on_site=["company"],
        ),
    ),
    Event(
        "interruption.dismissed",
        _("Complaint about an interruption dismissed"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s about an interruption is dismissed"),
            _("The reasons stand on the page of the complaint."),
            variants={
                "phone": (_("Your complaint %(number)s is decided"), FOLLOWED),
            },
            to=["complainant", "company"],
            channels=EVERYWHERE,
            on_site=["company"],
        ),
    ),
    # The supply company has the message of the order itself.
    Event(
        "interruption.ordered",
        _("Order issued on a complaint about an interruption"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s: the supply company was ordered to put it right"),
            _("By when stands on the page of the complaint."),
            to=["complainant"],
        ),
    ),
    Event(
        "interruption.withdrawn",
        _("Complaint about an interruption withdrawn"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s about an interruption is withdrawn"),
            _("Nothing more is asked of you."),
            to=["company", "regulator"],
        ),
    ),
    # No entry of its own: what is told where its clock is recorded as late.
    Event(
        "interruption.late",
        _("Complaint about an interruption decided too late"),
        receipt=False,
        message=Message(
            _("Complaint %(number)s about an interruption was not decided in time"),
            _("Its last day has passed."),
            to=["complainant", "regulator"],
        ),
    ),
    Event("interruption.erased", _("Personal data erased"), receipt=False),
)
