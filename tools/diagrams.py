"""State diagrams drawn from the machines: pictures for the public, mermaid for the documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import override

from applications.appointments.models import Appointment
from applications.appointments.workflow import AppointmentState
from applications.follow_ups.models import FollowUp
from applications.follow_ups.workflow import FollowUpState
from applications.materials.models import MaterialOrder
from applications.materials.workflow import MaterialOrderState
from applications.models import (
    DualSourceApplication,
    LowVoltageApplication,
    ResidentialApplication,
    SingleSourceApplication,
)
from applications.referrals.models import Referral
from applications.referrals.workflow import ReferralState
from applications.rentals.models import Rental
from applications.rentals.workflow import RentalState
from applications.states import State as CaseState
from approvals.advice.models import Advice
from approvals.advice.workflow import AdviceState
from approvals.models import Permit
from approvals.opinions.models import Opinion
from approvals.opinions.workflow import OpinionState
from approvals.workflow import State as PermitState
from money.charges.models import Charge
from money.charges.workflow import ChargeState
from money.complaints.models import Complaint
from money.complaints.workflow import ComplaintState
from money.payments.models import Payment, Refund
from money.payments.workflow import PaymentState, RefundState
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.workflow import InterruptionState
from oversight.models import Finding, RectificationOrder
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from oversight.orderly.workflow import DistrictState, ExecutionState, PlanState
from oversight.task_ledger.models import Task
from oversight.task_ledger.workflow import TaskState
from oversight.workflow import FindingState, OrderState
from reliability.crews.models import RepairCrew
from reliability.crews.workflow import CrewState
from reliability.monitoring.models import Suggestion
from reliability.monitoring.workflow import SuggestionState
from reliability.outages.models import Outage
from reliability.outages.workflow import OutageState
from reliability.patrols.models import Defect, Patrol
from reliability.patrols.workflow import DefectState, PatrolState
from reliability.reports.models import Report
from reliability.reports.workflow import ReportState
from workflow.machine import Arrow, acts_of, arrows

WITHDRAW = "withdraw"
BOX_WIDTH, BOX_HEIGHT, GAP, LANE, MARGIN = 250, 46, 40, 170, 30
SYSTEM_LABELS = {
    "join": ("许可全部办结", "all permits decided"),
    "deem_accepted": ("逾期视为受理", "deemed accepted"),
    "acknowledge": ("供应链接单", "taken on by the supply chain"),
    "dispatch": ("供应链发货", "dispatched by the supply chain"),
    "deliver": ("供应链送达", "delivered by the supply chain"),
    "refuse": ("供应链无法供货", "not to be had"),
    "lapse": ("办件已继续或已结束，自动取消", "lapsed: the case has gone on, or ended"),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """`order` is the straight way downwards."""

    code: str
    title: str
    order: Sequence[Any]
    moves: tuple[Arrow, ...]
    models: tuple[type[Model], ...]
    dual_only: frozenset[Arrow] = field(default_factory=frozenset)


LOW_ORDER = [
    CaseState.DRAFT, CaseState.SUPPLEMENT, CaseState.SUBMITTED, CaseState.ACCEPTED,
    CaseState.CONTRACTED, CaseState.REPLANNING, CaseState.PERMITS, CaseState.PERMITS_GRANTED,
    CaseState.WORKS, CaseState.ENERGISED,
]  # fmt: skip
HIGH_ORDER = [
    CaseState.DRAFT, CaseState.SUPPLEMENT, CaseState.SUBMITTED, CaseState.ACCEPTED,
    CaseState.PLAN_REPLIED, CaseState.PLAN_CONFIRMED, CaseState.DESIGN_SUBMITTED,
    CaseState.DESIGN_PASSED, CaseState.REPLANNING, CaseState.PERMITS, CaseState.PERMITS_GRANTED,
    CaseState.WORKS, CaseState.INSPECTION_REQUESTED, CaseState.INSPECTED,
    CaseState.COMPLETION_REPORTED, CaseState.COMPLETION_PASSED, CaseState.CONTRACTED,
    CaseState.ENERGISED,
]  # fmt: skip
PERMIT_ORDER = [
    PermitState.AWAITING_SUPPLEMENT, PermitState.RECEIVED, PermitState.ACCEPTED,
    PermitState.SUSPENDED, PermitState.AWAITING_COMMITMENT, PermitState.GRANTED,
    PermitState.REFUSED, PermitState.REVOKED,
]  # fmt: skip

ORDER_ORDER = [OrderState.ISSUED, OrderState.ESCALATED, OrderState.ANSWERED, OrderState.CLOSED]


def machines() -> list[Machine]:
    home, low = _arrows(ResidentialApplication), _arrows(LowVoltageApplication)
    single, dual = _arrows(SingleSourceApplication), _arrows(DualSourceApplication)
    home, low, single, dual = map(_unclosed, (home, low, single, dual))
    both = tuple(dict.fromkeys([*dual, *single]))
    single_and_dual = (SingleSourceApplication, DualSourceApplication)
    return [
        Machine(
            "residential", "居民 residential", LOW_ORDER, _kept(home), (ResidentialApplication,)
        ),
        Machine("low_voltage", "低压 low voltage", LOW_ORDER, _kept(low), (LowVoltageApplication,)),
        Machine(
            "high_voltage", "高压 high voltage", HIGH_ORDER, _kept(both), single_and_dual,
            frozenset(dual) - frozenset(single),
        ),
        Machine("permit", "许可 permit", PERMIT_ORDER, _kept(_arrows(Permit, "")), (Permit,)),
        Machine(
            "advice", "申请前意见 advice",
            [state for state in AdviceState if state != AdviceState.WITHDRAWN],
            _kept(arrows(Advice)), (Advice,),
        ),
        Machine(
            "order", "整改单 order", ORDER_ORDER, tuple(arrows(RectificationOrder)),
            (RectificationOrder,),
        ),
        Machine(
            "signal", "疑点 signal", list(FindingState), tuple(arrows(Finding)), (Finding,)
        ),
        Machine(
            "follow_up", "差评回访 follow-up", list(FollowUpState), _kept(arrows(FollowUp)),
            (FollowUp,),
        ),
        Machine(
            "complaint", "收费投诉 complaint", list(ComplaintState), _kept(arrows(Complaint)),
            (Complaint,),
        ),
        Machine(
            "interruption", "断电投诉 complaint about an interruption", list(InterruptionState),
            _kept(arrows(InterruptionComplaint)), (InterruptionComplaint,),
        ),
        Machine(
            "orderly_plan", "有序用电方案 plan of orderly use", list(PlanState),
            _kept(arrows(CityPlan)), (CityPlan,),
        ),
        Machine(
            "orderly_district", "区县有序用电方案 plan of a district", list(DistrictState),
            _kept(arrows(DistrictPlan)), (DistrictPlan,),
        ),
        Machine(
            "orderly_execution", "有序用电执行 execution of orderly use", list(ExecutionState),
            _kept(arrows(Execution)), (Execution,),
        ),
        Machine("task", "工作台账任务 task", list(TaskState), _kept(arrows(Task)), (Task,)),
        Machine(
            "report", "公众举报 report", list(ReportState), _kept(arrows(Report)), (Report,),
        ),
        Machine(
            "appointment", "上门预约 appointment", list(AppointmentState),
            _kept(arrows(Appointment)), (Appointment,),
        ),
        Machine(
            "material_order", "物资订单 material order", list(MaterialOrderState),
            _kept(arrows(MaterialOrder)), (MaterialOrder,),
        ),
        Machine(
            "rental", "租赁 rental", list(RentalState), _kept(arrows(Rental)), (Rental,),
        ),
        Machine(
            "charge", "收费 charge", list(ChargeState), _kept(arrows(Charge)), (Charge,),
        ),
        Machine(
            "payment", "缴费 payment", list(PaymentState), _kept(arrows(Payment)), (Payment,),
        ),
        Machine(
            "refund", "退款 refund", list(RefundState), _kept(arrows(Refund)), (Refund,),
        ),
        Machine(
            "outage", "停电 outage", list(OutageState), _kept(arrows(Outage)), (Outage,),
        ),
        Machine(
            "suggestion", "疑似故障 suggestion", list(SuggestionState), _kept(arrows(Suggestion)),
            (Suggestion,),
        ),
        Machine(
            "crew", "抢修班组 repair crew", list(CrewState), _kept(arrows(RepairCrew)),
            (RepairCrew,),
        ),
        Machine(
            "patrol", "设备巡视 patrol", list(PatrolState), _kept(arrows(Patrol)), (Patrol,),
        ),
        Machine(
            "defect", "设备缺陷 defect", list(DefectState), _kept(arrows(Defect)), (Defect,),
        ),
        Machine(
            "opinion", "征求意见 opinion", list(OpinionState), _kept(arrows(Opinion)),
            (Opinion,),
        ),
        Machine(
            "referral", "跨市转交 referral", list(ReferralState), _kept(arrows(Referral)),
            (Referral,),
        ),
    ]  # fmt: skip


def _arrows(model: type[Model], start: str = CaseState.DRAFT.value) -> list[Arrow]:
    """In the order of the machine's states."""
    state: Any = model._meta.get_field("state")
    order = [value for value, _label in state.choices]
    found = {Arrow(*arrow) for arrow in arrows(model, start)}
    return sorted(found, key=lambda a: (order.index(a.source), a.action, a.target))


def _unclosed(moves: Iterable[Arrow]) -> list[Arrow]:
    """Of a case, what is closed for want of an answer is said in words, as a withdrawal is."""
    return [a for a in moves if a.target != CaseState.CLOSED]


def _kept(moves: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """Withdrawal is possible everywhere and said in words; what does not move is not drawn."""
    return tuple(a for a in moves if a.action != WITHDRAW and a.source != a.target)


def label(machine: Machine, action: str, language: str) -> str:
    if action in SYSTEM_LABELS:
        return SYSTEM_LABELS[action][0 if language == "zh-hans" else 1]
    acts = {name: said for model in machine.models for name, said in acts_of(model).items()}
    with override(language):
        return str(acts[action].label)


def state_label(state: Any, language: str) -> str:
    with override(language):
        return str(state.label)


def files() -> dict[Path, str]:
    root = Path(settings.BASE_DIR)
    drawn = {root / f"static/diagrams/{m.code}.svg": svg(m) for m in machines()}
    return drawn | {root / "docs/state-machines.md": document()}


def document() -> str:
    parts = ["# State machines", "", "Generated by `python manage.py diagrams`; do not edit.", ""]
    for machine in machines():
        parts += [f"## {machine.title}", "", "```mermaid", "stateDiagram-v2"]
        parts += [f"    [*] --> {machine.order[0]}"]
        for move in machine.moves:
            note = " (hv_dual)" if move in machine.dual_only else ""
            parts += [f"    {move.source} --> {move.target}: {move.action}{note}"]
        parts += ["```", ""]
    ends = (
        "Withdrawal is possible from every state before energised; closing, from the states that "
        "wait for the applicant, once the applicant was reminded and the days after it are over."
    )
    parts.append(ends)
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class _Lane:
    """Where an arrow that does not go to the next box runs."""

    move: Arrow
    first: int
    last: int
    number: int


def svg(machine: Machine) -> str:
    """The straight way downwards, leaps on the right, returns on the left."""
    index = {str(state): place for place, state in enumerate(machine.order)}
    steps = [m for m in machine.moves if index[m.target] == index[m.source] + 1]
    next_one = {(m.source, m.target): [o for o in steps if o.source == m.source] for m in steps}
    leaps = _lanes([m for m in machine.moves if index[m.target] > index[m.source] + 1], index)
    returns = _lanes([m for m in machine.moves if index[m.target] < index[m.source]], index)
    left = MARGIN + LANE * (1 + max((lane.number for lane in returns), default=-1))
    width = left + BOX_WIDTH + LANE * (1 + max((lane.number for lane in leaps), default=-1))
    height = MARGIN * 2 + len(machine.order) * (BOX_HEIGHT + GAP)
    body = [
        *(_straight(machine, moves, index, left) for moves in next_one.values()),
        *(_bent(machine, lane, index, left, right=True) for lane in leaps),
        *(_bent(machine, lane, index, left, right=False) for lane in returns),
        *(_box(state, place, left) for place, state in enumerate(machine.order)),
    ]
    return FRAME.format(
        width=width + MARGIN, height=height, title=escape(machine.title), body="\n".join(body)
    )


FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" role="img" aria-label="{title}" \
font-family="PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 8 4 0 8z" fill="#17212b"/></marker></defs>
{body}
</svg>
"""


def _lanes(moves: Sequence[Arrow], index: dict[str, int]) -> list[_Lane]:
    """Give each arrow the nearest lane in which it meets no other."""
    spans = sorted(
        (abs(index[m.target] - index[m.source]), min(index[m.source], index[m.target]), m)
        for m in moves
    )
    placed: list[_Lane] = []
    for length, first, move in spans:
        taken = {p.number for p in placed if p.first < first + length and first < p.last}
        number = next(n for n in range(len(moves)) if n not in taken)
        placed.append(_Lane(move, first, first + length, number))
    return placed


def _top(place: int) -> int:
    return MARGIN + place * (BOX_HEIGHT + GAP)


def _words(machine: Machine, moves: Sequence[Arrow], x: float, y: float, anchor: str) -> str:
    dual = "（双）" if moves[0] in machine.dual_only else ""
    zh = "／".join(label(machine, move.action, "zh-hans") for move in moves) + dual
    en = " / ".join(label(machine, move.action, "en") for move in moves)
    return (
        f'<text x="{x}" y="{y}" font-size="13" fill="#17212b" text-anchor="{anchor}" '
        f'paint-order="stroke" stroke="#ffffff" stroke-width="4">{escape(zh)}'
        f'<tspan x="{x}" dy="14" font-size="10" fill="#4a5661">{escape(en)}</tspan></text>'
    )


def _dash(machine: Machine, move: Arrow) -> str:
    return ' stroke-dasharray="5 4"' if move in machine.dual_only else ""


def _straight(machine: Machine, moves: Sequence[Arrow], index: dict[str, int], left: int) -> str:
    """To the next box; moves between the same two states share it."""
    move = moves[0]
    x, y = left + BOX_WIDTH / 2, _top(index[move.source]) + BOX_HEIGHT
    line = (
        f'<path d="M{x} {y}V{y + GAP - 1}" stroke="#17212b" fill="none" '
        f'marker-end="url(#tip)"{_dash(machine, move)}/>'
    )
    return line + _words(machine, moves, x + 8, y + 16, "start")


def _bent(machine: Machine, lane: _Lane, index: dict[str, int], left: int, *, right: bool) -> str:
    """Around the boxes between: out at the side, along its lane, and in again."""
    edge = left + BOX_WIDTH if right else left
    side = 1 if right else -1
    x = edge + side * (36 + lane.number * LANE)
    shift = 8 + 5 * (lane.number % 4)
    start = _top(index[lane.move.source]) + (BOX_HEIGHT - shift if right else shift)
    end = _top(index[lane.move.target]) + (shift if right else BOX_HEIGHT - shift)
    line = (
        f'<path d="M{edge} {start}H{x}V{end}H{edge + side}" stroke="#17212b" fill="none" '
        f'marker-end="url(#tip)"{_dash(machine, lane.move)}/>'
    )
    anchor = "start" if right else "end"
    return line + _words(machine, [lane.move], x + side * 5, (start + end) / 2 - 4, anchor)


def _box(state: Any, place: int, left: int) -> str:
    y, middle = _top(place), left + BOX_WIDTH / 2
    zh, en = state_label(state, "zh-hans"), state_label(state, "en")
    return (
        f'<rect x="{left}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" '
        f'fill="#ffffff" stroke="#1d4f91" stroke-width="1.5"/>'
        f'<text x="{middle}" y="{y + 20}" font-size="15" text-anchor="middle" fill="#17212b">'
        f'{escape(zh)}<tspan x="{middle}" dy="16" font-size="11" fill="#4a5661">'
        f"{escape(en)}</tspan></text>"
    )
