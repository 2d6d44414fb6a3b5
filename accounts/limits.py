"""Holding people and programs to the city's limits (`rules/limits.py`), with words.

A count goes by the client, or by the client and whom it asks about. Where it goes by a phone or a
case alone it delays the next answer to that client and locks nobody out.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core import meters
from core.problems import TooMany
from rules.limits import Meter, limits

WAIT = ngettext_lazy(
    "Wait %(minutes)d minute, then try once more.",
    "Wait %(minutes)d minutes, then try once more.",
    "minutes",
)
REASONS = {
    Meter.SIGN_IN_PAIR: _("Too many wrong passwords for this username."),
    Meter.SIGN_IN_ADDRESS: _("Too many wrong passwords from this network."),
    Meter.PASSWORD_PAIR: _("Too many wrong passwords."),
    Meter.PROGRESS_ADDRESS: _("Case number and phone number did not fit several times."),
    Meter.PROGRESS_PAIR: _("This case was asked about many times with a wrong phone number."),
    Meter.REGISTER_PHONE: _("This phone number has been used for several new accounts today."),
    Meter.REGISTER_ADDRESS: _("Many new accounts were made from this network just now."),
    Meter.REGISTER_SITE: _("Very many new accounts are being made just now."),
    Meter.CODE_PAUSE: _("A code was sent to this phone number just now."),
    Meter.CODE_PAIR: _("Many codes were sent to this phone number just now."),
    Meter.CODE_PHONE: _("Many codes were sent to this phone number just now."),
    Meter.CODE_ADDRESS: _("Many codes were asked for from this network just now."),
    Meter.CODE_SITE: _("Very many codes are being asked for just now."),
    Meter.LINK_PHONE: _("Many applications were begun with this phone number today."),
    Meter.PASSKEY_CHALLENGE: _("This passkey was sent already."),
    Meter.PASSKEY_ADDRESS: _("Very many passkeys were tried from this network just now."),
    Meter.IDENTITY_STATE: _("This answer was taken already."),
    Meter.IDENTITY_ADDRESS: _("Identity services were asked very often from this network."),
    Meter.UPLOAD_ACCOUNT: _("Too much was handed in with this account today."),
    Meter.UPLOAD_ADDRESS: _("Too much was handed in from this network today."),
    Meter.UPLOAD_SITE: _("Very much is being handed in just now."),
    Meter.EXPORT_PARTY: _("You have taken several copies of your data today."),
    Meter.LICENCE_PARTY: _("You have asked the licence library many times today."),
    Meter.SEARCH_ACCOUNT: _("You have searched by name, phone or address many times just now."),
    Meter.OFFER_PARTY: _("You have asked many people today."),
    Meter.OFFER_PHONE: _("This phone number has been asked several times today."),
    Meter.MESSAGE_PARTY: _("You have written many messages today."),
    Meter.ENQUIRY_PERSON: _("You have asked many questions today."),
    Meter.ENQUIRY_ADDRESS: _("Many questions were asked from this network just now."),
    Meter.OUTAGE_ADDRESS: _("Many customer numbers were asked about from this network just now."),
    Meter.INTERRUPTION_PERSON: _("You have made many complaints today."),
    Meter.INTERRUPTION_ADDRESS: _("Many complaints were made from this network just now."),
    Meter.DATA_ADDRESS: _("Very much open data was asked for from this network just now."),
    Meter.REPORT_PERSON: _("You have reported many things today."),
    Meter.REPORT_ADDRESS: _("Many reports came from this network just now."),
    Meter.MESSAGE_CASE: _("Many messages were sent to this applicant today."),
    Meter.PERMIT_ADDRESS: _("Many unknown numbers of permits were asked about from this network."),
    Meter.PAYMENT_LOOK: _("The payment provider was asked about this many times just now."),
    Meter.BARCODE_ACCOUNT: _("Very many barcodes were read for this account just now."),
}


def spend(meter: Meter, *whom: object, amount: int = 1) -> None:
    """Count a try. Outside of a transaction that a refusal undoes.

    Raises:
        TooMany: the limit was reached before.
    """
    limit = limits().windows[meter]
    found = meters.take(_name(meter, whom), most=limit.most, seconds=limit.seconds, amount=amount)
    if found.number > limit.most:
        raise _too_many(meter, found.seconds)


def require(meter: Meter, *whom: object) -> None:
    """Count nothing: where only wrong tries count, a right one is never refused for others that are
    under way. How many these can be bounds what goes past the limit.

    Raises:
        TooMany: the limit is reached.
    """
    found = meters.look(_name(meter, whom))
    if found.number >= limits().windows[meter].most:
        raise _too_many(meter, found.seconds)


def is_full(meter: Meter, *whom: object) -> bool:
    return meters.look(_name(meter, whom)).number >= limits().windows[meter].most


def note(meter: Meter, *whom: object) -> None:
    """Count a try that is refused nothing for it."""
    limit = limits().windows[meter]
    meters.take(_name(meter, whom), most=limit.most, seconds=limit.seconds)


def _too_many(meter: Meter, seconds: int) -> TooMany:
    words = WAIT % {"minutes": -(-seconds // 60)}
    return TooMany(f"{REASONS[meter]} {words}", seconds=seconds)


def _name(meter: Meter, whom: tuple[object, ...]) -> str:
    return "\0".join([meter, *map(str, whom)])
