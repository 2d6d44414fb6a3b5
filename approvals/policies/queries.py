from datetime import date

from django.db.models import Q, QuerySet

from approvals.offices import SLASH
from approvals.policies.models import PolicyDocument
from publishing.columns import PARTED
from publishing.queries import in_force


def documents_on(on: date) -> QuerySet[PolicyDocument]:
    """The documents in force on a day, in the order of the table."""
    return in_force(PolicyDocument.objects.standing(), on)


def narrowed(
    found: QuerySet[PolicyDocument], *, bureau: str = "", permit: str = ""
) -> QuerySet[PolicyDocument]:
    """Those of all offices of a bureau, and those that concern a permit."""
    if bureau:
        found = found.filter(Q(office=bureau) | Q(office__startswith=f"{bureau}{SLASH}"))
    return found.filter(permits__regex=rf"(^|{PARTED}){permit}({PARTED}|$)") if permit else found
