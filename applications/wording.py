"""The words of steps, roles, kinds and places, for every page that shows a case."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.workflow import LOW, ZERO_INVESTMENT, Holder, State
from core.templatetags.city import in_english
from rules.city import city
from rules.names import Stage
from workflow.machine import way_of

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
#: The same to the applicant: what is asked, by the act that takes the case on.
PLEASE: dict[str, Text] = {
    "submit": _("Please complete and submit the application"),
    "supply_supplement": _("Please add what was missing"),
    "confirm_plan": _("Please answer the supply plan"),
    "submit_design": _("Please hand in the design"),
    "request_inspection": _("Please request the inspection before anything is covered up"),
    "report_completion": _("Please report when the works are complete"),
    "sign_contract": _("Please sign the supply contract"),
}
LINE_BY_SUPPLIER = _("The supply company is preparing the line and its permits")
SIGNED = _("The supply company is entering what the customer has signed")
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


def doing(case: Application, *, to_applicant: bool = False) -> str:
    """Return what goes on in an open case and who does it: a sentence without its end."""
    if to_applicant and case.holder == Holder.APPLICANT:
        way = way_of(type(case.workflow()), case)
        return str(PLEASE[way[0].name])
    if case.holder == Holder.APPLICANT and case.state in DOING_APPLICANT:
        return str(DOING_APPLICANT[case.state])
    if case.holder == Holder.SUPPLIER and case.signed_papers:
        return str(SIGNED)
    if case.state == State.PERMITS and case.holder == Holder.SUPPLIER:
        return str(ANSWERING)
    if case.state == State.CONTRACTED and case.kind in LOW:
        return str(CONNECTING if case.kind in ZERO_INVESTMENT else LINE_BY_SUPPLIER)
    return str(DOING[case.state])


def state_words(case: Application) -> str:
    return str(State(case.state).label)


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
