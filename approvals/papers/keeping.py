"""The PDF of a granted permit: made after the grant, and tried until it is kept."""

from django.db.models import QuerySet

from approvals.papers.models import KEPT, PermitPaper
from approvals.papers.paper import sealed_pdf
from approvals.papers.queries import SUBJECT
from documents.papers import About, Keeping
from ledger.seal import Sealed
from rules.limits import limits
from rules.tries import Tries


class PermitPapers(Keeping[PermitPaper]):
    model = PermitPaper
    subject, requirement, event = SUBJECT, SUBJECT, KEPT

    def tries(self) -> Tries:
        return limits().permit_papers

    def to_keep(self) -> "QuerySet[PermitPaper]":
        whole = ("permit", "permit__line_works", "permit__round")
        return super().to_keep().select_related(*whole)

    def make(self, paper: PermitPaper) -> Sealed:
        return sealed_pdf(paper)

    def about(self, paper: PermitPaper) -> About:
        permit = paper.permit
        said = {
            "number": permit.line_works.application,
            "permit": permit.permit,
            "bureau": permit.bureau,
            "permit_number": paper.number,
        }
        return About(permit.case_ref, permit.ref, permit.pk, f"{paper.number}.pdf", said)


PERMIT_PAPERS = PermitPapers()
