"""The words of steps, roles, kinds and places, for every page that shows a case."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.queries import AWAITED, REFUSED
from applications.states import LOW, ZERO_INVESTMENT, Holder, State
from core.templatetags.city import in_english
from rules.city import city
from rules.names import Stage
from workflow.machine import MAY_BE_ASKED

Text = str | Promise

#: The levels of a rating, the best first (GB/T 39735).
RATINGS: dict[int, Text] = {
    5: _("Very satisfied"),
    4: _("Satisfied"),
    3: _("Fairly satisfied"),
    2: _("Not satisfied"),
    1: _("Not satisfied at all"),
}

#: What goes on in a state, and who does it; see `doing`.
DOING: dict[str, Text] = {
    State.DRAFT: _("The applicant is filling in the application"),
    State.SUBMITTED: _("The supply company is checking the application"),
    State.SUPPLEMENT: _("The applicant is adding what was missing"),
    State.ACCEPTED: _("The supply company is writing the supply plan"),
    State.PLAN_REPLIED: _("The applicant is considering the supply plan"),
    State.PLAN_CONFIRMED: _("The supply company is preparing the line and its permits"),
    State.DESIGN_SUBMITTED: _("The supply company is reviewing the design"),
    State.DESIGN_PASSED: _("The supply company is preparing the line and its permits"),
    State.PERMITS: _("The bureaus are deciding on the permits"),
    State.REPLANNING: _("The supply company is changing the line after a refusal"),
    State.PERMITS_GRANTED: _("The supply company is getting the works started"),
    State.WORKS: _("The supply company is building the line and fitting the meter"),
    State.INSPECTION_REQUESTED: _("The supply company is inspecting the works"),
    State.INSPECTED: _("The applicant is completing the works"),
    State.COMPLETION_REPORTED: _("The supply company is inspecting the completed works"),
    State.COMPLETION_PASSED: _("The applicant is to sign the contract"),
    State.CONTRACTED: _("The supply company is fitting the meter"),
}
#: The same states with another holder.
DOING_APPLICANT: dict[str, Text] = {
    State.ACCEPTED: _("The applicant is to sign the contract"),
    State.PLAN_CONFIRMED: _("The applicant is having the design made"),
    State.WORKS: _("The applicant is having the works done"),
}
#: What is asked of whose turn it is, by the act that takes the case on: of the applicant,
PLEASE: dict[str, Text] = {
    "submit": _("Please complete and submit the application"),
    "supply_supplement": _("Please add what was missing"),
    "confirm_plan": _("Please answer the supply plan"),
    "submit_design": _("Please hand in the design"),
    "request_inspection": _("Please request the inspection before anything is covered up"),
    "report_completion": _("Please report when the works are complete"),
    "sign_contract": _("Please sign the supply contract"),
    # and of the supply company.
    "accept": _("Please accept the application, or ask for what is missing"),
    "reply_plan": _("Please reply with the supply plan"),
    "renew_plan": _("The supply plan has lapsed: please reply with a new one"),
    "finish_line": _("Please build what the plan has you build, and record it as finished"),
    "review_design": _("Please review the design"),
    "post_line_works": _("Please enter the line works, and all permits are applied for at once"),
    "change_line_works": _("Please change the line after the refusal"),
    "start_works": _("Please start the works"),
    "inspect": _("Please inspect the works"),
    "inspect_completion": _("Please inspect the completed works"),
    "energise": _("Please fit the meter and switch the power on"),
}
PLEASE_ACCEPT = _("Please accept the application")
PLEASE_ENTER = _("Please enter what the customer has signed")
#: What a permit wants of the supply company, to it and to others.
PLEASE_ANSWER: dict[str, Text] = {
    AWAITED: _("Please commit, or supply what a bureau asked for"),
    REFUSED: _("A permit was refused: please prepare another line while the others are decided"),
}
BESIDE_BUREAUS: dict[str, Text] = {
    AWAITED: _("The bureaus are deciding on the permits, and one waits for the supply company"),
    REFUSED: _("A permit was refused, and the bureaus are deciding on the others"),
}
LINE_BY_SUPPLIER = _("The supply company is preparing the line and its permits")
SIGNED = _("The supply company is entering what the customer has signed")
PLAN_LAPSED = _("The supply plan has lapsed, and the supply company is to reply with a new one")
OWN_WORKS = _("The supply company is building its own part of the plan")
CONNECTING = _("The supply company is preparing the connection")
ANSWERING = _("The supply company is answering the bureaus")

STAGES: dict[str, Text] = {
    Stage.APPLICATION: _("With the application"),
    Stage.DESIGN_REVIEW: _("For the design review"),
    Stage.MID_CONSTRUCTION_INSPECTION: _("For the inspection during the works"),
    Stage.COMPLETION_INSPECTION: _("For the completion inspection"),
    Stage.SIGNED: _("Signed by the customer, for a step at the counter"),
}

VOLTAGES: dict[str, Text] = {
    Application.Voltage.LOW: _("Low voltage supply"),
    Application.Voltage.HIGH: _("High voltage supply"),
}


def voltage_words(case: Application) -> str:
    return str(VOLTAGES[case.voltage])


def doing(case: Application, *, turn: str = "", wanted: str = "") -> str:
    """Return what goes on in an open case and who does it: a sentence without its end.

    Args:
        turn: what it is the reader's turn to do (`applications.header.turn_in`).
        wanted: what a permit wants of the supply company (`applications.queries.wanted`).
    """
    return please(case, turn) if turn else plan_goes_on(case) or goes_on(case, wanted)


def plan_goes_on(case: Application) -> str:
    """What a plan has everybody wait for; empty where it is nothing."""
    if case.plan_has_lapsed():
        return str(PLAN_LAPSED)
    return str(OWN_WORKS) if case.state == State.WORKS and case.open_lines else ""


def goes_on(case: Application, wanted: str) -> str:
    """Return it as those read it whose turn it is not."""
    if wanted and case.holder == Holder.GOVERNMENT:
        return str(BESIDE_BUREAUS[wanted])
    if case.holder == Holder.APPLICANT and case.state in DOING_APPLICANT:
        return str(DOING_APPLICANT[case.state])
    if case.holder == Holder.SUPPLIER and (case.signed_papers or case.confirmed):
        return str(SIGNED)
    if case.state == State.PERMITS and case.holder == Holder.SUPPLIER:
        return str(ANSWERING)
    if case.state == State.CONTRACTED and case.kind in LOW:
        return str(CONNECTING if case.kind in ZERO_INVESTMENT else LINE_BY_SUPPLIER)
    return str(DOING[case.state])


def please(case: Application, turn: str) -> str:
    if case.holder == Holder.SUPPLIER and (case.signed_papers or case.confirmed):
        return str(PLEASE_ENTER)
    if turn == "accept" and not MAY_BE_ASKED.holds(case):
        return str(PLEASE_ACCEPT)
    return str(PLEASE_ANSWER.get(turn) or PLEASE[turn])


def kind_words(kind: str) -> str:
    return (
        str(city().kind(kind).name) if kind else gettext("An application that is not finished yet")
    )


def place_words(case: Application, *, line: bool = False) -> str:
    """Return where a case is: district and township; the address line only if asked for."""
    codes = dict.fromkeys(filter(None, (case.district, case.statutory_district)))
    names = [str(city().district(code).name) for code in codes]
    if case.town:
        districts = filter(None, (case.district, case.statutory_district))
        towns = (town for code in districts for town in city().district(code).townships)
        found = (str(town.name) for town in towns if town.code == case.town)
        names.append(next(found, case.town))
    if line:
        names += [case.address_line] if case.address_line else []
    return (", " if in_english() else " ").join(names)
