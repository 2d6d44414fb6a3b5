"""Names that the code and the rule files share. The values that go with them are data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

#: Whose case it is: of a person, or of anything else.
PERSON, COMPANY = "person", "company"


class Kind(StrEnum):
    RESIDENTIAL = "residential"
    LV_SMALL = "lv_small"
    LV_OTHER = "lv_other"
    HV_SINGLE = "hv_single"
    HV_DUAL = "hv_dual"


#: The states in which cases wait for their applicant (`waiting.*`).
WAITING = (
    "supplement", "accepted", "plan_replied", "plan_confirmed", "works", "inspected",
    "completion_passed",
)  # fmt: skip


class Permit(StrEnum):
    """The permits of an external line, in the order in which they are always answered."""

    PLANNING = "planning"
    CONSTRUCTION = "construction"
    ROAD_OCCUPATION = "road_occupation"
    MUNICIPAL_OCCUPATION = "municipal_occupation"
    MUNICIPAL_EXCAVATION = "municipal_excavation"
    HIGHWAY_EXCAVATION = "highway_excavation"
    GREENING = "greening"


class Route(StrEnum):
    """Routes of a permit, in their order of precedence."""

    NOT_NEEDED = "not_needed"
    SPECIAL = "special"
    EXEMPT = "exempt"
    INSTANT = "instant"
    COMMITMENT = "commitment"
    FILING = "filing"
    REVIEW = "review"


class ReportKind(StrEnum):
    """What the public reports (plan 3(4))."""

    POWER_OUT = "power_out"
    DIGGING = "digging"
    ILLEGAL = "illegal"


class Where(StrEnum):
    """At what sort of place; it says whose a report of works or use is."""

    SITE = "site"
    ROAD = "road"
    ELSEWHERE = "elsewhere"


class Ground(StrEnum):
    """For what the investment boundary of a high-voltage case is extended: the projects of the
    three battles, in the plan's order, and what else has a ground of its own."""

    MAJOR_RISKS = "major_risks"
    POVERTY = "poverty"
    POLLUTION = "pollution"
    OTHER = "other_ground"


class Measure(StrEnum):
    """What the days of a limit are counted over."""

    WHOLE_PROCESS = "whole_process"
    HANDLING = "handling"
    INTAKE = "intake"
    REVIEW = "review"
    INSTANT = "instant"
    SET = "set"
    RECTIFICATION = "rectification"
    FOLLOW_UP = "follow_up"
    ENQUIRY = "enquiry"
    CHECK = "check"
    COMPLAINT = "complaint"
    INTERRUPTION = "interruption"
    REPORT = "report"


class Statistic(StrEnum):
    """A cap binds every case; an average binds the cases of a period together."""

    CAP = "cap"
    AVERAGE = "average"


class Start(StrEnum):
    FILING = "filing"
    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    ISSUE = "issue"
    RATING = "rating"
    ENQUIRY = "enquiry"
    COMMITMENT = "commitment"
    COMPLAINT = "complaint"
    REPORT = "report"


class Stage(StrEnum):
    APPLICATION = "application"
    DESIGN_REVIEW = "design_review"
    MID_CONSTRUCTION_INSPECTION = "mid_construction_inspection"
    COMPLETION_INSPECTION = "completion_inspection"
    #: What the customer of a counter signs for an act that is the customer's.
    SIGNED = "signed"


#: The stages at which the supply company looks at a customer's papers and works (plan 3(2)2); a
#: kind that is not named has none.
INSPECTED: Final[Mapping[Kind, tuple[Stage, ...]]] = {
    Kind.HV_SINGLE: (Stage.COMPLETION_INSPECTION,),
    Kind.HV_DUAL: (
        Stage.DESIGN_REVIEW,
        Stage.MID_CONSTRUCTION_INSPECTION,
        Stage.COMPLETION_INSPECTION,
    ),
}


class Level(StrEnum):
    """Who decided, from the widest to the most local."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"


class Trust(StrEnum):
    """How far a value is trusted: said by the plan, read in law, second hand, unverified."""

    PLAN = "PLAN"
    V = "V"
    S = "S"
    U = "U"


LEVELS = tuple(Level)
#: At which level a bureau has offices that decide permits.
OFFICES = (Level.CITY, Level.DISTRICT)
VOLTAGES = ("low", "high")
PLACE_CLASSES = ("urban", "rural")
