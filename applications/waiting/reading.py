"""What pages say of a case that waits for its applicant, or was closed."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from applications.erasure import is_erased
from applications.models import Application
from applications.states import BROKEN_OFF, Holder, State
from applications.waiting.actions import filed_again
from applications.waiting.workflow import is_reminded
from applications.who import as_applicant
from core.templatetags.city import day, due_day


def waiting_words(case: Application) -> list[str]:
    """Whether the applicant was reminded, and what follows; empty where there is nothing to say."""
    if not is_reminded(case):
        return []
    found = [_("The applicant was reminded on %(day)s.") % {"day": day(case.reminded_at)}]
    if case.state == State.CLOSED:
        text = _("The supply company closed the case on %(day)s, because nothing came.")
        return [*found, text % {"day": day(case.ended_at)}]
    if case.holder != Holder.APPLICANT:
        return []
    if case.closable_on is None:
        return [*found, _("The case stays open.")]
    text = _(
        "If nothing comes %(by)s, the supply company may close the case, with a reason. The "
        "applicant can begin anew from it at any time; the first filing's time goes on."
    )
    return [*found, text % {"by": due_day(case.closable_on - timedelta(days=1))}]


def way_back(case: Application, user: User) -> dict[str, Any]:
    """The context of `applications/_way_back.html`: for an applicant whose case was withdrawn or
    closed, the case that goes on with it, or whether it can be begun anew."""
    if case.state not in BROKEN_OFF or as_applicant(case, user) is None or is_erased(case):
        return {}
    again = filed_again(case)
    return {"way_back": True, "filed_again": again.number if again else ""}
