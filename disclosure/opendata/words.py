"""The dictionaries of data sets that are counted or read here: what each of their columns says.

Those of published tables are the tables' own (`disclosure.opendata.columns.of_table`).
"""

from collections.abc import Iterator
from typing import Final

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.figures import BASES, INDICES
from disclosure.opendata.columns import (
    NO_DATA,
    NOT_KNOWN,
    NOT_SAID,
    NOT_YET,
    OPEN_END,
    TOO_FEW,
    WHOLE_CITY,
    DataColumn,
    Type,
    code,
    codes,
    count,
    day,
    flag,
    instant,
    number,
    with_basis,
)
from oversight.workflow import FindingState
from publishing.columns import Label
from reliability.crews import figures as repairs
from reliability.reports.figures import OUTCOMES, WAITS
from reliability.reports.kinds import Outcome

HOURS: Final = _("hours")
MINUTES: Final = _("minutes")
MEGAWATTS: Final = "MW"
YUAN: Final = _("CNY")
NOT_PLANNED: Final = _("nobody planned it")
DOES_NOT_APPLY: Final = _("does not apply")
EARLIER_OUTAGE: Final = _("of outages from before they were recorded here, which name none")

STANDARDS: Final = (
    code("key", _("Key of the rule")),
    DataColumn("name", _("What it is about, in the reader's language")),
    DataColumn("value", _("Value, in the reader's language")),
    day("from", _("In force from")),
    day("until", _("Last day in force"), OPEN_END),
    DataColumn("clause", _("Clause")),
    DataColumn("source", _("Source")),
    code("trust", _("How far the source is trusted")),
    flag("in_force", _("In force on the day asked for"), _("a row of the history")),
)
INVESTMENT: Final = (
    code("kind", _("Kind of case")),
    codes("districts", _("Districts counted together"), WHOLE_CITY),
    count("cases", _("Energised cases"), TOO_FEW),
    number("yuan", _("Borne by the supply company"), YUAN, TOO_FEW),
    number("mean_yuan", _("A case on average"), YUAN, TOO_FEW),
    flag("few", _("Too few for figures")),
)
INTERRUPTIONS: Final = (
    count("year", _("Year in which the complaints were made")),
    codes("districts", _("Districts counted together"), WHOLE_CITY),
    count("complained", pgettext_lazy("counted", "Complaints"), TOO_FEW),
    count("upheld", _("Upheld"), TOO_FEW),
    count("ordered", _("Orders issued"), TOO_FEW),
    flag("few", _("Too few for figures")),
)
OUTAGES: Final = (
    DataColumn("number", _("Number of the outage")),
    code("district", _("District")),
    DataColumn("area", _("Area")),
    code("kind", _("Kind")),
    code("nature", _("Class of the cause")),
    DataColumn("cause", _("Cause")),
    code("state", _("State")),
    instant("planned_from", _("Planned from"), NOT_PLANNED),
    instant("planned_until", _("Planned until"), NOT_PLANNED),
    instant("announced_at", _("Announced at")),
    flag("short_notice", _("Announced later than the rules ask")),
    DataColumn("short_notice_reason", _("Why it was announced so late"), empty=DOES_NOT_APPLY),
    DataColumn("again_reason", _("Why the same people are off again"), empty=DOES_NOT_APPLY),
    DataColumn("not_live_reason", _("Why the works are not done live"), empty=DOES_NOT_APPLY),
    DataColumn("regulation", _("The regulation that prescribes it"), empty=DOES_NOT_APPLY),
    flag("excluded_by_policy", _("Left out of the plan's hours")),
    instant("started_at", _("Power off at"), NOT_YET),
    DataColumn("section", _("Where the fault was found"), empty=NOT_SAID),
    instant("located_at", _("Fault found at"), NOT_YET),
    instant("crew_at", _("Crew sent at"), NOT_YET),
    DataColumn("crew", _("Repair crew"), empty=NOT_SAID),
    instant("repairing_at", _("Crew there at"), NOT_YET),
    instant("expected_at", _("Power expected back at"), NOT_SAID),
    instant("estimated_at", _("When that was estimated"), NOT_SAID),
    instant("part_restored_at", _("Part restored at"), NOT_YET),
    instant("restored_at", _("Restored at"), NOT_YET),
    DataColumn("cancelled_reason", _("Why it was cancelled"), empty=DOES_NOT_APPLY),
    count("medium_customers", _("Customers at medium voltage")),
    count("low_customers", _("Customers at low voltage")),
)
EXECUTIONS: Final = (
    DataColumn("plan", _("Plan")),
    code("level", _("Level")),
    codes("districts", _("Districts")),
    code("reason", _("Reason")),
    number("ordered_mw", _("Ordered"), MEGAWATTS),
    number("shed_mw", _("Shed"), MEGAWATTS, _("not measured, or not over yet")),
    instant("began_at", _("Began at")),
    instant("ended_at", _("Ended at"), NOT_YET),
    count("corrections", _("Corrections")),
)
DISTRICT_PLANS: Final = (
    DataColumn("plan", _("Plan")),
    code("district", _("District")),
    code("state", _("State")),
    flag("on_time", _("First handed in on time"), NOT_YET),
    day("due_on", _("Due on")),
    instant("first_handed_in_at", _("First handed in at"), NOT_YET),
    instant("accepted_at", _("Accepted at"), NOT_YET),
    number("level_1_mw", _("To be shed at level 1"), MEGAWATTS, _("not said, which is not zero")),
    number("level_2_mw", _("To be shed at level 2"), MEGAWATTS, _("not said, which is not zero")),
    number("level_3_mw", _("To be shed at level 3"), MEGAWATTS, _("not said, which is not zero")),
    number("level_4_mw", _("To be shed at level 4"), MEGAWATTS, _("not said, which is not zero")),
)
HIDDEN: Final = _("hidden, too few or not told, which is not zero")
WORKING_DAYS: Final = _("working days")
TIMINGS: Final = (
    DataColumn("period", _("Month, or year")),
    code("table", _("What is counted")),
    code("kind", _("Kind of case"), _("all kinds; or of permits")),
    code("step", _("Step"), _("the whole case; or of permits")),
    code("bureau", _("Bureau"), _("all bureaus; or of cases")),
    code("permit", _("Permit"), _("all permits of the bureau; or of cases")),
    code("district", _("District"), WHOLE_CITY),
    code("status", _("Shown, or hidden because it or what it tells is small")),
    count("count", _("Count"), HIDDEN),
    number("mean_days", _("Mean"), WORKING_DAYS, HIDDEN),
    number("median_days", _("Median"), WORKING_DAYS, HIDDEN),
    count("percentile_90_days", _("90th percentile"), HIDDEN, WORKING_DAYS),
    number("mean_days_net", _("Net mean"), WORKING_DAYS, HIDDEN),
    count("limited", _("With a limit"), HIDDEN),
    count("within_limit", _("Within the limit"), HIDDEN),
    count("median_days_with_open", _("Median with open cases"),
          _("hidden, or not reached"), WORKING_DAYS),
    count("limit_days_least", _("Shortest limit"), HIDDEN, WORKING_DAYS),
    count("limit_days_most", _("Longest limit"), HIDDEN, WORKING_DAYS),
    count("delay_days_supplier", _("With the supply company"), HIDDEN, WORKING_DAYS),
    count("delay_days_applicant", _("With the applicant"), HIDDEN, WORKING_DAYS),
    count("delay_days_government", _("With the government"), HIDDEN, WORKING_DAYS),
)  # fmt: skip
#: Only the whole city's row of a month and kind has them.
OF_CITY: Final = _("of districts: not told; else too few for figures")


def reports() -> Iterator[DataColumn]:
    yield DataColumn("month", _("Month"), Type.MONTH)
    yield code("kind", _("What was reported"))
    yield codes("districts", _("Districts counted together"), WHOLE_CITY)
    yield count("reports", _("Reports"), TOO_FEW)
    yield flag("few", _("Too few for figures"))
    for outcome in OUTCOMES:
        title = _("Not answered yet") if outcome == WAITS else Outcome(outcome).label
        yield count(outcome, title, OF_CITY)
    yield number("median_hours", _("Median until the answer"), HOURS, OF_CITY)


def repaired() -> Iterator[DataColumn]:
    yield DataColumn("month", _("Month"), Type.MONTH, empty=_("all the months"))
    yield codes("parts", _("Districts, or class of area"), WHOLE_CITY)
    yield count("promised", _("Promised within"), _("nothing promised"), MINUTES)
    minutes = ("sent", "arrival", "slow", "restoration")
    for name in repairs.NUMBERS:
        unit = MINUTES if name in minutes else ""
        yield count(name, _of_repairs(name), TOO_FEW, unit)
    yield flag("few", _("Too few for figures"))


def _of_repairs(name: str) -> Label:
    return lazy(lambda: repairs.labels()[name], str)()


def signs() -> Iterator[DataColumn]:
    yield DataColumn("quarter", _("Quarter"))
    yield code("sign", pgettext_lazy("signal", "Finding"))
    for state in FindingState:
        yield count(str(state), state.label)
    yield count("total", _("In all"))


INDEX_TITLES: Final[dict[str, tuple[Label, Label]]] = {
    "saidi": (_("SAIDI"), _("hours per customer")),
    "saifi": (_("SAIFI"), _("times per customer")),
    "caidi": (_("CAIDI"), _("hours per interruption")),
    "asai": (_("ASAI"), _("share of time")),
    "maifi": (_("MAIFI"), _("times per customer")),
    "recorded": (_("SAIDI by the times as first recorded"), _("hours per customer")),
}
BASIS_TITLES: Final[dict[str, Label]] = {
    "all": _("Every outage"),
    "policy": _("By the plan"),
    "all_ordinary": _("Every outage, without major-event days"),
    "policy_ordinary": _("By the plan, without major-event days"),
}
ALL_CLASSES: Final = _("all classes")


def reliability() -> Iterator[DataColumn]:
    yield count("year", _("Year"))
    yield code("district", _("District"), WHOLE_CITY)
    yield code("area_class", _("Class of area"), ALL_CLASSES)
    yield code("level", _("Level of customers"))
    yield count("month", _("Month"), _("the whole year"))
    yield number("customers", _("Customers"), "", NO_DATA)
    yield day("covered_from", _("Covered from"), NO_DATA)
    yield day("covered_until", _("Covered until"), NO_DATA)
    yield count("interruptions", _("Interruptions"), NO_DATA)
    yield count("excluded_by_policy", _("Left out by the plan"), NO_DATA)
    yield count("corrected", _("With corrected times"), NO_DATA)
    yield count("still_off", _("Still off, not counted"), NO_DATA)
    for name, index in INDICES.items():
        title, unit = INDEX_TITLES[index]
        for basis in BASES:
            words = with_basis(title, BASIS_TITLES[basis])
            yield number(name.format(basis), words, unit, NO_DATA)
    yield from (
        count("cemi_times", _("CEMI-n: n"), NO_DATA),
        number("cemi_all", _("CEMI-n: every outage"), _("share of customers"), NO_DATA),
        number("cemi_policy", _("CEMI-n: by the plan"), _("share of customers"), NO_DATA),
        number("limit_hours", _("Limit of hours"), HOURS, _("no limit in force")),
        number("fall", _("Fall against the year before"), _("share"), NO_DATA),
        number("forecast_hours", _("Forecast to the year's end"), HOURS, DOES_NOT_APPLY),
        flag("forecast_by_last_year", _("Forecast by the year before"), DOES_NOT_APPLY),
        code("outcome", _("Plan's target"), DOES_NOT_APPLY),
        flag("met", _("Plan's target met"), _("not decided yet, or no target")),
    )


COUNTED_INTERRUPTIONS: Final = (
    codes("outages", _("Numbers of the outages")),
    code("kind", _("Kind")),
    day("day", _("Day")),
    code("district", _("District")),
    code("area_class", _("Class of area")),
    code("level", _("Level of customers")),
    DataColumn("line", _("Code of the line"), empty=EARLIER_OUTAGE),
    instant("begun_at", _("Power off at")),
    instant("ended_at", _("Restored at"), NOT_YET),
    count("customers", _("Customers")),
    count("customers_by_plan", _("Customers, by the plan")),
    number("customer_hours", _("Customer hours"), HOURS),
    number("customer_hours_by_plan", _("Customer hours, by the plan"), HOURS),
    number("customer_hours_as_recorded", _("Customer hours as first recorded"), HOURS),
    flag("momentary", _("Momentary: in MAIFI alone")),
    flag("corrected", _("Times corrected")),
)
LINES: Final = (
    count("year", _("Year")),
    DataColumn("line", _("Code of the line")),
    code("level", _("Level of customers")),
    count("customers", _("Customers"), NOT_KNOWN),
    count("interruptions", _("Interruptions")),
    count("customers_interrupted", _("Customers interrupted")),
    number("customer_hours", _("Customer hours"), HOURS),
    number("customer_hours_by_plan", _("Customer hours, by the plan"), HOURS),
    number("saidi_hours", _("SAIDI"), _("hours per customer"), NO_DATA),
    number(
        "saidi_hours_by_plan", with_basis(_("SAIDI"), _("By the plan")), _("hours per customer"),
        NO_DATA,
    ),
    number("saifi", _("SAIFI"), _("times per customer"), NO_DATA),
    number("caidi_hours", _("CAIDI"), _("hours per interruption"), NO_DATA),
)  # fmt: skip
