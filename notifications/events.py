from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message, Topic

EVENTS: Final = (
    # No entry: a code says nothing of a case.
    Event(
        "contact.code_sent",
        _("Code sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s"),
            _("It holds for %(minutes)s minutes. Nobody of ours will ever ask you for it."),
            channels=("sms", "email"),
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "account.sign_in_code_sent",
        _("Code for signing in sent"),
        receipt=False,
        message=Message(
            _("Your code to sign in is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. If you did not ask for it, do nothing: without "
                "it nobody signs in. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "account.closing_code_sent",
        _("Code for closing an account sent"),
        receipt=False,
        message=Message(
            _("Your code to close your account is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. If you did not ask for it, do nothing: without "
                "it nothing is closed. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "account.code_sent",
        _("Code for a new password sent"),
        receipt=False,
        message=Message(
            _("Your code for a new password is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. If you did not ask for it, do nothing: without "
                "it nothing changes. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "contract.code_sent",
        _("Code for signing a contract sent"),
        receipt=False,
        message=Message(
            _("Your code to sign the supply contract is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. Whoever types it in signs the contract that you "
                "have read. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
            topic=Topic.ACCOUNT,
        ),
    ),
    Event(
        "contact.link_sent",
        _("Link sent"),
        receipt=False,
        message=Message(
            _("Your application %(number)s"),
            _("Go on with it here: %(link)s. You will be asked for a code sent to this phone."),
            channels=("sms",),
            topic=Topic.ACCOUNT,
        ),
    ),
    # No entry: where somebody is told says nothing of a case.
    Event(
        "account.bound",
        _("A way to be told connected"),
        receipt=False,
        message=Message(
            _("Messages also reach you over %(channel)s from now on"),
            _("It was connected by a code shown in your account. If that was not you, end it."),
            channels=EVERYWHERE,
            topic=Topic.ACCOUNT,
        ),
    ),
    # No entry: it says nothing.
    Event("webhook.tested", _("A system tried"), receipt=False),
)
