from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.advice.models import Advice
from approvals.models import LineWorks, Permit, Round
from approvals.offices import office_of
from approvals.workflow import State
from core.templatetags.city import figure, in_english, money
from rules.city import city
from rules.names import Route
from workflow.machine import MAY_BE_ASKED

Text = str | Promise

ROUTES: Final[dict[str, Text]] = {
    Route.NOT_NEEDED: gettext_lazy("Not needed"),
    Route.EXEMPT: gettext_lazy("Exempt"),
    Route.SPECIAL: gettext_lazy("By its own law, without the common limit"),
    Route.INSTANT: gettext_lazy("Decided on the spot"),
    Route.COMMITMENT: gettext_lazy("On commitment"),
    Route.FILING: gettext_lazy("Filed only"),
    Route.REVIEW: gettext_lazy("Ordinary review"),
}

TONES: Final[dict[str, str]] = {
    State.GRANTED: "success",
    State.REFUSED: "danger",
    State.REVOKED: "danger",
    State.SUSPENDED: "warning",
    State.WITHDRAWN: "",
}

#: Grounds on which the law leaves time out (行政许可法 45).
GROUNDS: Final[dict[str, Text]] = {
    "hearing": gettext_lazy("Hearing"),
    "tender": gettext_lazy("Tender"),
    "auction": gettext_lazy("Auction"),
    "inspection": gettext_lazy("Inspection"),
    "testing": gettext_lazy("Testing"),
    "quarantine": gettext_lazy("Quarantine"),
    "appraisal": gettext_lazy("Appraisal"),
    "expert_review": gettext_lazy("Expert review"),
}

#: What is asked of whose turn it is, by the act that takes the permit on.
PLEASE: Final[dict[str, Text]] = {
    "accept": gettext_lazy("Please accept the application, or say what is missing"),
    "grant": gettext_lazy("Please decide on the permit"),
    "resume": gettext_lazy("Suspended by law: please resume the review when the ground is over"),
    "supply_supplement": gettext_lazy("Please hand in what %(bureau)s asked for"),
    "commit": gettext_lazy("Please commit the supply company to the conditions of %(bureau)s"),
}

FLAG_WORDS: Final[dict[str, Text]] = {
    "in_planned_area": gettext_lazy("inside the planned area of a city or town"),
    "along_municipal_road_or_duct": gettext_lazy("along a municipal road or its common duct"),
    "in_adopted_plan": gettext_lazy("part of an adopted power-facility plan"),
    "start_report_approved": gettext_lazy("start-of-work report approved"),
    "existing_road": gettext_lazy("on an existing road"),
    "occupies_road": gettext_lazy("occupies the road"),
    "crosses_road": gettext_lazy("crosses the road"),
}
ROADS: Final[dict[str, Text]] = {
    "none": gettext_lazy("No road"),
    "municipal": gettext_lazy("Municipal road"),
    "highway": gettext_lazy("Highway"),
}
HIGHWAYS: Final[dict[str, Text]] = {
    "ordinary_trunk": gettext_lazy("ordinary trunk highway"),
    "expressway": gettext_lazy("expressway"),
    "other": gettext_lazy("another highway"),
}
GREENINGS: Final[dict[str, Text]] = {
    "none": gettext_lazy("No greenery is moved"),
    "ordinary": gettext_lazy("Ordinary greenery is moved"),
    "ancient": gettext_lazy("Ancient or notable trees are concerned"),
}


def permit_name(code: str) -> str:
    return str(city().permit(code).name)


def bureau_name(code: str) -> str:
    return str(city().bureau(code).name)


def place_name(line: LineWorks | Advice, street: str = "") -> str:
    """The district, the statutory one where that is another, and the street where it is known."""
    codes = dict.fromkeys(filter(None, (line.district, line.statutory_district)))
    names = [str(city().district(code).name) for code in codes]
    return (", " if in_english() else " ").join(filter(None, [*names, street]))


def please(permit: Permit, act: str) -> str:
    """What is asked in the second person of who takes the act: a sentence without its end."""
    if act == "grant" and permit.is_instant():
        return _("Please decide on the spot")
    if act == "accept" and not MAY_BE_ASKED.holds(permit):
        return _("Please accept the application")
    text = PLEASE[act]
    if act == "commit" and permit.route == Route.FILING:
        text = _("Please file the works with %(bureau)s")
    return str(text) % {"bureau": office_of(permit)}


def asked(permit: Permit) -> str:
    """What is to be done next."""
    if permit.state == State.RECEIVED:
        return _("decide") if permit.is_instant() else _("accept, or say what is missing")
    words = {
        State.ACCEPTED: _("decide"),
        State.SUSPENDED: _("resume when the ground is over"),
        State.AWAITING_SUPPLEMENT: _("the supply company adds what was missing"),
        State.AWAITING_COMMITMENT: _("the supply company commits itself"),
    }
    return words.get(State(permit.state), str(State(permit.state).label))


def works_rows(round_: Round) -> list[dict[str, str]]:
    if round_.none:
        return [{"key": _("Works"), "value": _("No external works.")}]
    voltage = _("High voltage") if round_.voltage == "high" else _("Low voltage")
    if round_.voltage_kv:
        voltage = f"{voltage} {figure(round_.voltage_kv)} kV"
    road = str(ROADS[round_.road])
    if round_.highway_class:
        road += _(": ") + str(HIGHWAYS[round_.highway_class])
    declared = _(", ").join(str(FLAG_WORDS[name]) for name in round_.flags)
    rows = (
        (_("Voltage"), voltage),
        (_("Length of the line"), metres(round_.length_m)),
        (_("Road dug"), metres(round_.excavation_m)),
        (_("Investment"), money(round_.investment_yuan)),
        (_("Road"), road),
        (_("Greenery"), str(GREENINGS[round_.greening])),
        (_("Declared"), declared or _("nothing further")),
    )
    return [{"key": key, "value": value} for key, value in rows]


def metres(value: Decimal) -> str:
    return _("{number} m").format(number=figure(value))
