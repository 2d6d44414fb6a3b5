"""What is in a case, as its pages show it: documents, permits, steps, charges, the declaration."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import role_words
from applications import checklist
from applications.checklist import SUBJECT
from applications.licences.ways import NONE, Ways, ways_of
from applications.models import Application
from applications.receipts.lookup import receipt_url
from applications.states import ENDED, ZERO_INVESTMENT, State
from applications.wording import RATINGS, STAGES, place_words, voltage_words
from approvals.models import Permit
from approvals.wording import permit_name
from core.events import words_of
from core.templatetags.city import (
    figure,
    masked_id,
    masked_name,
    masked_phone,
    money,
    working_days,
)
from documents.models import Document
from documents.queries import about
from ledger.queries import Event
from rules.files import Words
from rules.names import Measure, Stage, Statistic
from rules.policy import Limit
from workflow.machine import state_words

#: In which states the files of a stage come in.
COMES_IN: dict[Stage, frozenset[State]] = {
    Stage.APPLICATION: frozenset({State.DRAFT, State.SUPPLEMENT}),
    Stage.DESIGN_REVIEW: frozenset({State.PLAN_CONFIRMED}),
    Stage.MID_CONSTRUCTION_INSPECTION: frozenset({State.WORKS}),
    Stage.COMPLETION_INSPECTION: frozenset({State.WORKS, State.INSPECTED}),
    # By act, whatever the state: the page of the act asks for it.
    Stage.SIGNED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Paper:
    code: str
    name: str
    clause: str
    stage: Stage
    shows: tuple[Words, ...]
    files: tuple[Document, ...]
    met: bool
    #: Besides an upload; said where somebody is about to hand it in.
    ways: Ways = NONE


@dataclass(frozen=True, slots=True)
class PaperStage:
    """The documents of one stage; `now` where its files come in now."""

    name: str
    now: bool
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the record, in words; `receipt` is the address of its receipt, if it has one."""

    at: datetime
    what: str
    who: str
    permit: str = ""
    receipt: str = ""


def papers(case: Application) -> list[Paper]:
    """Return every document that the case may be asked for, with its files; one query, two
    while a supplement is asked for."""
    files: dict[str, list[Document]] = defaultdict(list)
    for document in about(SUBJECT, case.pk):
        files[document.requirement].append(document)
    met = checklist.met(case, chain.from_iterable(files.values()))
    return [
        Paper(
            code=need.code,
            name=str(need.name),
            clause=str(need.clause),
            stage=need.stage,
            shows=need.shows,
            files=tuple(files[need.code]),
            met=need.code in met,
        )
        for need in case.requirements()
    ]


def with_ways(case: Application, user: User, every: Sequence[Paper]) -> list[Paper]:
    """The papers of a case (`papers`) with what else than an upload this person has for each."""
    ways = ways_of(case, user, [file for paper in every for file in paper.files])
    return [replace(paper, ways=ways.get(paper.code, NONE)) for paper in every]


def at_hand(every: Iterable[Paper]) -> list[Paper]:
    """Return what is listed on the page of a case: of what a counter's customer signs, what is
    here, for whichever step it was signed. A step that takes a signature asks for it on its own
    page, and nothing is missing before."""
    return [
        replace(paper, met=any(file.scan != Document.Scan.INFECTED for file in paper.files))
        if paper.stage == Stage.SIGNED
        else paper
        for paper in every
        if paper.files or paper.stage != Stage.SIGNED
    ]


def by_stage(case: Application, rows: Iterable[Paper]) -> list[PaperStage]:
    found: dict[Stage, list[Paper]] = defaultdict(list)
    for paper in rows:
        found[paper.stage].append(paper)
    return [
        PaperStage(str(STAGES[stage]), case.state in COMES_IN[stage], found[stage])
        for stage in Stage
        if stage in found
    ]


def steps(case: Application, events: Iterable[Event], *, receipts: bool = True) -> list[Step]:
    """Return the record in words, the newest first; only readers with an account open receipts."""
    codes = Permit.objects.filter(case_ref=case.ref).values_list("ref", "permit")
    names = {ref: permit_name(code) for ref, code in codes}
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


def file_words(file: Document) -> str:
    """The name of a file, and what keeps it from being opened."""
    return file.called if file.is_open else f"{file.called} – {file.get_scan_display()}"


def may_add_files(case: Application) -> bool:
    return case.state not in ENDED


def limit_words(limit: Limit) -> str:
    """Say, for example: 7 working days, from filing to power on."""
    if limit.measure == Measure.WHOLE_PROCESS:
        words = _("from filing to power on")
    else:
        words = _("counted while the supply company has the case")
    if limit.statistic == Statistic.AVERAGE:
        words = _("%(words)s, on average over all cases") % {"words": words}
    values = {"days": working_days(limit.days), "counted": words}
    return _("%(days)s, %(counted)s") % values


def fee_words(kind: str) -> str:
    if kind in ZERO_INVESTMENT:
        return _("Free: everything up to and including the meter is paid by the supply company.")
    return _(
        "Applying costs nothing. Only items of the published fee catalogue may be charged, at "
        "its rates."
    )


Rows = list[dict[str, Any]]


def who_rows(case: Application, *, masked: bool = False) -> Rows:
    """Return who applies: in full for the check page, masked for everything after it."""
    name, number, phone = case.applicant_name, case.id_number, case.phone
    if masked:
        name, number, phone = masked_name(name), masked_id(number), masked_phone(phone)
    rows: Rows = [
        {
            "key": _("Who applies"),
            "value": case.get_applicant_type_display(),
            "field": "applicant_type",
        },
        {"key": _("Name"), "value": name, "field": "applicant_name"},
        {"key": _("Identity number or credit code"), "value": number, "field": "id_number"},
        {"key": _("Phone number"), "value": phone, "field": "phone"},
    ]
    if case.enterprise_size:
        size = case.get_enterprise_size_display()
        rows.append({"key": _("Size of the enterprise"), "value": size, "field": "enterprise_size"})
    return rows


def where_rows(case: Application) -> Rows:
    return [
        {"key": _("District and township"), "value": place_words(case), "field": "district"},
        {"key": _("Address"), "value": case.address_line, "field": "address_line"},
    ]


def what_rows(case: Application) -> Rows:
    return [
        {"key": _("Capacity"), "value": f"{figure(case.capacity_kw)} kW", "field": "capacity_kw"},
        {"key": _("Voltage"), "value": voltage_words(case), "field": "voltage"},
        {"key": _("Supplies"), "value": str(case.sources), "field": "sources"},
        {"key": _("Purpose"), "value": case.get_purpose_display(), "field": "purpose"},
    ]


def declared_rows(case: Application) -> Rows:
    """Return the whole declaration, personal data masked."""
    return [*who_rows(case, masked=True), *where_rows(case), *what_rows(case)]


def rating_rows(case: Application) -> Rows:
    rows: Rows = []
    for key, level, comment in (
        (_("Rating of the acceptance"), case.acceptance_rating, case.acceptance_comment),
        (_("Rating"), case.rating, case.rating_comment),
    ):
        if level is not None:
            rows.append({"key": key, "value": str(RATINGS[level])})
        if comment:
            rows.append({"key": _("Comment on the service"), "lines": comment.splitlines()})
    return rows


def charge_rows(case: Application) -> Rows:
    charges = case.charges.select_related("fee_item", "declared").order_by("id")
    return [
        {
            "pk": row.pk,
            "item": row.fee_item.item,
            "state": state_words(row),
            "basis": row.fee_item.legal_basis,
            "amount": money(row.amount_yuan),
            "payee": row.payee,
            "relation": row.affiliate_words,
        }
        for row in charges
    ]
