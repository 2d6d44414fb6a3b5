"""The events of orderly use."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    Event("orderly_plan.drafted", _("Plan of orderly use drafted"), receipt=False),
    Event("orderly_plan.changed", _("Draft of a plan of orderly use changed"), receipt=False),
    Event(
        "orderly_plan.issued",
        _("Plan of orderly use issued"),
        receipt=False,
        message=Message(
            _("Plan of orderly use issued: %(name)s"),
            _("What is to be shed at each level, and what is protected, stands on its page."),
            to=["regulator", "company"],
        ),
    ),
    Event(
        "orderly_district.awaited",
        _("Plan of a district asked for"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: hand in the plan of your district"),
            _("By when stands on its page."),
            to=["district"],
        ),
    ),
    Event(
        "orderly_district.handed_in",
        _("Plan of a district handed in"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: a district has handed in its plan"),
            _("Accept it, or give it back with reasons."),
            to=["lead_agency"],
        ),
    ),
    Event(
        "orderly_district.accepted",
        _("Plan of a district accepted"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: the plan of your district is accepted"),
            _("Nothing more is asked of you."),
            to=["district"],
        ),
    ),
    Event(
        "orderly_district.given_back",
        _("Plan of a district given back"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: the plan of your district was given back"),
            _("Its page says why, and by when it is to be handed in again."),
            to=["district"],
        ),
    ),
    Event(
        "orderly_district.chased",
        _("Late district chased"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: the plan of your district is late"),
            _("The regulator asks for it. Its page says what is asked."),
            to=["district"],
        ),
    ),
    Event(
        "orderly_execution.begun",
        _("Orderly use begun"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: carried out from now on"),
            _("At which level, where and why stands on its page."),
            to=["regulator", "lead_agency", "district"],
        ),
    ),
    Event(
        "orderly_execution.ended",
        _("Orderly use ended"),
        receipt=False,
        message=Message(
            _("Orderly use, %(name)s: ended"),
            _("What was shed stands on its page, where it was measured."),
            to=["regulator", "lead_agency", "district"],
        ),
    ),
    Event("orderly_execution.corrected", _("Execution of orderly use corrected"), receipt=False),
)
