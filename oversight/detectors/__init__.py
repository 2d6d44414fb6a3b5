"""All detectors; `wording.LATER` names two more, which wait for their data."""

from typing import Final

from oversight.detectors.base import Detector
from oversight.detectors.cases import (
    ENERGISED_WITHOUT_CONTRACT,
    REFILED_AFTER_WITHDRAWAL,
    SMALL_CASES,
    STEPS_IN_MINUTES,
)
from oversight.detectors.pauses import PAUSES_IN_BUNCHES, SUPPLEMENT_IN_LAST_HOUR
from oversight.detectors.work import ACCOUNT_IN_SEVERAL_PLACES, PERIOD_END_BURST

DETECTORS: Final[dict[str, Detector]] = {
    detector.code: detector
    for detector in (
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
