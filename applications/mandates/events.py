"""What people are told of mandates, and of a case that is handed over."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message, Topic

EVENTS: Final = (
    # Told to those who had it, by the act itself.
    Event(
        "case.handed_over",
        _("Handed over"),
        message=Message(
            _("Case %(number)s is handed over"),
            _(
                "Whoever you offered it to has taken it. You read and do nothing in it any more; "
                "receipts of what was done until then stay good."
            ),
            channels=EVERYWHERE,
            topic=Topic.ACCOUNT,
        ),
    ),
    # No entries: who acts for whom says nothing of a case.
    Event(
        "mandate.code_sent",
        _("Code for a mandate sent"),
        receipt=False,
        message=Message(
            _("Your code to let an account act for you is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. With it an account reads your application and "
                "acts in it. Give it to nobody: type it in yourself, where you read what it is for."
            ),
            channels=("sms",),
        ),
    ),
    Event(
        "mandate.offered",
        _("Offer sent"),
        receipt=False,
        message=Message(
            _("You are asked something about an application for electricity"),
            _(
                "Read what and by whom: %(link)s. You will be asked for a code sent to this phone. "
                "If you know nothing of it, do nothing."
            ),
            channels=("sms",),
        ),
    ),
    Event(
        "mandate.given",
        _("Mandate given"),
        receipt=False,
        message=Message(
            _("An account acts for you from now on"),
            _("See which, what it may do and until when, and end it if it should not be so."),
            variants={
                "agent": (
                    _("You act for somebody from now on"),
                    _("See for whom, what you may do and until when; you can give it up."),
                )
            },
            channels=EVERYWHERE,
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "mandate.ended",
        _("Mandate ended"),
        receipt=False,
        message=Message(
            _("A mandate has ended"),
            _("Who acts for whom, and who did until when, is on the page of mandates."),
        ),
    ),
)
