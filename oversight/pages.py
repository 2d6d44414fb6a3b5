from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import person
from accounts.models import User
from accounts.roles import ISSUERS, SUPERVISORS, Role, role_words
from approvals.offices import reads_as
from core.clock import CITY, city_now
from core.events import words_of
from core.paging import page_of
from core.templatetags.city import day, instant, working_days
from deadlines.explain import explain
from deadlines.timeleft import TimeLeft, times_of
from documents.queries import about as documents_about
from ledger.queries import timeline
from oversight import findings, orders, subjects, wording
from oversight.actions import ORDERS
from oversight.findings import Proof
from oversight.models import Finding, M, RectificationOrder
from oversight.permissions import may_see, watches
from oversight.workflow import ANSWERS, ENDED
from workflow.buttons import Choices, buttons, choices
from workflow.machine import acts_of, state_words, turn_of
from workflow.pages import steps_table
from workflow.run import Workflow


def deciding_choices(workflow: Workflow[M], matter: M, user: User, page: str) -> Choices:
    """`page` is the URL name of a step's page."""
    found = [
        replace(
            button,
            url=reverse(page, args=[matter.number, button.action]),
            tone="warning" if button.action == "escalate" else "",
        )
        for button in buttons(workflow, matter, user)
        if button.action not in ANSWERS
    ]
    return choices(workflow, matter, user, found)


def _summary(rows: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in rows if value]


# Findings


def turn_in(finding: Finding, order: RectificationOrder | None, user: User) -> str:
    """The act that it is the person's turn to take: of the finding, or of the order behind it."""
    if order is not None and finding.state not in ENDED:
        return turn_of(RectificationOrder, order, user)
    return turn_of(Finding, finding, user)


def finding_rows(found: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "number": finding.number,
            "sentence": findings.sentence_of(finding),
            "detector": findings.detector_of(finding).name,
            "state": state_words(finding),
            "tone": wording.TONES[finding.state],
            "addressee": finding.addressee.words(),
            "at": finding.entry_at,
        }
        for finding in found
    ]


def finding_context(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    user, detector = person(request), findings.detector_of(finding)
    page = page_of(request, findings.evidence_of(finding), order=findings.ENTRY_ORDER)
    order = findings.order_of(finding)
    if order and not may_see(user, order):
        order = None  # its addressee is another one
    order_page = "oversight-orders:order" if watches(user, finding) else "orders:order"
    said = []
    if finding.explained_at:
        said.append(
            {
                "what": _("The explanation"),
                "at": finding.explained_at,
                "text": finding.explanation,
                "files": documents_about(finding.word, finding.pk),
            }
        )
    if finding.decided_at:
        what = _("What the regulator decided")
        said.append({"what": what, "at": finding.decided_at, "text": finding.decision, "files": []})
    return {
        "finding": finding,
        "ended": finding.state in ENDED,
        "detector": detector,
        "sentence": findings.sentence_of(finding),
        "standing": wording.standing(finding, turn_in(finding, order, user)),
        "tag": {"text": state_words(finding), "tone": wording.TONES[finding.state]},
        "definition": detector.describe(finding.thresholds),
        "thresholds": thresholds_table(finding),
        "facts": _summary(
            [
                (_("Who explains"), finding.addressee.words()),
                (_("Case"), findings.case_number(finding, user)),
                (_("Completed by the step of"), instant(finding.entry_at)),
                (_("Found on"), instant(finding.found_at)),
                (_("Rules"), finding.rules_version),
            ]
        ),
        "said": said,
        "order": order,
        "order_url": reverse(order_page, args=[order.number]) if order else "",
        "page": page,
        "proofs": proofs_table(findings.proofs(page.rows, user), user),
        "events": steps_table(timeline(finding.ref)),
    }


def thresholds_table(finding: Finding) -> dict[str, Any]:
    names = findings.detector_of(finding).thresholds
    return {
        "caption": _("What it was counted with"),
        "columns": [
            {"label": _("What")},
            {"label": _("Value")},
            {"label": _("In force")},
            {"label": _("Clause")},
            {"label": _("Source")},
        ],
        "rows": [
            [
                str(names[name]),
                wording.amount(row),
                _("since %(day)s") % {"day": day(row.since)},
                str(row.clause),
                f"{row.source.title}; {row.note}" if row.note else str(row.source.title),
            ]
            for name, row in findings.thresholds_of(finding).items()
        ],
        "stack": True,
    }


def proofs_table(proofs: Sequence[Proof], user: User) -> dict[str, Any]:
    return {
        "caption": _("The entries behind it"),
        "columns": [
            {"label": _("At what time")},
            {"label": _("What")},
            {"label": _("Who")},
            {"label": _("Case")},
            {"label": _("Entry of the record")},
        ],
        "rows": [
            [
                # Steps within minutes are told apart by their second.
                f"{day(proof.entry.at)} {proof.entry.at.astimezone(CITY):%H:%M:%S}",
                str(words_of(proof.entry.type)),
                role_words(proof.entry.actor_role),
                _case_cell(proof, user),
                "–"
                if proof.index is None
                else {
                    "text": _("No. %(index)s") % {"index": proof.index},
                    "url": reverse("disclosure:record-entry", args=[proof.index]),
                },
            ]
            for proof in proofs
        ],
        "stack": True,
    }


def _case_cell(proof: Proof, user: User) -> Any:
    """With the page of the case, or of the permit, that this reader may open, if any."""
    number, permit, url = proof.application, proof.permit, ""
    if not number:
        return "–"
    if user.role_in(*SUPERVISORS) is not None:
        url = reverse("oversight:case", args=[number])
    elif user.role_in(Role.SUPPLY_LEAD) is not None:
        url = reverse("work:case", args=[number])
    elif permit and reads_as(permit, user, Role.BUREAU_LEAD):
        url = reverse("bureau:permit", args=[permit.pk])
    return {"text": number, "url": url}


# Orders


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    asked: str
    addressee: str
    tags: list[dict[str, str]]
    since: datetime
    left: TimeLeft
    word: str


def order_rows(found: Sequence[RectificationOrder]) -> list[Row]:
    """Two queries however many there are."""
    left = times_of(orders.clocks_of(found).values(), city_now())
    return [
        Row(
            number=order.number,
            asked=wording.first_words(order.text),
            addressee=order.addressee.words(),
            tags=wording.tags(order, left[order.ref]),
            since=order.issued_at,
            left=left[order.ref],
            word=wording.left_words(order, left[order.ref]),
        )
        for order in found
    ]


def rows_to_check(new: RectificationOrder, user: User) -> list[dict[str, Any]]:
    """Say an order that is not issued yet: to whom, what, by which rule, in how many days."""
    about = subjects.subject_of(new, user)
    return _summary(
        [
            (_("Addressee"), new.addressee.words()),
            (_("It is about"), about.label if about else _("no single case")),
            (_("What is to be put right"), new.text),
            (_("Clause"), new.clause),
            (_("Working days given"), working_days(new.days)),
        ]
    )


def order_context(request: HttpRequest, order: RectificationOrder) -> dict[str, Any]:
    now, clocks = city_now(), orders.clocks_of([order])
    clock, left = clocks[order.ref], times_of(clocks.values(), now)[order.ref]
    events, explained = timeline(order.ref), explain(clock, now)
    roles = {event.seq: event.role for event in events}
    acts = acts_of(RectificationOrder)
    return {
        "order": order,
        "ended": order.closed_at is not None,
        "subject": subjects.subject_of(order, person(request)),
        "sentence": wording.sentence(
            order, left, turn_of(RectificationOrder, order, person(request))
        ),
        "tags": wording.tags(order, left),
        "can_go_up": left.late and ORDERS.why_not(order, "escalate") is None,
        "facts": _summary(
            [
                (_("Addressee"), order.addressee.words()),
                (_("Clause"), order.clause),
                (_("Working days given"), working_days(order.days)),
                (_("Issued"), instant(order.issued_at)),
                (_("Issued by"), role_words(order.issued_as)),
                (_("Answered on"), instant(order.answered_at)),
                (_("With the lead agency since"), instant(order.escalated_at)),
                (_("Closed on"), instant(order.closed_at)),
                (_("Rules"), clock.rules_version),
            ]
        ),
        "said": [
            {
                "what": words_of(acts[one.action].event),
                "who": role_words(roles.get(one.seq, "")),
                "at": one.at,
                "text": one.text,
                "files": files,
            }
            for one, files in orders.statements(order)
        ],
        "clock": {
            "title": _("How this is counted: %(name)s") % {"name": explained.name},
            "lines": [{"kind": line.kind, "text": line.text} for line in explained.lines],
        },
        "events": steps_table(events),
    }


def orders_about(case_ref: UUID, user: User, new: RectificationOrder, query: str) -> dict[str, Any]:
    """`new` is an order as one about it begins; so does `query`, of the address of its form."""
    may_issue = user.role_in(*ISSUERS) is not None
    near = new.part_of(user) if may_issue else None
    found = (
        orders.about(user, case_ref)
        if user.role_in(*SUPERVISORS)
        else RectificationOrder.objects.none()
    )
    return {
        "orders": [
            {
                "url": reverse("oversight-orders:order", args=[order.number]),
                "number": order.number,
                "addressee": order.addressee.words(),
                "state": state_words(order),
                "tone": wording.TONES[order.state],
            }
            for order in found
        ],
        "issue_url": f"{reverse('oversight-orders:new')}?{query}" if may_issue and not near else "",
        "not_issued": near,
    }
