"""The one set of stories, as data alone: the tour and the fault campaign send it over HTTP,
benchmarks and tests hand it to the actions.
"""

from typing import Any, NamedTuple

Body = dict[str, Any]

DISTRICT = "510302"
PHONE = "13800001234"
PASSWORD = "tongdian-demo"  # noqa: S105 (the demonstration's, printed on its screen)
#: One empty page.
PDF = (
    b"%PDF-1.4\n"
    b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000058 00000 n \n0000000115 00000 n \n"
    b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n"
)

PDF_NAME = "证件.pdf"

# --- Cases ------------------------------------------------------------------------------------

RESIDENT: Body = {"type": "person", "name": "王小明", "id_number": "510302199003070013"}
SHOP: Body = {
    "type": "company",
    "name": "自贡市好味道小吃店",
    "id_number": "91510300MA60000014",
    "enterprise_size": "small",
}
FACTORY: Body = {
    "type": "company",
    "name": "自贡市机械制造有限公司",
    "id_number": "125103004504000000",
    "enterprise_size": "large",
}

#: What makes each kind, and whose account files it.
KINDS: dict[str, tuple[str, Body]] = {
    "residential": (
        "resident",
        {"applicant": RESIDENT, "capacity_kw": 8, "voltage": "low", "sources": 1,
         "purpose": "residential"},
    ),
    "lv_small": (
        "shop",
        {"applicant": SHOP, "capacity_kw": 60, "voltage": "low", "sources": 1,
         "purpose": "commercial"},
    ),
    "lv_other": (
        "shop",
        {"applicant": FACTORY, "capacity_kw": 90, "voltage": "low", "sources": 1,
         "purpose": "commercial"},
    ),
    "hv_single": (
        "factory",
        {"applicant": FACTORY, "capacity_kw": 800, "voltage": "high", "sources": 1,
         "purpose": "industrial"},
    ),
    "hv_dual": (
        "factory",
        {"applicant": FACTORY, "capacity_kw": 2000, "voltage": "high", "sources": 2,
         "purpose": "industrial"},
    ),
}  # fmt: skip


def address(number: int) -> str:
    """It says of itself that it is made up."""
    return f"演示路{number}号"


def declaration(kind: str, line: str) -> Body:
    _who, body = KINDS[kind]
    return {
        **body,
        "applicant": body["applicant"] | {"phone": PHONE},
        "address": {"district": DISTRICT, "line": line},
        "channel": "online",
    }


#: On a way, in place of an action: the line works are posted and their permits decided.
LINE_WORKS = "*"


class Step(NamedTuple):
    """Who takes it (`applicant`: the account that filed), and where the case is afterwards."""

    action: str
    who: str
    state: str
    holder: str | None


_LOW = (
    Step("submit", "applicant", "submitted", "supplier"),
    Step("accept", "clerk", "accepted", "applicant"),
    Step("sign_contract", "applicant", "contracted", "supplier"),
    Step(LINE_WORKS, "manager", "permits_granted", "supplier"),
    Step("start_works", "manager", "works", "supplier"),
    Step("energise", "manager", "energised", None),
)
_HIGH_ACCEPTED = (
    Step("submit", "applicant", "submitted", "supplier"),
    Step("accept", "clerk", "accepted", "supplier"),
    Step("reply_plan", "manager", "plan_replied", "applicant"),
)
_HIGH_WORKS = (
    Step(LINE_WORKS, "project", "permits_granted", "supplier"),
    Step("start_works", "project", "works", "applicant"),
)
_HIGH_COMPLETED = (
    Step("report_completion", "applicant", "completion_reported", "supplier"),
    Step("inspect_completion", "project", "completion_passed", "applicant"),
    Step("sign_contract", "applicant", "contracted", "supplier"),
    Step("energise", "manager", "energised", None),
)
#: The straight way of each kind from draft to energised.
STEPS: dict[str, tuple[Step, ...]] = {
    "residential": _LOW,
    "lv_small": _LOW,
    "lv_other": _LOW,
    "hv_single": (
        *_HIGH_ACCEPTED,
        Step("confirm_plan", "applicant", "plan_confirmed", "supplier"),
        *_HIGH_WORKS,
        *_HIGH_COMPLETED,
    ),
    "hv_dual": (
        *_HIGH_ACCEPTED,
        Step("confirm_plan", "applicant", "plan_confirmed", "applicant"),
        Step("submit_design", "applicant", "design_submitted", "supplier"),
        Step("review_design", "project", "design_passed", "supplier"),
        *_HIGH_WORKS,
        Step("request_inspection", "applicant", "inspection_requested", "supplier"),
        Step("inspect", "project", "inspected", "applicant"),
        *_HIGH_COMPLETED,
    ),
}
#: Of high voltage: the two managers of the demonstration have every case, each with acts of their
#: own; at low voltage either takes all.
PROJECTS = frozenset({
    "review_design", "post_line_works", "change_line_works", "start_works", "inspect",
    "inspect_completion", "finish_line", "commit", "supply_supplement",
})  # fmt: skip


def manager_for(kind: str, action: str) -> str:
    """The username of the manager who takes an act of a case of a kind, or of its permits."""
    return "project" if kind.startswith("hv") and action in PROJECTS else "manager"


WAYS = {kind: tuple(step.action for step in steps) for kind, steps in STEPS.items()}
BY_APPLICANT = {step.action for step in STEPS["hv_dual"] if step.who == "applicant"} | {
    "supply_supplement", "rate", "withdraw", "answer_prolongation",
}  # fmt: skip

#: The documents that an action of a kind cannot do without (plan 3(2)2).
_FIRST = ("identity", "property")
_DESIGN = ("design_qualification", "design")
_WORKS = ("construction_qualification", "concealed_works")
PAPERS: dict[str, dict[str, tuple[str, ...]]] = {
    **{kind: {"submit": _FIRST} for kind in ("residential", "lv_small", "lv_other")},
    "hv_single": {
        "submit": (*_FIRST, "project_approval"),
        "report_completion": ("completion_report", *_DESIGN, *_WORKS),
    },
    "hv_dual": {
        "submit": (*_FIRST, "project_approval"),
        "submit_design": _DESIGN,
        "request_inspection": _WORKS,
        "report_completion": ("completion_report",),
    },
}

#: Works and costs of a plan; what they cost is made up.
PLAN_LINES: list[Body] = [
    {"item": "10 千伏电缆线路，变电站至分界开关", "part": "to_boundary", "quantity": 320,
     "unit": "米", "cost_yuan": "186000", "builder": "supplier"},
    {"item": "分界开关和计量装置", "part": "to_boundary", "quantity": 1, "unit": "套",
     "cost_yuan": "42000.50", "builder": "supplier"},
    {"item": "10 千伏电缆线路，分界开关至配电室", "part": "beyond_boundary", "quantity": "152.5",
     "unit": "米", "cost_yuan": "64000", "builder": "applicant"},
    {"item": "配电变压器", "part": "beyond_boundary", "quantity": 2, "unit": "台",
     "cost_yuan": "158000", "builder": "applicant"},
]  # fmt: skip

#: A body that serves for each action that needs one.
BODIES: dict[str, Body] = {
    "request_supplement": {"items": [{"requirement": "identity", "reason": "照片不清"}]},
    "reply_plan": {"summary": "由 10 千伏解放线供电"},
    "confirm_plan": {"agree": True},
    "review_design": {"passed": True, "findings": []},
    "inspect": {"passed": True, "findings": []},
    "inspect_completion": {"passed": True, "findings": []},
    "energise": {"meter_number": "DB-0001"},
    "rate": {"level": 5},
}

# --- Line works and permits -------------------------------------------------------------------

NO_WORKS: Body = {"none": True}
#: Four reviewed permits of four bureaus, at high and at low voltage alike.
FOUR_REVIEWS: Body = {
    "length_m": 800,
    "excavation_m": 0,
    "investment_yuan": 2_000_000,
    "in_planned_area": True,
    "along_municipal_road_or_duct": True,
    "road": "none",
    "occupies_road": True,
    "greening": "ordinary",
}
#: Every permit is live, one route each: planning and construction in review, the road permits and
#: greening by commitment.
SHORT_LINE: Body = {
    "voltage": "high",
    "length_m": 480,
    "excavation_m": 60,
    "investment_yuan": 2_000_000,
    "in_planned_area": True,
    "along_municipal_road_or_duct": True,
    "road": "municipal",
    "occupies_road": True,
    "greening": "ordinary",
}
#: The same, too long for commitments: six reviews, four bureaus.
LONG_LINE: Body = {**SHORT_LINE, "length_m": 800}
#: Only planning, on an existing road: decided on the spot.
ON_ROAD: Body = {
    "voltage": "high",
    "length_m": 600,
    "excavation_m": 0,
    "investment_yuan": 500_000,
    "road": "none",
    "existing_road": True,
    "greening": "none",
}
#: Only planning, in ordinary review.
PLANNING_ONLY: Body = {**ON_ROAD, "existing_road": False}
#: Planning in review, and an expressway crossed: outside the clause.
EXPRESSWAY: Body = {
    **PLANNING_ONLY,
    "road": "highway",
    "highway_class": "expressway",
    "crosses_road": True,
}
NOTHING_NEEDED: Body = {**PLANNING_ONLY, "length_m": 100}

#: What goes to all bureaus with the line, and what its permits need attached; the route is as long
#: as `LONG_LINE`, and made up.
PACKAGE: Body = {
    "route": [
        [104.7701, 29.3402],
        [104.7742, 29.3411],
        [104.7755, 29.3436],
        [104.7762, 29.3442],
    ],
    "begins_on": "2026-04-01",
    "ends_on": "2026-05-15",
    "contractor": "自贡市线路工程有限公司",
    "contact": "李工",
    "phone": PHONE,
}
ATTACHED = ("cross_sections", "tree_list")

PERMIT_BODIES: dict[str, Body] = {
    "request_supplement": {"items": ["红线图"]},
    "supply_supplement": {"answers": [{"item": 1, "answer": "已补充"}]},
    "exclude_time": {"ground": "expert_review", "expected_days": 3},
    "extend": {"reason": "现场踏勘需要更多时间"},
    "check_afterwards": {"kept": False, "findings": "现场未按承诺恢复路面"},
    "revoke": {"reason": "未按承诺恢复路面", "clause": "行政许可法 69"},
    "answer_chase": {"answer": "本周内办结"},
    "hand_out": {"to": "company"},
    "refuse": {"reason": "占用绿线", "clause": "行政许可法第三十八条"},
}


def decision(*, state: str, route: str, refused: bool = False) -> tuple[str, ...]:
    """`commit` is the project manager's, the rest the permit's officer's."""
    if state == "awaiting_commitment":
        return ("commit",)
    end = "refuse" if refused else "grant"
    return ("accept", end) if state == "received" and route != "instant" else (end,)
