"""What the page of a package shows of advice."""

from typing import Any

from applications.advice.actions import new_request
from applications.models import Application
from approvals.advice.line import changed_since
from approvals.advice.queries import of_case
from approvals.advice.reading import told
from rules.advice import advised_permits


def advice_context(case: Application, *, may: bool) -> dict[str, Any]:
    """What was asked, the newest first, and whether more can be asked now.

    Args:
        may: whether the reader prepares the package just now.
    """
    known = list(of_case(case.ref).order_by("-id"))
    changed = changed_since(case.ref, known) if known else set()
    waiting = {advice.permit for advice in known if advice.waits}
    asks = may and any(code not in waiting for code in advised_permits(new_request(case).rules()))
    return {
        "advices": [told(advice, changed=advice.pk in changed) for advice in known],
        "may_ask": asks,
        "may_withdraw": may,
    }
