"""A walk of one case of every kind through a running portal, and of what keeps the power on
(tools/tour_power.py), over HTTP only; each answer is held to what the rules say must come of it.
"""

import base64
import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.calendar import Calendar
from tools.client import Client, Unexpected
from tools.scenarios import (
    ATTACHED,
    BODIES,
    EXPRESSWAY,
    KINDS,
    LINE_WORKS,
    LONG_LINE,
    ON_ROAD,
    PACKAGE,
    PAPERS,
    PDF,
    PERMIT_BODIES,
    PLAN_LINES,
    STEPS,
    Body,
    Step,
    address,
    decision,
    declaration,
    manager_for,
)
from tools.tour_power import tour_power

PEOPLE = (
    "resident", "shop", "factory", "clerk", "manager", "project",
    "planning", "housing", "police", "transport", "city-management",
)  # fmt: skip
PROBLEM = {"type", "title", "status", "detail"}


@dataclass(frozen=True)
class Story:
    """One case: what is built, and what must come of it.

    `limit` is (measure, working days); `refuse` names a permit that is refused in the first round,
    `change` what the changed line differs in, `carried` the permits that it must carry over.
    """

    kind: str
    limit: tuple[str, int]
    works: Body
    routes: dict[str, str]
    refuse: str = ""
    change: Body = field(default_factory=dict)
    carried: tuple[str, ...] = ()


NOT_NEEDED = dict.fromkeys(
    (
        "planning", "construction", "road_occupation", "municipal_occupation",
        "municipal_excavation", "highway_excavation", "greening",
    ),
    "not_needed",
)  # fmt: skip
ON_THE_ROAD = (
    "planning", "construction", "road_occupation", "municipal_occupation", "municipal_excavation",
)  # fmt: skip
STORIES = (
    Story(
        kind="residential",
        limit=("whole_process", 3),
        works={"length_m": 60, "excavation_m": 0, "investment_yuan": 20_000},
        routes=NOT_NEEDED | {"planning": "exempt"},
    ),
    Story(
        kind="lv_small",
        limit=("whole_process", 7),
        works={"length_m": 300, "excavation_m": 20, "investment_yuan": 400_000,
               "in_planned_area": True, "along_municipal_road_or_duct": True,
               "road": "municipal", "occupies_road": True},
        routes=NOT_NEEDED
        | {"planning": "review", "construction": "exempt", "road_occupation": "commitment",
           "municipal_occupation": "commitment", "municipal_excavation": "commitment"},
    ),
    Story(
        kind="lv_other",
        limit=("handling", 6),
        works=ON_ROAD
        | {"greening": "ordinary", "choose_review": ["greening"],
           "road": "highway", "highway_class": "other", "excavation_m": 8},
        routes=NOT_NEEDED
        | {"planning": "instant", "greening": "review", "highway_excavation": "review"},
    ),
    Story(
        kind="hv_single",
        limit=("handling", 16),
        works=LONG_LINE,
        routes=NOT_NEEDED | dict.fromkeys((*ON_THE_ROAD, "greening"), "review"),
        refuse="greening",
        change={"greening": "none"},
        carried=ON_THE_ROAD,
    ),
    Story(
        kind="hv_dual",
        limit=("handling", 30),
        works=EXPRESSWAY | {"in_adopted_plan": True, "investment_yuan": 5_000_000},
        routes=NOT_NEEDED
        | {"planning": "review", "construction": "review", "highway_excavation": "special"},
    ),
)  # fmt: skip

#: A plan and a design are sent back once, and made again, before the step of the straight way.
SENT_BACK: dict[str, tuple[tuple[Step, Body], ...]] = {
    "confirm_plan": (
        (Step("confirm_plan", "applicant", "accepted", "supplier"),
         {"agree": False, "reason": "太远"}),
        (Step("reply_plan", "manager", "plan_replied", "applicant"),
         {"summary": "就近 10 千伏", "lines": PLAN_LINES}),
    ),
    "review_design": (
        (Step("review_design", "project", "plan_confirmed", "applicant"),
         {"passed": False, "findings": ["保护定值缺失"]}),
        (Step("submit_design", "applicant", "design_submitted", "supplier"), {}),
    ),
}  # fmt: skip

#: What the plan has the company build itself is finished in the works, and is the company's time.
OWN_WORKS: tuple[tuple[Step, Body], ...] = (
    (Step("start_works", "project", "works", "supplier"), {}),
    (Step("finish_line", "project", "works", "supplier"), {"line": 1}),
    (Step("finish_line", "project", "works", "applicant"), {"line": 2}),
)


def tour(base_url: str) -> Iterator[str]:
    """Walk every story; yield the timeline of each. What is not as the rules say is Unexpected."""
    nobody, calendar = Client(base_url), Calendar.from_files()
    clients = {name: nobody.signed_in(name) for name in PEOPLE}
    for story in STORIES:
        walk = Walk(story, nobody, clients, calendar)
        walk.walk()
        yield from walk.lines()
        yield ""
    yield from tour_power(nobody)
    yield ""
    yield f"{len(STORIES)} kinds from filing to energised, as the rules say."


def same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Unexpected(f"{what} is {found!r}, {wanted!r} expected")


@dataclass
class Walk:
    story: Story
    nobody: Client
    clients: Mapping[str, Client]
    calendar: Calendar
    number: str = ""
    case: dict[str, Any] = field(default_factory=dict)

    @property
    def applicant(self) -> Client:
        return self.clients[KINDS[self.story.kind][0]]

    @property
    def manager(self) -> Client:
        return self.clients["manager"]

    def walk(self) -> None:
        self.draft()
        for step in STEPS[self.story.kind]:
            for detour, body in SENT_BACK.get(step.action, ()):
                self.take(detour, body)
            if step.action == LINE_WORKS:
                self.line_works()
            elif step.action == "start_works" and self.story.kind in ("hv_single", "hv_dual"):
                for own, body in OWN_WORKS:
                    self.take(own, body)
            else:
                self.take(step, BODIES.get(step.action, {}))
            if step.action == "submit":
                self.check_due()
                self.check_refusals()
        self.take(Step("rate", "applicant", "energised", None), BODIES["rate"])
        same("late", self.case["late"], False)
        self.check_receipts()

    def take(self, step: Step, body: Body) -> None:
        if papers := PAPERS[self.story.kind].get(step.action):
            self.hand_in(step.action, papers)
        client = self.applicant if step.who == "applicant" else self.clients[step.who]
        path = f"/applications/{self.number}/actions/{step.action}/"
        self.case = client.expect(200, "POST", path, body)
        same(f"{self.number} after {step.action}", self.case["state"], step.state)
        same(f"holder after {step.action}", self.case["holder"], step.holder)

    def draft(self) -> None:
        self.case = self.applicant.expect(201, "POST", "/applications/", self.declared())
        self.number = self.case["number"]
        same("kind", self.case["kind"], self.story.kind)
        limit = self.case["limits"][0]
        same("limit", (limit["measure"], limit["days"]), self.story.limit)

    def hand_in(self, action: str, papers: Sequence[str]) -> None:
        """Try the step without its documents, which names them all; then hand them in."""
        path = f"/applications/{self.number}/"
        answer = self.applicant.send("POST", f"{path}actions/{action}/", {})
        same(f"{action} without documents", answer.status, 422)
        named = [error["pointer"] for error in answer.body["errors"]]
        same("documents named as missing", named, [f"/documents/{paper}" for paper in papers])
        for paper in papers:
            answer = self.applicant.upload(f"{path}documents/", paper, PDF)
            same(f"upload of {paper}", answer.status, 201)

    def declared(self) -> Body:
        body = declaration(self.story.kind, address(time.time_ns()))
        applicant = body["applicant"]
        return body | {"applicant": applicant | {"name": f"演示{applicant['name']}"}}

    def check_due(self) -> None:
        filed = datetime.fromisoformat(self.case["filed_at"])
        due = self.calendar.due(filed, self.story.limit[1])
        same("due day", self.case["due_on"], due.date.isoformat())
        same("provisional", self.case["provisional"], due.provisional)

    def check_refusals(self) -> None:
        """In the contract's order, with nothing changed."""
        path = f"/applications/{self.number}/"
        before = self.applicant.expect(200, "GET", path)
        stranger = self.clients["resident" if self.story.kind != "residential" else "shop"]
        off_list = "design" if self.story.kind == "hv_single" else "completion_report"
        asked = {"items": [{"requirement": off_list, "reason": "想看看"}]}
        attempts: list[tuple[str, Client, str, Body, dict[str, str], int]] = [
            ("nobody", self.nobody, "accept", {}, {}, 401),
            ("a stranger", stranger, "accept", {}, {}, 404),
            ("the applicant accepting", self.applicant, "accept", {}, {}, 403),
            ("energising at once", self.manager, "energise", BODIES["energise"], {}, 409),
            ("a stale version", self.manager, "accept", {}, {"If-Match": '"0"'}, 412),
            ("a document off the list", self.manager, "request_supplement", asked, {}, 422),
        ]
        for what, client, action, body, headers, status in attempts:
            answer = client.send("POST", f"{path}actions/{action}/", body, headers=headers)
            same(what, answer.status, status)
            problem = isinstance(answer.body, dict) and set(answer.body) >= PROBLEM
            same(f"type of the answer to {what}", problem, True)
        same("the case after refusals", self.applicant.expect(200, "GET", path), before)
        # The same request twice is one case; the same key with another body is refused.
        key, filing = {"Idempotency-Key": uuid.uuid4().hex}, self.declared()
        first = self.applicant.send("POST", "/applications/", filing, headers=key)
        again = self.applicant.send("POST", "/applications/", filing, headers=key)
        same("a repeated request", (again.status, again.body), (201, first.body))
        other = filing | {"capacity_kw": 9}
        answer = self.applicant.send("POST", "/applications/", other, headers=key)
        same("the same key with another body", answer.status, 422)

    def line_works(self) -> None:
        """With its package, every permit, and the join; a refusal and the changed line."""
        body = self.story.works | {"application": self.number, "voltage": self.case["voltage"]}
        by = self.clients[manager_for(self.story.kind, "post_line_works")]
        if set(self.story.routes.values()) - {"not_needed", "exempt"}:
            body |= {"package": self.packed(by)}
        asked = by.expect(200, "POST", "/line-works/?dry_run=1", body)
        posted = by.expect(201, "POST", "/line-works/", body)
        for answer in (asked, posted):
            routes = {row["permit"]: row["route"] for row in answer["permits"]}
            same("routes", routes, self.story.routes)
        self.decide(posted["permits"])
        if self.story.refuse:
            self.refresh()
            same("state after a refusal", self.case["state"], "replanning")
            path = f"/line-works/{posted['id']}/changes/"
            # It begins with the package before.
            package = by.expect(200, "PUT", f"/applications/{self.number}/package/", PACKAGE)
            body |= {"package": package["sha256"]}
            changed = by.expect(201, "POST", path, body | self.story.change)
            carried = tuple(row["permit"] for row in changed["permits"] if row["carried_over"])
            same("carried over", carried, self.story.carried)
            self.decide(changed["permits"])
        self.refresh()
        same("state after the permits", self.case["state"], "permits_granted")

    def packed(self, by: Client) -> str:
        """Prepare the package; return what names it where it is sent."""
        path = f"/applications/{self.number}/package/"
        by.expect(200, "PUT", path, PACKAGE)
        for code in ATTACHED:
            same(code, by.upload(f"{path}attachments/", code, PDF).status, 201)
        return str(by.expect(200, "GET", path)["sha256"])

    def refresh(self) -> None:
        self.case = self.applicant.expect(200, "GET", f"/applications/{self.number}/")

    def decide(self, permits: list[dict[str, Any]]) -> None:
        """By its own officer; one refused where the story says so."""
        after = {"accept": "accepted", "refuse": "refused"}
        for row in permits:
            if not row.get("id") or row["state"] in ("granted", "refused"):
                continue
            refused = row["permit"] == self.story.refuse and not row["carried_over"]
            for action in decision(state=row["state"], route=row["route"], refused=refused):
                ours = manager_for(self.story.kind, action)
                client = self.clients[ours if action == "commit" else row["bureau"]]
                path = f"/permits/{row['id']}/actions/{action}/"
                found = client.expect(200, "POST", path, PERMIT_BODIES.get(action, {}))
                wanted = after.get(action, "granted")
                same(f"permit {row['id']} after {action}", found["state"], wanted)

    def check_receipts(self) -> None:
        """Its promise must be of the very entry that it shows."""
        path = f"/applications/{self.number}/timeline/"
        events = self.applicant.expect(200, "GET", path)["events"]
        numbers = [event["receipt"] for event in events if event["receipt"]]
        same("receipts", bool(numbers), True)
        for number in numbers:
            receipt = self.applicant.expect(200, "GET", f"/ledger/receipts/{number}/")
            leaf = hashlib.sha256(b"\0" + receipt["entry"].encode()).digest()
            promised = receipt["promise"].split("\n")[2:4]
            same(f"receipt {number}", promised, [number, base64.b64encode(leaf).decode()])

    def lines(self) -> Iterator[str]:
        answer = self.applicant.expect(200, "GET", f"/applications/{self.number}/timeline/")
        due = f", due {answer['due_on']}" if answer["due_on"] else ""
        yield (
            f"{self.number} {self.story.kind}: {answer['handling_days']} handling days, "
            f"{answer['whole_process_days']} whole-process days{due}"
        )
        for event in answer["events"]:
            move = f"{event['from'] or ''} → {event['to'] or ''}".strip(" →")
            yield (
                f"  {event['seq']:>3} {event['at'][:19]}  {event['type']:<28} {event['role']:<11}"
                f" {event['holder'] or '-':<10} {move}"
            )
