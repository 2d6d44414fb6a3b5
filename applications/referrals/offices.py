"""Whom applications for other cities are passed on to: kept here, and each change in the record.

An office that nobody checked would be a way to get people's data, so whoever adds one is known.
"""

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.parties import Party
from accounts.roles import Role
from applications.referrals.declaration import NewOffice
from applications.referrals.models import RegisteredOffice
from core.bodies import read
from core.clock import CityNow
from core.fields import blind_index
from core.problems import FieldError, Forbidden, Invalid
from ledger.record import CITY_REF, NewEntry, append

KEEPERS: Final = (Role.SUPPLY_LEAD, Role.ADMINISTRATOR)


def add(body: Any, *, by: User) -> RegisteredOffice:
    """Add a registered office (`NewOffice`).

    Raises:
        Forbidden, Malformed, Invalid: for other roles; refused values, or one is there.
    """
    role = _keeper(by)
    said = read(NewOffice, body)
    try:
        with transaction.atomic():
            new = RegisteredOffice.objects.create(party=Party.objects.create(), **said)
            _record("registered_office.added", new, by.acting_as(role))
    except IntegrityError as error:
        reason = _("There is an office of that name in that city. End it first.")
        raise Invalid([FieldError("/name_zh", reason)]) from error
    return new


def end(office: RegisteredOffice, *, by: User) -> None:
    """Nothing more is sent there; what was sent can still be opened. Ended twice is ended once."""
    role = _keeper(by)
    with transaction.atomic():
        ended = RegisteredOffice.objects.filter(pk=office.pk, ended_at=None)
        if ended.update(ended_at=CityNow()):
            _record("registered_office.ended", office, by.acting_as(role))


def _keeper(by: User) -> Role:
    role = by.role_in(*KEEPERS)
    if role is None:
        raise Forbidden(
            _("Only the supply company's lead and the administrator keep these offices.")
        )
    return role


def _record(kind: str, office: RegisteredOffice, by: Any) -> None:
    """The record commits to the mobile phone by a keyed digest: whoever changes it is found."""
    data = {
        "office": office.pk,
        "city": office.city_zh,
        "name": office.name_zh,
        "mobile": blind_index(office.mobile, "registered office").hex(),
    }
    append(NewEntry(CITY_REF, kind, by, data=data))
