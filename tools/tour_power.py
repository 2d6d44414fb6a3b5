"""A walk of what keeps the power on through a running portal, over HTTP only: outages and who hears
of them, reports from the public, crews and patrols, wrongful interruptions, orderly use.

What it makes in the city it ends again, so that it can be walked as often as one likes.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.client import Client, Unexpected
from tools.scenarios import Body

PEOPLE = (
    "resident", "factory", "manager", "project", "supply-lead", "regulator", "lead-agency",
    "district-lead", "city-management",
)  # fmt: skip
#: A public transformer of the demonstration, the customer number below it, and another one.
DISTRICT, ELEMENT, POINT, OTHER = "510311", "P-YT111", "YS-P-YT111", "P-YT112"
LEVELS = {"level_1": 4, "level_2": 3, "level_3": 2, "level_4": 1}
PLANNED: Body = {
    "kind": "planned", "nature": "grid_works", "district": DISTRICT, "area": "演示街道七段",
    "cause": "更换电缆（演示）", "elements": [OTHER], "not_live_reason": "空间不足（演示）",
    "again_reason": "分段施工（演示）",
}  # fmt: skip
FAULT: Body = {
    "kind": "fault", "nature": "external_fault", "district": DISTRICT, "area": "演示街道八段",
    "cause": "吊车碰线（演示）", "elements": [ELEMENT],
}  # fmt: skip


def tour_power(nobody: Client) -> Iterator[str]:
    """Walk each way; yield a line of it. What is not as it must be is Unexpected."""
    clients = {name: nobody.signed_in(name) for name in PEOPLE}
    walk = Walk(nobody, clients, datetime.now(UTC), time.time_ns() // 1000 % 10**12)
    for way in (
        walk.announced, walk.repaired, walk.dug, walk.patrolled, walk.interrupted, walk.carried_out,
    ):  # fmt: skip
        yield way()


def same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Unexpected(f"{what} is {found!r}, {wanted!r} expected")


@dataclass(frozen=True)
class Walk:
    """`mark` is a number that no other walk has."""

    nobody: Client
    clients: Mapping[str, Client]
    now: datetime
    mark: int

    def make(self, who: str, path: str, body: Body) -> Any:
        return self.clients[who].expect(201, "POST", path, body)

    def take(self, who: str, path: str, act: str, **body: Any) -> Any:
        return self.clients[who].expect(200, "POST", f"{path}actions/{act}/", body)

    def in_public(self, number: str) -> str:
        found = self.nobody.expect(200, "GET", f"/disclosure/outages/{number}/")
        return str(found["state"])

    def announced(self) -> str:
        """An outage is announced in time, followed, and cancelled."""
        resident = self.clients["resident"]
        said = {"scope": "district", "district": DISTRICT}
        followed = self.make("resident", "/account/followings/", said)
        late = self._plan(days=1)
        answer = self.clients["project"].send("POST", "/outages/", late)
        named = [error["pointer"] for error in answer.body.get("errors", ())]
        same("a plan of tomorrow", (answer.status, named), (422, ["/short_notice_reason"]))
        made = self.make("project", "/outages/", self._plan(days=30))
        path = f"/outages/{made['number']}/"
        same("the outage in public", self.in_public(made["number"]), "announced")
        self.take("project", path, "cancel", reason="改期（演示）")
        same("the outage in public", self.in_public(made["number"]), "cancelled")
        for _time in range(2):
            answer = resident.send("DELETE", f"/account/followings/{followed['id']}/")
            same("the end of following", answer.status, 204)
        return f"{made['number']} announced, followed and cancelled"

    def _plan(self, *, days: int) -> Body:
        begins = self.now + timedelta(days=days)
        ends = begins + timedelta(hours=2)
        return PLANNED | {"planned_from": begins.isoformat(), "planned_until": ends.isoformat()}

    def repaired(self) -> str:
        """Somebody reports that power is out where a fault is known; a crew goes there."""
        crew = {
            "code": f"YS-{self.mark}", "district": DISTRICT, "name": "沿滩抢修班（演示）",
            "phone": "95598",
        }  # fmt: skip
        registered = self.make("supply-lead", "/repair-crews/", crew)
        fault = self.make("project", "/outages/", FAULT)
        said = {
            "kind": "power_out", "district": DISTRICT, "place": "演示街道八段3号", "point": POINT,
            "text": "没电（演示）。",
        }  # fmt: skip
        report = self.make("resident", "/reports/", said)
        known = [each["number"] for each in report["known_outages"]]
        same("the outages known there", known, [fault["number"]])
        path = f"/outages/{fault['number']}/"
        for act, body, state in (
            ("send_crew", {"crew": crew["code"]}, "crew"),
            ("locate", {"section": "1号杆（演示）"}, "crew"),
            ("repair", {}, "repairing"),
            ("restore", {}, "restored"),
        ):
            self.take("project", path, act, **body)
            same(f"the fault after {act}", self.in_public(fault["number"]), state)
        self._close("project", report["id"])
        self.take("supply-lead", f"/repair-crews/{registered['id']}/", "end")
        return f"{fault['number']} reported by {report['number']}, repaired by {crew['code']}"

    def _close(self, who: str, report: int) -> None:
        self.take(who, f"/reports/{report}/", "take_on")
        said = {"outcome": "confirmed", "answer": "已处理（演示）。"}
        closed = self.take(who, f"/reports/{report}/", "close", **said)
        same("the report", closed["state"], "closed")

    def dug(self) -> str:
        """Dangerous digging on a road is for city management."""
        said = {
            "kind": "digging", "district": DISTRICT, "where": "road", "place": "演示街道八段",
            "text": "电缆旁开挖（演示）。",
        }  # fmt: skip
        report = self.make("resident", "/reports/", said)
        same("the office", report["office"], "city-management")
        self._close("city-management", report["id"])
        return f"{report['number']} reported and answered"

    def patrolled(self) -> str:
        """A patrol finds a defect, which is mended."""
        due = self.now.date().isoformat()
        said = {"element": OTHER, "every_days": 30, "due_on": due}
        path = f"/patrols/{self.make('supply-lead', '/patrols/', said)['id']}/"
        self.take("project", path, "find", severity="ordinary", words="标示牌缺失（演示）")
        self.take("supply-lead", path, "end")
        found = self.clients["project"].expect(200, "GET", "/defects/?state=found")["results"]
        of_patrol = [each for each in found if each["element"] == OTHER]
        defect = max(of_patrol, key=lambda each: each["id"])
        mended = self.take("project", f"/defects/{defect['id']}/", "mend", mended="已补装（演示）")
        same("the defect", mended["state"], "mended")
        return f"{defect['number']} found by a patrol and mended"

    def interrupted(self) -> str:
        """An enterprise complains, and the supply company is ordered to put it right."""
        began, back = self.now - timedelta(hours=5), self.now - timedelta(hours=1)
        said = {
            "enterprise": "演示食品有限公司", "district": DISTRICT, "address": "演示路88号",
            "began_at": began.isoformat(), "still_off": False, "restored_at": back.isoformat(),
            "text": "未提前通知就拉闸（演示）。",
        }  # fmt: skip
        complaint = self.make("factory", "/interruptions/", said)
        path = f"/interruptions/{complaint['id']}/"
        self.take("manager", path, "explain", explanation="通知未送达（演示）。")
        self.take("regulator", path, "uphold", reasons="通知缺失（演示）。", clause="方案二(四)")
        self.take("regulator", path, "order", text="说明责任（演示）。", clause="", days=10)
        number = self.clients["factory"].expect(200, "GET", path)["order"]
        order = self.clients["supply-lead"].expect(200, "GET", f"/orders/{number}/")
        same("the order", order["number"], number)
        return f"{complaint['number']} upheld, {number} issued"

    def carried_out(self) -> str:
        """Orderly use: a plan of the city, one of a district, and what is carried out."""
        today = self.now.date()
        body = {
            "name": f"演示方案 {self.mark}", "begins_on": (today - timedelta(1)).isoformat(),
            "ends_on": (today + timedelta(30)).isoformat(), "livelihood": ["residents"],
            "important": ["emergency"], **LEVELS,
        }  # fmt: skip
        plan = self.make("lead-agency", "/orderly-use/plans/", body)
        self.take("lead-agency", f"/orderly-use/plans/{plan['id']}/", "issue")
        listed = self.clients["district-lead"].expect(200, "GET", "/orderly-use/districts/")
        asked = {each["district"]: each for each in listed["results"] if each["plan"] == plan["id"]}
        path = f"/orderly-use/districts/{asked[DISTRICT]['id']}/"
        self.take("district-lead", path, "hand_in", **LEVELS, words="错峰（演示）。")
        self.take("lead-agency", path, "accept")
        said = {
            "plan": plan["id"], "level": 4, "districts": [DISTRICT], "ordered_mw": 1,
            "reason": "shortage",
        }  # fmt: skip
        begun = self.make("supply-lead", "/orderly-use/executions/", said)
        path = f"/orderly-use/executions/{begun['id']}/"
        ended = self.take("supply-lead", path, "end", shed_mw="0.9")
        same("what was carried out", ended["state"], "ended")
        public = self.nobody.expect(200, "GET", "/disclosure/orderly-use/")["results"]
        same("the plan in public", public[0]["name"], body["name"])
        return f"{body['name']} issued, handed in, carried out and published"
