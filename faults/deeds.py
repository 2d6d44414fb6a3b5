"""The acts that are interrupted: each brings a case of its own to where it can be done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.tour.client import Answer, Client
from portal.tour.stories import PDF, PHONE, SHOP

PEOPLE = ("shop", "clerk", "manager", "planning", "housing", "police", "city-management")
#: Four reviewed permits of four bureaus (contract: routes), so that the last grant joins a round.
WORKS = {
    "voltage": "low", "length_m": 800, "excavation_m": 0, "investment_yuan": 2_000_000,
    "in_planned_area": True, "along_municipal_road_or_duct": True, "road": "none",
    "occupies_road": True, "greening": "ordinary",
}  # fmt: skip
Clients = dict[str, Client]


def sign_in(address: str) -> Clients:
    """Return a client for everybody whose step it ever is."""
    nobody = Client(address)
    return {name: nobody.signed_in(name) for name in PEOPLE}


@dataclass(frozen=True)
class Request:
    """One unsafe request, to be sent again and again under one key until it is answered."""

    client: Client
    path: str
    body: Any = None
    file: str = ""

    def send(self, key: str, fault: str = "") -> Answer:
        """Send it; `fault` arms a trap in the process that answers."""
        headers = {"Idempotency-Key": key} | ({"X-Fault": fault} if fault else {})
        if self.file:
            return self.client.upload(self.path, self.file, PDF, headers=headers)
        return self.client.send("POST", self.path, self.body, headers=headers)


class Journey:
    """A small shop's case, taken as far as the next deed needs it."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.number = ""
        self.permits: list[dict[str, Any]] = []

    def to_draft(self) -> "Journey":
        """A draft without documents."""
        answer = self.draft().send(_key())
        self.number = _good(answer)["number"]
        return self

    def to_papers(self) -> "Journey":
        """A draft that lacks one of its two documents."""
        self.to_draft()
        _good(self.upload("identity").send(_key()))
        return self

    def to_complete(self) -> "Journey":
        """A draft with its documents."""
        self.to_papers()
        _good(self.upload("property").send(_key()))
        return self

    def to_submitted(self) -> "Journey":
        """A filed case."""
        self.to_complete()
        return self._did("submit", "shop")

    def to_accepted(self) -> "Journey":
        """Accepted; the applicant signs next."""
        self.to_submitted()
        return self._did("accept", "clerk")

    def to_contracted(self) -> "Journey":
        """Signed; the line works come next."""
        self.to_accepted()
        return self._did("sign_contract", "shop")

    def to_permits(self) -> "Journey":
        """Four permits wait for their bureaus."""
        self.to_contracted()
        works = _good(self.works().send(_key()))
        self.permits = [row for row in works["permits"] if row.get("id")]
        return self

    def to_last_grant(self) -> "Journey":
        """All permits but the last are granted, and the last is accepted."""
        self.to_permits()
        for permit in self.permits:
            _good(self.permit(permit, "accept").send(_key()))
        for permit in self.permits[:-1]:
            _good(self.permit(permit, "grant").send(_key()))
        return self

    def to_granted(self) -> "Journey":
        """Every permit is granted."""
        self.to_last_grant()
        _good(self.permit(self.permits[-1], "grant").send(_key()))
        return self

    def to_works(self) -> "Journey":
        """Works are under way."""
        self.to_granted()
        return self._did("start_works", "manager")

    def _did(self, action: str, who: str) -> "Journey":
        _good(self.step(action, who).send(_key()))
        return self

    def draft(self) -> Request:
        """The request that makes a draft at a fresh address."""
        body = {
            "applicant": SHOP | {"phone": PHONE},
            "address": {"district": "510302", "line": f"演示路{time.time_ns()}号"},
            "channel": "online", "capacity_kw": 60, "voltage": "low", "sources": 1,
            "purpose": "commercial",
        }  # fmt: skip
        return Request(self.clients["shop"], "/applications/", body)

    def upload(self, requirement: str) -> Request:
        """The request that hands in a document."""
        path = f"/applications/{self.number}/documents/"
        return Request(self.clients["shop"], path, file=requirement)

    def step(self, action: str, who: str, **body: Any) -> Request:
        """The request of one action on the case."""
        path = f"/applications/{self.number}/actions/{action}/"
        return Request(self.clients[who], path, body)

    def works(self) -> Request:
        """The request that posts the line works."""
        return Request(
            self.clients["manager"], "/line-works/", WORKS | {"application": self.number}
        )

    def permit(self, permit: dict[str, Any], action: str) -> Request:
        """The request of one action on a permit."""
        path = f"/permits/{permit['id']}/actions/{action}/"
        return Request(self.clients[permit["bureau"]], path, {})


@dataclass(frozen=True)
class Deed:
    """One act: where its case must stand, and the request that is interrupted."""

    name: str
    before: Callable[[Journey], Journey]
    request: Callable[[Journey], Request]


DEEDS = (
    Deed("draft", lambda journey: journey, lambda journey: journey.draft()),
    Deed("hand in a document", Journey.to_papers, lambda journey: journey.upload("property")),
    Deed("submit", Journey.to_complete, lambda journey: journey.step("submit", "shop")),
    Deed("accept", Journey.to_submitted, lambda journey: journey.step("accept", "clerk")),
    Deed("sign", Journey.to_accepted, lambda journey: journey.step("sign_contract", "shop")),
    Deed("post line works", Journey.to_contracted, lambda journey: journey.works()),
    Deed(
        "accept a permit",
        Journey.to_permits,
        lambda journey: journey.permit(journey.permits[0], "accept"),
    ),
    Deed(
        "grant the last permit",
        Journey.to_last_grant,
        lambda journey: journey.permit(journey.permits[-1], "grant"),
    ),
    Deed("start works", Journey.to_granted, lambda journey: journey.step("start_works", "manager")),
    Deed(
        "energise",
        Journey.to_works,
        lambda journey: journey.step("energise", "manager", meter_number=journey.number),
    ),
    Deed("withdraw", Journey.to_permits, lambda journey: journey.step("withdraw", "shop")),
)


def _key() -> str:
    return f"faults-{time.time_ns()}"


def _good(answer: Answer) -> Any:
    if answer.status not in (200, 201):
        raise AssertionError(f"{answer.status}, not 200 or 201: {answer.body}")
    return answer.body
