"""The events of charges, and what is said of them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

CHARGED: Final = "case.charged"
#: Somebody is paid who is affiliated with the supply company.
AFFILIATE: Final = "affiliate"
EVENTS: Final = (
    Event(
        CHARGED,
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
            channels=EVERYWHERE,
        ),
    ),
)
