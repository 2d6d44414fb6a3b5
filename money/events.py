"""The events of charges, payments and refunds, and what is said of them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

#: Somebody is paid who is affiliated with the supply company.
TAKEN_BACK: Final = _("Case %(number)s: the charge of CNY %(amount)s is taken back")
SURPLUS: Final = _("Payment received when nothing was to be paid by it any more")
CAME_BESIDES: Final = _("Case %(number)s: CNY %(amount)s came when nothing was to be paid by it")
DEALT_WITH: Final = _("It is refunded, or counted for the charge where that is still due.")
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
            on_site=("regulator",),
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
    Event("payment.ordered", _("Gone on to pay online")),
    Event(
        "payment.received",
        _("Payment received"),
        outcomes={"surplus": SURPLUS},
        message=Message(
            _("Case %(number)s: CNY %(amount)s were received"),
            _("The page of the charge has the payment, and its receipt."),
            outcomes={"surplus": (CAME_BESIDES, DEALT_WITH)},
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "payment.surplus",
        SURPLUS,
        message=Message(
            CAME_BESIDES,
            DEALT_WITH,
            to=("applicant", "desk"),
            channels=EVERYWHERE,
            on_site=("desk",),
        ),
    ),
    Event(
        "payment.questioned",
        _("Payment is not what was ordered"),
        receipt=False,
        message=Message(
            _("Case %(number)s: what was paid is not the CNY %(amount)s that were ordered"),
            _("It does not count as paid. Ask the payment provider, and say what becomes of it."),
            to=("desk",),
        ),
    ),
    Event("payment.closed", _("Order closed without payment"), receipt=False),
    Event(
        "payment.dismissed",
        _("Payment that was not as ordered dealt with"),
        message=Message(
            _("Case %(number)s: what you paid was not as ordered, and was dealt with"),
            _("The page of the charge says what became of the money."),
            to=("applicant",),
        ),
    ),
    Event(
        "payment.applied",
        _("Late payment counted for the charge"),
        message=Message(
            _("Case %(number)s: the CNY %(amount)s that came late pay the charge"),
            _("The page of the charge has the payment, and its receipt."),
            to=("applicant",),
        ),
    ),
    Event("payment.refunded", _("Payment refunded in whole"), receipt=False),
    Event(
        "refund.asked",
        _("Refund asked for"),
        message=Message(
            _("Case %(number)s: CNY %(amount)s are being refunded"),
            _("The page of the charge says why. The provider gives it back to where it came from."),
            to=("applicant",),
        ),
    ),
    Event(
        "refund.done",
        _("Refunded"),
        message=Message(
            _("Case %(number)s: CNY %(amount)s were refunded"),
            _("The page of the charge has the refund, and its receipt."),
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "refund.failed",
        _("Refund failed"),
        message=Message(
            _("Case %(number)s: the refund of CNY %(amount)s failed"),
            _("Try it again on the page of the charge, or ask the payment provider."),
            to=("desk",),
        ),
    ),
    Event(
        "refund.closed",
        _("Refund closed: nothing was given back"),
        message=Message(
            _("Case %(number)s: the refund of CNY %(amount)s failed"),
            _("The provider has closed it: ask for another one on the page of the charge."),
            to=("desk",),
        ),
    ),
    Event("refund.retried", _("Refund tried again"), receipt=False),
)
