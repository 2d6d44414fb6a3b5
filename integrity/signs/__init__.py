"""The signs of work outside the system, each with its words, its numbers and its query.

Two more arrive with the module whose data they need: capacity drawn without a case, and power on
before its capacity exists.
"""

from typing import Final

from integrity.signs.base import Finding, Sign, Window
from integrity.signs.filings import REFILED_AFTER_WITHDRAWAL, SMALL_CASES
from integrity.signs.pauses import PAUSES_IN_BUNCHES, SUPPLEMENT_IN_LAST_HOUR
from integrity.signs.periods import PERIOD_END_BURST
from integrity.signs.places import ACCOUNT_IN_SEVERAL_PLACES
from integrity.signs.steps import ENERGISED_WITHOUT_CONTRACT, STEPS_IN_MINUTES

__all__ = ["SIGNS", "Finding", "Sign", "Window"]

SIGNS: Final[dict[str, Sign]] = {
    sign.code: sign
    for sign in (
        STEPS_IN_MINUTES,
        PERIOD_END_BURST,
        ENERGISED_WITHOUT_CONTRACT,
        REFILED_AFTER_WITHDRAWAL,
        SUPPLEMENT_IN_LAST_HOUR,
        PAUSES_IN_BUNCHES,
        SMALL_CASES,
        ACCOUNT_IN_SEVERAL_PLACES,
    )
}
