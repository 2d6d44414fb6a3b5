"""Walking one story through the portal, checking each answer against the rules."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.tour.client import Client, TourError
from portal.tour.stories import PDF, PHONE, Story
from rules.calendar import Calendar

Say = Callable[[str], None]


def same(what: str, found: object, wanted: object) -> None:
    """Stop the tour where something is not as the rules say."""
    if found != wanted:
        raise TourError(f"{what} is {found!r}, {wanted!r} expected")


@dataclass
class Walk:
    """One case on its way; each step is an HTTP request of the person whose step it is."""

    story: Story
    clients: dict[str, Client]
    calendar: Calendar
    filed: Callable[["Walk"], None]
    number: str = ""
    case: dict[str, Any] = field(default_factory=dict)

    @property
    def applicant(self) -> Client:
        """The account that files."""
        return self.clients[self.story.who]

    @property
    def manager(self) -> Client:
        """The supply company's customer manager."""
        return self.clients["manager"]

    def do(self, client: Client, action: str, state: str, holder: str | None, **body: Any) -> None:
        """Take a step and check where the case is afterwards, and with whom."""
        path = f"/applications/{self.number}/actions/{action}/"
        self.case = client.expect(200, "POST", path, body)
        same(f"{self.number} after {action}", self.case["state"], state)
        same(f"holder after {action}", self.case["holder"], holder)

    def file(self) -> None:
        """From nothing to submitted."""
        body = self.story.case | {
            "applicant": self.story.case["applicant"] | {"phone": PHONE},
            "address": {"district": "510302", "line": f"演示路{time.time_ns()}号"},
            "channel": "online",
        }
        self.case = self.applicant.expect(201, "POST", "/applications/", body)
        self.number = self.case["number"]
        same("kind", self.case["kind"], self.story.kind)
        limit = self.case["limits"][0]
        same("limit", (limit["measure"], limit["days"]), self.story.limit)
        self._refused_without_documents()
        self.hand_in()
        self.do(self.applicant, "submit", "submitted", "supplier")
        self.check_due()
        self.filed(self)

    def _refused_without_documents(self) -> None:
        path = f"/applications/{self.number}/actions/submit/"
        answer = self.applicant.send("POST", path, {})
        same("submitting without documents", answer.status, 422)
        named = sorted(error["pointer"] for error in answer.body["errors"])
        missing = sorted(f"/documents/{doc['requirement']}" for doc in self.first_documents())
        same("documents named as missing", named, missing)

    def first_documents(self) -> list[dict[str, Any]]:
        """The documents of the application stage: identity, property, for high voltage approval."""
        first = {"identity", "property", "project_approval"}
        return [doc for doc in self.case["documents"] if doc["requirement"] in first]

    def hand_in(self) -> None:
        """Upload what is not there yet."""
        for document in self.case["documents"]:
            if not document["met"]:
                path = f"/applications/{self.number}/documents/"
                answer = self.applicant.upload(path, document["requirement"], PDF)
                same(f"upload of {document['requirement']}", answer.status, 201)

    def check_due(self) -> None:
        """The last day, counted by the calendar from the day of filing."""
        filed = datetime.fromisoformat(self.case["filed_at"])
        due = self.calendar.due(filed, self.story.limit[1])
        same("due day", self.case["due_on"], due.date.isoformat())
        same("provisional", self.case["provisional"], due.provisional)

    def walk(self) -> None:
        """The whole way."""
        self.file()
        if self.story.kind.startswith("hv"):
            self.high_voltage()
        else:
            self.low_voltage()
        self.do(self.applicant, "rate", "energised", None, level=5)
        same("late", self.case["late"], False)
        self.check_receipts()

    def low_voltage(self) -> None:
        """受理签约, 施工接电."""
        self.do(self.clients["clerk"], "accept", "accepted", "applicant")
        self.do(self.applicant, "sign_contract", "contracted", "supplier")
        self.permits()
        self.do(self.manager, "start_works", "works", "supplier")
        self.do(self.manager, "energise", "energised", None, meter_number=f"DB{self.number}")

    def high_voltage(self) -> None:
        """申请受理, 供电方案答复, 外部工程实施, 装表接电."""
        dual = self.story.kind == "hv_dual"
        self.do(self.clients["clerk"], "accept", "accepted", "supplier")
        self.plan()
        if dual:
            self.design()
        self.permits()
        self.do(self.clients["project"], "start_works", "works", "applicant")
        if dual:
            self.do(self.applicant, "request_inspection", "inspection_requested", "supplier")
            self.do(self.manager, "inspect", "inspected", "applicant", passed=True, findings=[])
        self.do(self.applicant, "report_completion", "completion_reported", "supplier")
        self.do(self.manager, "inspect_completion", "completion_passed", "applicant",
                passed=True, findings=[])  # fmt: skip
        self.do(self.applicant, "sign_contract", "contracted", "supplier")
        self.do(self.manager, "energise", "energised", None, meter_number=f"DB{self.number}")

    def plan(self) -> None:
        """A supply plan, once sent back."""
        holder = "applicant" if self.story.kind == "hv_dual" else "supplier"
        self.do(self.manager, "reply_plan", "plan_replied", "applicant", summary="一路 10 千伏")
        self.do(self.applicant, "confirm_plan", "accepted", "supplier", agree=False, reason="太远")
        self.do(self.manager, "reply_plan", "plan_replied", "applicant", summary="就近 10 千伏")
        self.do(self.applicant, "confirm_plan", "plan_confirmed", holder, agree=True)

    def design(self) -> None:
        """A design, once sent back with findings."""
        self.do(self.applicant, "submit_design", "design_submitted", "supplier")
        self.do(self.manager, "review_design", "plan_confirmed", "applicant",
                passed=False, findings=["保护定值缺失"])  # fmt: skip
        self.do(self.applicant, "submit_design", "design_submitted", "supplier")
        self.do(self.manager, "review_design", "design_passed", "supplier",
                passed=True, findings=[])  # fmt: skip

    def permits(self) -> None:
        """The line works, every permit, and the join; a refusal and the changed line."""
        body = {"application": self.number, "voltage": self.case["voltage"], **self.works()}
        asked = self.manager.expect(200, "POST", "/line-works/?dry_run=1", body)
        posted = self.manager.expect(201, "POST", "/line-works/", body)
        for answer in (asked, posted):
            routes = {row["permit"]: row["route"] for row in answer["permits"]}
            same("routes", routes, self.story.routes)
        self.decide(posted["permits"])
        if self.story.refuse:
            self.again(posted["id"], body)
        self.refresh()
        same("state after the permits", self.case["state"], "permits_granted")

    def works(self) -> dict[str, Any]:
        """The works of the story."""
        return self.story.works or {"none": True}

    def again(self, line_works: int, body: dict[str, Any]) -> None:
        """The round after a refusal."""
        self.refresh()
        same("state after a refusal", self.case["state"], "replanning")
        path = f"/line-works/{line_works}/changes/"
        posted = self.manager.expect(201, "POST", path, body | self.story.change)
        carried = tuple(row["permit"] for row in posted["permits"] if row["carried_over"])
        same("carried over", carried, self.story.carried)
        self.decide(posted["permits"])

    def refresh(self) -> None:
        """Read the case again."""
        self.case = self.applicant.expect(200, "GET", f"/applications/{self.number}/")

    def decide(self, permits: list[dict[str, Any]]) -> None:
        """Every open permit by its own officer; one refused where the story says so."""
        for row in permits:
            if row.get("id") and row["state"] not in ("granted", "refused"):
                self.step(row)

    def step(self, row: dict[str, Any]) -> None:
        """Bring one permit to its decision."""
        if row["state"] == "awaiting_commitment":
            self.permit(self.manager, row["id"], "commit", "granted")
            return
        officer = self.clients[row["bureau"]]
        if row["route"] != "instant":
            self.permit(officer, row["id"], "accept", "accepted")
        if row["permit"] == self.story.refuse and not row["carried_over"]:
            reason = {"reason": "移植方案不可行", "clause": "城市绿化条例 20"}
            self.permit(officer, row["id"], "refuse", "refused", **reason)
            return
        self.permit(officer, row["id"], "grant", "granted")

    def permit(self, client: Client, pk: int, action: str, state: str, **body: Any) -> None:
        """One step of a permit."""
        found = client.expect(200, "POST", f"/permits/{pk}/actions/{action}/", body)
        same(f"permit {pk} after {action}", found["state"], state)

    def check_receipts(self) -> None:
        """Every step has a receipt, and its promise is of the very entry that it shows."""
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
        """The timeline, printed."""
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
