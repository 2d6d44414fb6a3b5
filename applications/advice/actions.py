"""Asking about the draft line of a case: by whoever prepares its package, while it is a draft."""

from typing import Any

from django.db import transaction

from accounts.models import User
from applications.models import Application
from applications.packages import actions as packages
from approvals.advice.actions import ADVICE
from approvals.advice.models import Advice


def new_request(case: Application) -> Advice:
    """One that is not asked yet."""
    return Advice(
        case_ref=case.ref,
        application=case.number,
        district=case.district,
        statutory_district=case.statutory_district or "",
    )


def ask(*, application: Application, body: Any, by: User, version: int | None = None) -> Advice:
    """Ask about the draft as it is now.

    Args:
        version: of the package as the person saw it.

    Raises:
        Missing, Forbidden, WrongState: not for whoever prepares it; no line is to be entered now;
            it is asked already; there is no route yet. Stale: the package was changed since.
        Invalid: refused values.
    """
    with transaction.atomic():
        case, _role = packages.held(application, by)
        packages.check_seen(packages.prepared(case), version)
        return ADVICE.perform(new_request(case), "ask", by=by, body=body)
