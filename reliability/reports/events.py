"""The events of reports from the public. What was seen, where and by whom stands with the report,
and in no message."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

#: How whoever has no account finds a report again.
FOLLOWED: Final = _("Under Progress you read it with this number, your phone and a code.")
OFFICES: Final = ("company", "bureau", "lead")

EVENTS: Final = (
    Event(
        "report.made",
        _("Reported by the public"),
        receipt=False,
        message=Message(
            _("Report %(number)s waits for you"),
            _("Its page says what was reported, and by when it is to be answered."),
            variants={
                "heard": (
                    _("Report %(number)s: you hear of it"),
                    _("Another office works it. Its page says what was reported."),
                ),
                "phone": (_("Your report %(number)s is taken in"), FOLLOWED),
            },
            to=[*OFFICES, "hearers"],
        ),
    ),
    Event("report.taken_on", _("Report taken on"), receipt=False),
    Event("report.noted", _("Noted what was found"), receipt=False),
    Event(
        "report.handed_over",
        _("Report handed over to another office"),
        receipt=False,
        message=Message(
            _("Report %(number)s is handed over to you"),
            _("Its page says why, and by when it is to be answered: the time runs on."),
            to=OFFICES,
        ),
    ),
    Event(
        "report.joined",
        _("Report joined to another one"),
        receipt=False,
        message=Message(
            _("Report %(number)s is joined to another one of the same"),
            _("It is answered with that one. The outcome comes to your page as well."),
            to=["reporter"],
        ),
    ),
    Event("report.closed", _("Report closed with an answer"), receipt=False),
    Event("report.outage_linked", _("Outage of the report entered"), receipt=False),
    Event("report.reporter_shown", _("Phone of whoever reported was seen"), receipt=False),
    Event("report.erased", _("Personal data erased"), receipt=False),
    # No entries of their own: what whoever reported is told of the outcome, of the own report or of
    # the one that it is joined to; and what is told where its clock is recorded as late.
    Event(
        "report.answered",
        _("Report answered"),
        receipt=False,
        message=Message(
            _("Your report %(number)s is answered"),
            _("Outcome and answer stand on the page of the report."),
            variants={"phone": (_("Your report %(number)s is answered"), FOLLOWED)},
            to=["reporter"],
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "report.late",
        _("Report answered too late"),
        receipt=False,
        message=Message(
            _("Report %(number)s was not answered in time"),
            _("Its last day has passed. The regulator sees that."),
            variants={
                "own_report": (
                    _("Your report %(number)s was not answered in time"),
                    _("Its last day has passed. The regulator sees that."),
                ),
                "phone": (
                    _("Your report %(number)s was not answered in time"),
                    _("Its last day has passed. The regulator sees that."),
                ),
            },
            to=[*OFFICES, "reporter"],
        ),
    ),
)
