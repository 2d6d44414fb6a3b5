"""The portal's own actions, one committed transaction a step, and decisions from four processes."""

import itertools
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connection, connections

from accounts.models import User
from applications import drafts
from applications.actions import CASES
from applications.models import Application
from approvals.actions import PERMITS
from approvals.models import Permit
from tools.patterns import add_documents
from tools.scenarios import FOUR_REVIEWS, address, declaration

AT_ONCE = 4
RUNS = 40
WAIT = 60

_addresses = itertools.count(1)


class Ours:
    """File, accept, sign, line works with four reviewed permits, four decisions, join."""

    name = "Tongdian"

    def __init__(self) -> None:
        self.people = {user.username: user for user in User.objects.all()}

    def file(self) -> Application:
        """The documents' rows lie between draft and submission, as an upload leaves them."""
        body = declaration("lv_small", address(next(_addresses)))
        case = drafts.draft(body=body, by=self.people["shop"])
        add_documents(case.pk, case.ref, case.filed_by_id)
        return CASES.perform(case, "submit", by=self.people["shop"])

    def post_works(self, case: Application) -> None:
        CASES.perform(case, "accept", by=self.people["manager"])
        CASES.perform(case, "sign_contract", by=self.people["shop"])
        body = FOUR_REVIEWS | {"voltage": "low"}
        CASES.perform(case, "post_line_works", by=self.people["manager"], body=body)

    def permits(self, case: Application) -> list[Permit]:
        found = Permit.objects.select_related("line_works").filter(case_ref=case.ref)
        return list(found.order_by("id"))

    def step(self, permit: Permit, action: str) -> None:
        PERMITS.perform(permit, action, by=self.people[permit.bureau])

    def unit(self) -> Application:
        case = self.file()
        self.post_works(case)
        permits = self.permits(case)
        for action in ("accept", "grant"):
            for permit in permits:
                self.step(permit, action)
        return case


@contextmanager
def counted() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def ready_to_decide(ours: Ours) -> list[Application]:
    cases = [ours.file() for _ in range(RUNS)]
    for case in cases:
        ours.post_works(case)
        for permit in ours.permits(case):
            ours.step(permit, "accept")
    return cases


def alone() -> list[float]:
    """Seconds of the same decisions while nobody else works."""
    ours, taken = Ours(), []
    for permit in [permit for case in ready_to_decide(ours) for permit in ours.permits(case)]:
        begun = time.perf_counter()
        ours.step(permit, "grant")
        taken.append(time.perf_counter() - begun)
    return taken


def latencies() -> list[float]:
    """Seconds of the decisions of four officers, at the same instant from four processes."""
    ours = Ours()
    cases = ready_to_decide(ours)
    waiting = [[permit.pk for permit in ours.permits(case)] for case in cases]
    shares = [[row[place] for row in waiting] for place in range(AT_ONCE)]
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(len(shares)), context.Queue()
    officers = [context.Process(target=_decide, args=(pks, barrier, queue)) for pks in shares]
    for officer in officers:
        officer.start()
    found = [seconds for _ in officers for seconds in queue.get(timeout=WAIT)]
    for officer in officers:
        officer.join(WAIT)
    for case in cases:
        case.refresh_from_db()
        if case.state != "permits_granted":
            raise AssertionError(f"{case.number} did not join")
    return found


def _decide(pks: Sequence[int], barrier: Barrier, queue: Any) -> None:
    ours, taken = Ours(), []
    for pk in pks:
        permit = Permit.objects.select_related("line_works").get(pk=pk)
        barrier.wait(WAIT)
        begun = time.perf_counter()
        ours.step(permit, "grant")
        taken.append(time.perf_counter() - begun)
    queue.put(taken)
