"""What a package still needs, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.packages.models import Package
from approvals.wording import permit_name
from documents.models import Document
from rules.city import city
from rules.packages import by_document, route_documents
from rules.policy import PermitDecision, Policy


def document_name(code: str) -> str:
    return str(city().permit_document(code).name)


def permits_named(codes: Iterable[str]) -> str:
    return pgettext("between the items of a list", ", ").join(map(permit_name, codes))


def missing_words(
    package: Package, policy: Policy, decisions: Iterable[PermitDecision]
) -> list[str]:
    """What a package still needs before it is sent, for the permits that are asked for."""
    asked = list(decisions)
    if not asked:
        return []
    here = {file.requirement for file in package.attached if file.scan != Document.Scan.INFECTED}
    drawings = route_documents(policy)
    found = []
    if not package.route and not here & set(drawings):
        names = pgettext("between the items of a list", ", ").join(map(document_name, drawings))
        found.append(_("The route: as coordinates, or attached (%(names)s).") % {"names": names})
    for document, permits in by_document(policy, asked, needed=True).items():
        if document.code not in here:
            values = {"document": document.name, "permits": permits_named(permits)}
            found.append(_("%(document)s, for: %(permits)s.") % values)
    said = (
        (_("When the works begin and end."), package.begins_on and package.ends_on),
        (_("The company that builds, and whom to ask there."),
         package.contractor and package.contact and package.phone),
    )  # fmt: skip
    return found + [words for words, there in said if not there]
