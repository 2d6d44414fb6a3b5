"""Issuing an order by what a page or a program names: a case number, a permit's id."""

from django.utils.translation import gettext as _

from accounts.models import User
from core.problems import FieldError, Invalid
from rectification import actions, subjects
from rectification.addressees import Addressee
from rectification.models import Order
from rectification.permissions import require_issuer


def issue(
    *,
    to: Addressee,
    application: str = "",
    permit: int | None = None,
    text: str,
    clause: str = "",
    days: int,
    by: User,
) -> Order:
    """Issue an order about a case or permit as a person names it, or about neither.

    Args:
        application: number of the case; empty where the order is about none.
        permit: id of a permit; it goes before the case.

    Raises:
        Forbidden: the person is not the regulator's there.
        Invalid: as `actions.issue`, and where there is no such case or permit in the district.
    """
    require_issuer(by, None)
    to.check()
    require_issuer(by, to.district)
    about = subjects.named(by, application=application.strip(), permit=permit)
    if about is not None and about.district != to.district:
        reason = _("What the order is about lies in another district.")
        raise Invalid([FieldError("/district", reason)])
    return actions.issue(
        to=to,
        subject_kind=about.kind if about else "",
        subject_ref=about.ref if about else None,
        text=text,
        clause=clause,
        days=days,
        by=by,
    )
