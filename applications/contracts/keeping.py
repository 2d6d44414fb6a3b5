"""The PDF of a signed contract: made after the act, and tried until it is kept."""

from typing import Final

from django.db.models import QuerySet

from applications.contracts.models import KEPT, Contract
from applications.contracts.paper import sealed_pdf
from applications.contracts.queries import SUBJECT
from documents.papers import About, Keeping
from ledger.seal import Sealed
from rules.contract import contract_template
from rules.tries import Tries

REQUIREMENT: Final = "supply_contract"


class Contracts(Keeping[Contract]):
    model = Contract
    subject, requirement, event = SUBJECT, REQUIREMENT, KEPT

    def tries(self) -> Tries:
        return contract_template().keeping

    def to_keep(self) -> "QuerySet[Contract]":
        """What was erased is made no more."""
        return super().to_keep().exclude(text="")

    def make(self, paper: Contract) -> Sealed:
        return sealed_pdf(paper)

    def about(self, paper: Contract) -> About:
        case = paper.application
        name = f"TD-{case.number}-contract.pdf"
        return About(case.ref, None, case.pk, name, {"number": case.number})


CONTRACTS: Final = Contracts()


def keep_contracts() -> int:
    """Keep what is due and return how many that were."""
    return CONTRACTS.run()
