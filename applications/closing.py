"""Closing an account by its own person (PIPL 15, 47): what it takes with it, and what stands in the
way. What was filed stays with its cases until the rules say how long (`erasure.py`)."""

from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import grants_of
from accounts.roles import EVERYBODY
from applications.actions import CASES
from applications.begun import as_cases
from applications.enquiries import erasure as enquiries
from applications.models import Application
from applications.personal import KEPT
from applications.queries import drafts_of
from core.problems import WrongState
from ledger.record import CITY_REF, NewEntry, append
from notifications.bindings import actions as bindings
from reliability.following import actions as following
from reliability.reports import erasure as reports

CLOSED: Final = "account.closed"


def hindrance(user: User) -> str:
    """Why an account cannot be closed now, and what to do; empty where it can."""
    if grants_of(user).held_at(timezone.now()).exists():
        return _("Your account holds a role. An administrator ends the role first.")
    if Application.objects.filter(filed_by=user.party_id, ended_at=None).exists():
        return _(
            "An application of yours is open, and we have to be able to reach you. Withdraw it, or "
            "close the account when it has ended."
        )
    if enquiries.waits(user):
        return _("A question of yours is not answered yet. Close the account when it is.")
    if waiting := next(filter(None, (kept.waits(user) for kept in KEPT)), ""):
        return waiting
    if reports.waits(user):
        return _("A report of yours is not closed yet. Close the account when it is.")
    return ""


def close(user: User) -> None:
    """Empty an account and end all that leads into it: its drafts are thrown away, it follows
    nothing any more, and what it asked, complained of without a case, or reported is erased. Its
    row and number stay, which the record names.

    Raises:
        WrongState: it holds a role, or an application, question or report of it is open.
    """
    with transaction.atomic():
        held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if reason := hindrance(held):
            raise WrongState(reason)
        for case in as_cases(drafts_of(held).filter(filed_by=held.party_id)):
            CASES.perform(case, "withdraw", by=held)
        enquiries.erase_of(held)
        for kept in KEPT:
            kept.erase(held)
        bindings.end_all(held.party_id)
        following.forget(held)
        reports.erase_of(held)
        append(NewEntry(CITY_REF, CLOSED, held.acting_as(EVERYBODY), data={"account": held.pk}))
        with connection.cursor() as cursor:
            cursor.execute("SELECT close_account(%s)", [held.pk])
