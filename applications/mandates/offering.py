"""Offering a phone to act, or a case; and asking a customer for a mandate: one body, one SMS."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts import offers
from accounts.mandates import Offer, Right
from accounts.models import User
from accounts.offers import Terms
from applications.models import Application
from applications.queries import case_for
from applications.states import ENDED
from core.bodies import NEEDED, Body, ChoiceField, MobileField, WholeField, WordsField, read
from core.clock import end_of, local_date
from core.problems import FieldError, Invalid, Missing, Text
from notifications.addresses import Address
from notifications.outbox import send_code
from rules.delivery import Channel

#: What a right is, said to those who give it and those who take it.
RIGHT_HINTS: Final[dict[str, Text]] = {
    Right.READ: _("Sees the applications with everything in them."),
    Right.ACT: _("Fills in and files applications, hands in documents, reports and requests."),
    Right.SIGN: _("Also answers the supply plan, signs the contract and withdraws."),
    Right.MANAGE: _(
        "As you yourself: also rates, hands over, takes a copy of the data, and decides who acts."
    ),
}


def allowed_by(right: str) -> list[Text]:
    """All that a right allows, of those before it first; nothing for a case itself."""
    if right == Offer.HAND_OVER:
        return []
    return [RIGHT_HINTS[each] for each in Right if Right(right).includes(each)]


class OfferBody(Body):
    """Whom to ask by SMS, and for what."""

    phone = MobileField(
        label=_("Mobile phone"),
        help_text=_("A link is sent there. It opens nothing without a code sent to that phone."),
    )
    right = ChoiceField(Offer.RIGHTS, label=_("What may be done"))
    application = WordsField(
        label=_("Application number"),
        help_text=_("The one that it is for; none: all."),
        max_length=20,
        one_line=True,
        required=False,
    )
    last_day = serializers.DateField(
        label=_("Last day of the mandate"),
        help_text=_("On which it holds; without one, until somebody ends it."),
        required=False,
        allow_null=True,
        default=None,
        error_messages={"invalid": _("This is no day.")},
    )
    party = WholeField(
        label=_("Party"),
        help_text=_("For which of the parties that one is as; none: the own one."),
        required=False,
        allow_null=True,
        default=None,
    )
    asks = serializers.BooleanField(
        label=_("Ask the customer"),
        help_text=_("The phone is a customer's, who is asked for a mandate of one's own."),
        required=False,
        default=False,
    )

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        right, one = data.get("right"), bool(data.get("application"))
        if right == Offer.HAND_OVER:
            if not one:
                yield "application", NEEDED
            if data.get("last_day"):
                yield "last_day", _("Who takes a case over keeps it: there is no last day.")
        if data.get("asks") and right in (Offer.HAND_OVER, Right.MANAGE):
            yield "right", _("A customer is asked for no more than to act and sign.")
        if data.get("asks") and one:
            yield "application", _("A customer is asked for all that is filed with the mandate.")
        if right == Right.MANAGE and one:
            yield "right", _("Everything is for all applications, not for one.")

    def validate_last_day(self, day: Any) -> Any:
        if day is not None and day < local_date(timezone.now()):
            raise serializers.ValidationError([str(_("This day is past."))])
        return day


def send_offer(body: Mapping[str, Any], by: User, link_of: Callable[[str], str]) -> Offer:
    """Leave an offer and the SMS with its link, in one transaction.

    Args:
        link_of: the whole address of the page of a token.

    Raises:
        Invalid: refused values; an application that cannot be offered.
        Forbidden: the person is not as the party. TooMany: a limit is reached.
        Busy: nobody carries SMS.
    """
    said = read(OfferBody, body)
    until = end_of(said["last_day"]) if said["last_day"] else None
    with transaction.atomic():
        if said["asks"]:
            made, token = offers.ask(
                terms=Terms(said["right"], None, until), phone=said["phone"], by=by
            )
        else:
            case = _case_of(said["application"], by) if said["application"] else None
            party = case.filed_by_id if case else said["party"] or by.party_id
            made, token = offers.offer(
                party=party,
                terms=Terms(said["right"], case.ref if case else None, until),
                phone=said["phone"],
                by=by,
            )
        send_code(
            Address(Channel.SMS, made.phone),
            kind="mandate.offered",
            secret={"link": link_of(token)},
            lasts=offers.lasts(),
            language=get_language() or User.Language.ZH,
        )
    return made


def _case_of(number: str, by: User) -> Application:
    """Raises Invalid where it is none that the person can let somebody else act in."""
    try:
        case: Application | None = case_for(number, by)
    except Missing:
        case = None
    if case is None or case.office_id is not None or not by.manages(case.filed_by_id):
        reason = _("There is no such application that you can let somebody else act in.")
        raise Invalid([FieldError("/application", reason)])
    if case.state in ENDED:
        raise Invalid([FieldError("/application", _("The case has ended."))])
    return case
