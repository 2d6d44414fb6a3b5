"""The events of a referral, and what is said of it to the other city's office and the customer."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

#: Whoever asked for a code knows what for; the message says it to whoever did not.
CODE_NOTE: Final = _(
    "It holds for %(minutes)s minutes. Whoever types it in reads what was passed on to your office."
    " Nobody of ours will ever ask you for it."
)
EVENTS: Final = (
    Event("referral.sent", _("Application for another city passed on")),
    Event("referral.opened", _("Opened by the other city's office"), receipt=False),
    Event(
        "referral.acknowledged",
        _("The other city's office confirmed that it has it"),
        message=Message(
            _("%(number)s was taken in by the office of %(city)s"),
            _(
                "The office there goes on with it. Its own number, where it gave one, is on the"
                " page."
            ),
            to=("counter",),
        ),
    ),
    Event(
        "referral.declined",
        _("Declined by the other city's office"),
        message=Message(
            _("%(number)s was declined by the office of %(city)s"),
            _("The page says why. Please speak to the customer."),
            to=("counter",),
        ),
    ),
    Event("referral.withdrawn", _("Taken back for the customer")),
    Event(
        "referral.reminded",
        _("The other city's office was reminded"),
        receipt=False,
        message=Message(
            _("%(number)s is not confirmed by the office of %(city)s"),
            _(
                "It was reminded and got the link again. Please ring it: its telephone is on the"
                " page."
            ),
            to=("counter",),
        ),
    ),
    Event("referral.erased", _("Personal data erased"), receipt=False),
    Event("registered_office.added", _("Office of another city added"), receipt=False),
    Event("registered_office.ended", _("Office of another city ended"), receipt=False),
    # No entry: these say nothing of a step.
    Event(
        "referral.link_sent",
        _("Link to what was passed on"),
        receipt=False,
        message=Message(
            _("An application for your city: %(number)s"),
            _(
                "Open it here: %(link)s. You will be asked for a code, which goes to your office's "
                "registered phone. Please confirm there that you have it."
            ),
            channels=("sms", "email"),
        ),
    ),
    Event(
        "referral.customer_told",
        _("Word to the customer of what was passed on"),
        receipt=False,
        message=Message(
            _("Your application %(number)s was passed on to %(city)s"),
            _("You can follow it with this number and your phone number, under Progress."),
            outcomes={
                "acknowledged": (
                    _("Your application %(number)s was taken in by the office of %(city)s"),
                    _("The office there goes on with it. Its telephone is under Progress."),
                ),
                "declined": (
                    _("Your application %(number)s was declined by the office of %(city)s"),
                    _("Under Progress you read why. Ring our counter or the office there."),
                ),
            },
            channels=("sms",),
        ),
    ),
    Event(
        "referral.consent_code_sent",
        _("Code for agreeing to passing data on sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. Whoever you tell it at the counter may pass your"
                " application on to the other city, as you were told. Tell it to nobody else."
            ),
            channels=("sms",),
        ),
    ),
    Event(
        "referral.office_code_sent",
        _("Code for opening what was passed on sent"),
        receipt=False,
        message=Message(_("Your code is %(code)s"), CODE_NOTE, channels=("sms",)),
    ),
)
