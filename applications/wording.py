"""The words of steps, roles, kinds and places, for every page that shows a case."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applications.models import Application
from applications.states import LOW, Holder, State
from core.templatetags.city import in_english
from rules.city import city
from rules.names import Stage

Text = str | Promise

EVENTS: dict[str, Text] = {
    "case.drafted": _("Draft begun"),
    "case.draft_changed": _("Draft changed"),
    "case.document_received": _("Document handed in"),
    "case.submitted": _("Application filed"),
    "case.supplement_requested": _("Supplement asked for"),
    "case.supplement_supplied": _("Supplement handed in"),
    "case.accepted": _("Application accepted"),
    "case.plan_replied": _("Supply plan replied"),
    "case.plan_answered": _("Supply plan answered"),
    "case.design_submitted": _("Design handed in"),
    "case.design_reviewed": _("Design reviewed"),
    "case.contract_signed": _("Contract signed"),
    "case.line_works_posted": _("All permits applied for at once"),
    "case.line_works_changed": _("Changed line entered"),
    "case.permits_joined": _("Last permit decided"),
    "case.works_started": _("Works started"),
    "case.inspection_requested": _("Inspection requested"),
    "case.inspected": _("Inspected"),
    "case.completion_reported": _("Completion reported"),
    "case.completion_inspected": _("Completion inspected"),
    "case.energised": _("Power switched on"),
    "case.rated": _("Service rated"),
    "case.withdrawn": _("Application withdrawn"),
    "case.charged": _("Charge entered"),
    "permit.received": _("Permit applied for"),
    "permit.supplement_requested": _("Bureau asked for a supplement"),
    "permit.supplement_supplied": _("Supplement to the bureau handed in"),
    "permit.accepted": _("Accepted by the bureau"),
    "permit.deemed_accepted": _("Accepted by silence of the bureau"),
    "permit.time_excluded": _("Time excluded by law begins"),
    "permit.time_resumed": _("Time excluded by law ends"),
    "permit.committed": _("Granted on commitment"),
    "permit.granted": _("Permit granted"),
    "permit.refused": _("Permit refused"),
    "permit.withdrawn": _("Permit withdrawn with its case"),
    "permit.carried_over": _("Permit stays valid"),
    "clock.breached": _("A limit has passed"),
    "clock.recounted": _("Last day counted again by a new calendar"),
}

#: The levels of a rating, the best first (GB/T 39735).
RATINGS: dict[int, Text] = {
    5: _("Very satisfied"),
    4: _("Satisfied"),
    3: _("Fairly satisfied"),
    2: _("Not satisfied"),
    1: _("Not satisfied at all"),
}

#: Where one step can end in two ways, the words for each.
OUTCOMES: dict[tuple[str, str], Text] = {
    ("case.plan_answered", State.PLAN_CONFIRMED): _("Supply plan confirmed"),
    ("case.plan_answered", State.ACCEPTED): _("Another supply plan asked for"),
    ("case.design_reviewed", State.DESIGN_PASSED): _("Design passed"),
    ("case.design_reviewed", State.PLAN_CONFIRMED): _("Design returned with findings"),
    ("case.inspected", State.INSPECTED): _("Inspection passed"),
    ("case.inspected", State.WORKS): _("Inspection found faults"),
    ("case.completion_inspected", State.COMPLETION_PASSED): _("Completion inspection passed"),
    ("case.completion_inspected", State.WORKS): _("Completion inspection found faults"),
    ("case.completion_inspected", State.INSPECTED): _("Completion inspection found faults"),
    ("case.permits_joined", State.PERMITS_GRANTED): _("Permits complete"),
    ("case.permits_joined", State.REPLANNING): _("A permit was refused: the line is changed"),
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
LINE_BY_SUPPLIER = _("The supply company is preparing the line and its permits")
ANSWERING = _("The supply company is answering the bureaus")

STAGES: dict[str, Text] = {
    Stage.APPLICATION: _("With the application"),
    Stage.DESIGN_REVIEW: _("For the design review"),
    Stage.MID_CONSTRUCTION_INSPECTION: _("For the inspection during the works"),
    Stage.COMPLETION_INSPECTION: _("For the completion inspection"),
}

VOLTAGES: dict[str, Text] = {
    Application.Voltage.LOW: _("Low voltage supply"),
    Application.Voltage.HIGH: _("High voltage supply"),
}


def voltage_words(case: Application) -> str:
    """Return the voltage that a case is connected at."""
    return str(VOLTAGES[case.voltage])


def doing(case: Application) -> str:
    """Return what goes on in an open case and who does it: a sentence without its end."""
    if case.holder == Holder.APPLICANT and case.state in DOING_APPLICANT:
        return str(DOING_APPLICANT[case.state])
    if case.state == State.PERMITS and case.holder == Holder.SUPPLIER:
        return str(ANSWERING)
    if case.state == State.CONTRACTED and case.kind in LOW:
        return str(LINE_BY_SUPPLIER)
    return str(DOING[case.state])


def state_words(case: Application) -> str:
    """Return the public label of the state that a case is in."""
    return str(State(case.state).label)


def event_words(event: str, to_state: str = "") -> str:
    """Return what a step was, in the reader's language; an unknown one by its plain name."""
    words = OUTCOMES.get((event, to_state)) or EVENTS.get(event)
    return str(words) if words else event.rpartition(".")[2].replace("_", " ")


def role_words(role: str) -> str:
    """Return the word for who did a step."""
    return str(Role(role).label) if role in Role.values else role


def kind_words(kind: str) -> str:
    """Return the name of a kind, as the city's rules have it."""
    return str(city().kind(kind).name)


def place_words(case: Application, *, line: bool = False) -> str:
    """Return where a case is: district and township; the address line only if asked for."""
    names = [_district(case.district)]
    if case.statutory_district and case.statutory_district != case.district:
        names.append(_district(case.statutory_district))
    if case.town:
        names.append(_town(case))
    if line:
        names.append(case.address_line)
    return (", " if in_english() else " ").join(names)


def _district(code: str) -> str:
    return str(city().district(code).name)


def _town(case: Application) -> str:
    for code in (case.district, case.statutory_district):
        for town in city().district(code).townships if code else ():
            if town.code == case.town:
                return str(town.name)
    return case.town
