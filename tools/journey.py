"""A small shop's case over HTTP, request by request: what faults interrupt and figures trace."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.client import Answer, Client
from tools.scenarios import FOUR_REVIEWS, LINE_WORKS, PDF, STEPS, address, declaration

KIND = "lv_small"
PEOPLE = ("shop", "clerk", "manager", "planning", "housing", "police", "city-management")
Clients = Mapping[str, Client]


@dataclass(frozen=True)
class Request:
    """To be sent again and again under one key until it is answered."""

    client: Client
    path: str
    body: Any = None
    file: str = ""

    def send(self, key: str, fault: str = "") -> Answer:
        """`fault` arms a trap in the process that answers."""
        headers = {"Idempotency-Key": key} | ({"X-Fault": fault} if fault else {})
        if self.file:
            return self.client.upload(self.path, self.file, PDF, headers=headers)
        return self.client.send("POST", self.path, self.body, headers=headers)


class Journey:
    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.number = ""
        self.permits: list[dict[str, Any]] = []

    def before(self, name: str) -> Request:
        """Do all that comes before a request of the way, and return that request unsent."""
        for step, request in self._way():
            if step == name:
                return request
            answer = request.send(fresh_key())
            if answer.status not in (200, 201):
                raise AssertionError(f"{step}: {answer.status}, not 200 or 201: {answer.body}")
            if step == "draft":
                self.number = answer.body["number"]
            if step == "post line works":
                self.permits = [row for row in answer.body["permits"] if row.get("id")]
        raise ValueError(f"{name} is no step of the way")

    def _way(self) -> Iterator[tuple[str, Request]]:
        """Each request is made when those before it are answered."""
        shop = self.clients["shop"]
        yield (
            "draft",
            Request(shop, "/applications/", declaration(KIND, address(time.time_ns()))),
        )
        for paper in ("identity", "property"):
            path = f"/applications/{self.number}/documents/"
            yield f"hand in {paper}", Request(shop, path, file=paper)
        for step in STEPS[KIND]:
            if step.action != LINE_WORKS:
                yield step.action, self.act(step.action, step.who)
                continue
            works = FOUR_REVIEWS | {"voltage": "low", "application": self.number}
            yield "post line works", Request(self.clients["manager"], "/line-works/", works)
            permits = [(action, row) for action in ("accept", "grant") for row in self.permits]
            for action, row in permits:
                name = f"{action} {'the last' if row is self.permits[-1] else 'a'} permit"
                path = f"/permits/{row['id']}/actions/{action}/"
                yield name, Request(self.clients[row["bureau"]], path, {})

    def act(self, action: str, who: str) -> Request:
        body = {"meter_number": self.number} if action == "energise" else {}
        client = self.clients["shop" if who == "applicant" else who]
        return Request(client, f"/applications/{self.number}/actions/{action}/", body)


def fresh_key() -> str:
    return f"journey-{time.time_ns()}"


def sign_in(nobody: Client) -> Clients:
    return {name: nobody.signed_in(name) for name in PEOPLE}
