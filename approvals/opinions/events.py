"""The events of an opinion, and what is said of it to whoever is asked and to the bureau."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from approvals.workflow import DECIDING
from core.events import Event, Message

ASKED_BY_LINK: Final = _(
    "%(bureau)s asks you about a permit. Open it here: %(link)s. You will be asked for a code, "
    "which goes to this phone. An opinion is taken until %(until)s; the bureau decides by itself, "
    "and you need not answer."
)
EVENTS: Final = (
    Event("opinion.asked", _("Opinion asked for"), receipt=False),
    Event("opinion.reminded", _("Reminded of an opinion"), receipt=False),
    Event("opinion.withdrawn", _("Request for an opinion withdrawn"), receipt=False),
    Event("opinion.opened", _("Opened by whoever was asked for an opinion"), receipt=False),
    Event(
        "opinion.given",
        _("Opinion given"),
        receipt=False,
        message=Message(
            _("Case %(number)s: an opinion was given"),
            _("Somebody whom your bureau had asked has answered (%(what)s). It binds nobody."),
            to=[DECIDING],
        ),
    ),
    # No entry: these say nothing of a step.
    Event(
        "opinion.link_sent",
        _("Link to a question sent"),
        receipt=False,
        message=Message(_("A bureau asks for your opinion"), ASKED_BY_LINK, channels=("sms",)),
    ),
    Event(
        "opinion.link_sent_again",
        _("Link to a question sent again"),
        receipt=False,
        message=Message(
            _("Reminder: a bureau asks for your opinion"), ASKED_BY_LINK, channels=("sms",)
        ),
    ),
    Event(
        "opinion.code_sent",
        _("Code for giving an opinion sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s"),
            _(
                "It holds for %(minutes)s minutes. Whoever types it in reads the bureau's question"
                " and answers it for you. Nobody of ours will ever ask you for it."
            ),
            channels=("sms",),
        ),
    ),
)
