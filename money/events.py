"""The events of charges, and what is said of them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

#: Somebody is paid who is affiliated with the supply company.
TAKEN_BACK: Final = _("Case %(number)s: the charge of CNY %(amount)s is taken back")
AFFILIATE: Final = "affiliate"
EVENTS: Final = (
    Event(
        "case.charged",
        _("Charge entered"),
        message=Message(
            _("Case %(number)s: you are charged CNY %(amount)s"),
            _(
                "The case page shows the item of the published catalogue, its legal basis, and "
                "who is paid."
            ),
            variants={
                AFFILIATE: (
                    _("Case %(number)s: CNY %(amount)s are charged to be paid to an affiliate"),
                    _(
                        "Who is paid is affiliated with the supply company. The case page shows "
                        "what it is to the company, the item of the published catalogue and its "
                        "legal basis."
                    ),
                )
            },
            to=("applicant", "regulator"),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "charge.withdrawn",
        _("Charge taken back"),
        message=Message(
            TAKEN_BACK,
            _("The page of the charge says why. Nothing is owed."),
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "charge.lapsed",
        _("Charge taken back: the case has ended"),
        receipt=False,
        message=Message(
            TAKEN_BACK,
            _("The case has ended before it was paid. Nothing is owed."),
            to=("applicant",),
        ),
    ),
    Event("charge.annulled", _("Charge taken back after a complaint")),
    Event("charge.paid", _("Charge paid"), receipt=False),
    Event("charge.refunded", _("Charge refunded in whole"), receipt=False),
)
