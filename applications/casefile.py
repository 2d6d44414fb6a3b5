"""What is in a case, as its pages show it: documents, permits, steps, charges, the declaration."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import role_words
from applications.models import Application
from applications.receipts.kinds import receipt_url
from applications.standing import requirements
from applications.wording import RATINGS, STAGES, place_words, voltage_words
from applications.workflow import ENDED, ZERO_INVESTMENT
from approvals.answers import case_permits
from approvals.models import Permit
from approvals.wording import ROUTES, bureau_name, permit_name
from approvals.workflow import State as PermitState
from core.clock import local_date
from core.events import words_of
from core.templatetags.city import figure, masked_id, masked_name, masked_phone, money
from core.templatetags.city import working_days as days_words
from documents.models import Document
from documents.queries import about
from ledger.queries import Event
from rules.names import Measure, Stage, Statistic
from rules.policy import Limit, Policy, Requirement

SUBJECT = "application"
PERMIT_TONES = {
    PermitState.GRANTED: "success",
    PermitState.REFUSED: "danger",
    PermitState.AWAITING_SUPPLEMENT: "warning",
    PermitState.SUSPENDED: "warning",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the checklist with the files that are here for it."""

    code: str
    name: str
    clause: str
    stage: str
    files: tuple[Document, ...]

    @property
    def met(self) -> bool:
        """Whether there is a file."""
        return bool(self.files)


@dataclass(frozen=True, slots=True)
class PaperStage:
    """The documents of one stage."""

    stage: str
    name: str
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the record, in words; `receipt` is the address of its receipt, if it has one."""

    at: datetime
    what: str
    who: str
    permit: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit of the line: whose it is and where it stands."""

    name: str
    bureau: str
    state: str
    tone: str
    clause: str
    due_on: date | None
    accept_by: date | None
    late: bool
    carried_over: bool
    needed: bool


def papers(case: Application, policy: Policy) -> list[Paper]:
    """Return every document that the case may be asked for, with its files; one query."""
    files: dict[str, list[Document]] = defaultdict(list)
    for document in about(SUBJECT, case.pk):
        files[document.requirement].append(document)
    return [_paper(need, files) for need in requirements(policy, case.kind)]


def _paper(need: Requirement, files: Mapping[str, list[Document]]) -> Paper:
    found = tuple(files.get(need.code, ()))
    return Paper(need.code, str(need.name), str(need.clause), need.stage.value, found)


def by_stage(rows: Iterable[Paper]) -> list[PaperStage]:
    """Return documents under their stages, in the order of the stages."""
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in rows:
        found[paper.stage].append(paper)
    return [
        PaperStage(stage.value, str(STAGES[stage]), found[stage.value])
        for stage in Stage
        if stage.value in found
    ]


def steps(case: Application, events: Iterable[Event], *, receipts: bool = True) -> list[Step]:
    """Return the record in words, the newest first; permits are named.

    Args:
        case, events: of the record.
        receipts: whether the reader may open receipts, which takes an account.
    """
    names = _permit_names(case)
    return [
        Step(
            at=event.at,
            what=words_of(event.type, event.to_state),
            who=role_words(event.role),
            permit=names.get(event.part, "") if event.part else "",
            receipt=receipt_url(case.number, event) if receipts else "",
        )
        for event in reversed(list(events))
    ]


def _permit_names(case: Application) -> dict[Any, str]:
    rows = Permit.objects.filter(case_ref=case.ref).values_list("ref", "permit")
    return {ref: permit_name(code) for ref, code in rows}


def permits(case: Application) -> list[PermitRow]:
    """Return the permits of the newest round in the fixed order, needed ones first."""
    rows = [_permit(row) for row in case_permits(case.ref)]
    return sorted(rows, key=lambda row: not row.needed)


def _permit(row: Mapping[str, Any]) -> PermitRow:
    state = row["state"]
    intake = row.get("intake_due_at")
    words = str(PermitState(state).label) if state else str(ROUTES[row["route"]])
    return PermitRow(
        name=permit_name(row["permit"]),
        bureau=bureau_name(row["bureau"]),
        state=words,
        tone=PERMIT_TONES.get(PermitState(state), "primary") if state else "",
        clause=str(row["clause"]),
        due_on=row.get("due_on"),
        accept_by=local_date(intake) if intake else None,
        late=bool(row.get("late")),
        carried_over=bool(row["carried_over"]),
        needed=state is not None,
    )


def may_add_files(case: Application) -> bool:
    """Whether files are taken at all: a case that has ended takes none."""
    return case.state not in ENDED


def counted_words(limit: Limit) -> str:
    """Return what the days of a limit are counted over."""
    if limit.measure == Measure.WHOLE_PROCESS:
        words = _("from filing to power on")
    else:
        words = _("counted while the supply company has the case")
    if limit.statistic == Statistic.AVERAGE:
        words = _("%(words)s, on average over all cases") % {"words": words}
    return words


def limit_words(limit: Limit) -> str:
    """Return a limit in words: 7 working days, from filing to power on."""
    values = {"days": days_words(limit.days), "counted": counted_words(limit)}
    return _("%(days)s, %(counted)s") % values


def fee_words(case: Application) -> str:
    """Return what a case costs, as the rules have it."""
    if case.kind in ZERO_INVESTMENT:
        return _("Free: everything up to and including the meter is paid by the supply company.")
    return _(
        "Applying costs nothing. Only items of the published fee catalogue may be charged, at "
        "its rates."
    )


def step_words(policy: Policy, kind: str) -> str:
    """Return the public steps of a kind in one line."""
    return " → ".join(str(step.name) for step in policy.steps(kind))


Rows = list[dict[str, Any]]


def who_rows(case: Application, *, masked: bool = False) -> Rows:
    """Return who applies: in full for the check page, masked for everything after it."""
    name, number, phone = case.applicant_name, case.id_number, case.phone
    if masked:
        name, number, phone = masked_name(name), masked_id(number), masked_phone(phone)
    rows: Rows = [
        {"key": _("Who applies"), "value": case.get_applicant_type_display()},
        {"key": _("Name"), "value": name, "field": "applicant_name"},
        {"key": _("Identity number or credit code"), "value": number, "field": "id_number"},
        {"key": _("Phone number"), "value": phone, "field": "phone"},
    ]
    if case.enterprise_size:
        size = case.get_enterprise_size_display()
        rows.append({"key": _("Size of the enterprise"), "value": size, "field": "enterprise_size"})
    return rows


def where_rows(case: Application, *, line: bool = True) -> Rows:
    """Return where the connection is."""
    rows: Rows = [
        {"key": _("District and township"), "value": place_words(case), "field": "district"}
    ]
    if line:
        address = case.address_line
        rows.append({"key": _("Address"), "value": address, "field": "address_line"})
    return rows


def what_rows(case: Application) -> Rows:
    """Return what is applied for."""
    return [
        {"key": _("Capacity"), "value": f"{figure(case.capacity_kw)} kW", "field": "capacity_kw"},
        {"key": _("Voltage"), "value": voltage_words(case), "field": "voltage"},
        {"key": _("Supplies"), "value": str(case.sources), "field": "sources"},
        {"key": _("Purpose"), "value": case.get_purpose_display(), "field": "purpose"},
    ]


def rating_rows(case: Application) -> Rows:
    """Return how the applicant rated the service; nothing where it was not rated."""
    if case.rating is None:
        return []
    rows: Rows = [{"key": _("Rating"), "value": str(RATINGS[case.rating])}]
    if case.rating_comment:
        lines = case.rating_comment.splitlines()
        rows.append({"key": _("Comment on the service"), "lines": lines})
    return rows


def charge_rows(case: Application) -> Rows:
    """Return what was charged in a case; one query."""
    charges = case.charges.select_related("fee_item").order_by("id")
    return [
        {
            "item": row.fee_item.item,
            "basis": row.fee_item.legal_basis,
            "amount": money(row.amount_yuan),
            "payee": row.payee,
        }
        for row in charges
    ]
