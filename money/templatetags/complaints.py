"""The complaints about a charge, on the charge's own line wherever that stands."""

from typing import Any, Final

from django import template

from accounts.models import User
from applications.guards import NOT_ERASED
from applications.who import as_applicant
from money.charges.queries import in_case
from money.complaints.actions import CONTESTABLE
from money.complaints.reading import about, pages_for
from money.complaints.workflow import ComplaintState

register = template.Library()
KEPT: Final = "complaints of the case"
#: What leaves nothing to complain of: it waits, or the charge was taken back.
SETTLED: Final = (ComplaintState.OPEN, ComplaintState.UPHELD)


@register.inclusion_tag("money/complaints/_lines.html", takes_context=True)
def complaints_about(context: Any, charge: int, *, brief: bool = False) -> dict[str, Any]:
    """Context: `case`, whose complaints are read once for all its charges; `progress_only` where
    the page leads to none of them.

    Args:
        charge: its id.
        brief: without what was said, where there is little room.
    """
    kept = context.render_context
    if KEPT not in kept:
        kept[KEPT] = _of_case(context["case"], context["request"].user, context)
    lines = kept[KEPT]["lines"].get(charge, [])
    settled = any(each.complaint.state in SETTLED for each in lines)
    contestable = charge in kept[KEPT]["contestable"]
    return {
        "lines": lines,
        "brief": brief,
        "case": context["case"],
        "charge": charge,
        "pages": kept[KEPT]["pages"],
        "may_complain": contestable and not settled,
    }


def _of_case(case: Any, user: Any, context: Any) -> dict[str, Any]:
    known = isinstance(user, User) and not context.get("progress_only")
    complains = known and as_applicant(case, user) is not None and NOT_ERASED(case)
    charges = in_case(case).filter(state__in=CONTESTABLE).values_list("pk", flat=True)
    return {
        "lines": about(case),
        "pages": pages_for(case, user) if known else "",
        "contestable": set(charges) if complains else set(),
    }
