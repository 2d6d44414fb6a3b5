"""In whatever order people act and hand in: nothing passes and nobody has power without papers."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from applications import documents
from applications.checklist import RESTING, STAGES
from applications.inspections.queries import items_of, rounds_of
from applications.models import Application
from applications.states import State
from core.problems import Problem
from documents.tasks import scan
from rules.names import Kind
from tests.applications.test_infected import sick
from tests.builders import Ready, again, pdf, perform, post_works
from tools.counterparts.clamd import Scanner
from tools.scenarios import (
    BODIES,
    BY_APPLICANT,
    LINE_WORKS,
    NO_WORKS,
    PAPERS,
    STEPS,
    manager_for,
)

pytestmark = pytest.mark.django_db
BEGINS = {Kind.HV_SINGLE: State.WORKS, Kind.HV_DUAL: State.PLAN_CONFIRMED}
#: By kind and state the step that takes a case on.
NEXT = {
    kind: {before.state: step.action for before, step in pairwise(STEPS[kind])} for kind in BEGINS
}
#: What a step hands in is what its review rests on.
RESTS_ON = {name: next(one for one in STAGES if STAGES[one] == STAGES[name]) for name in STAGES}
CODES = sorted({*sum(PAPERS["hv_dual"].values(), ())} - {*PAPERS["hv_dual"]["submit"]})
#: Files come for any document before any step, some with a virus; the scanner comes late; a review
#: finds something; the power is switched on too early; a step is tried as the papers are, or after
#: what is missing was handed in.
MOVES = st.one_of(
    st.tuples(st.just("step"), st.booleans()),
    st.tuples(st.just("step"), st.just(value=True)),
    st.tuples(st.just("file"), st.sampled_from(CODES)),
    st.tuples(st.just("sick"), st.sampled_from(CODES)),
    st.tuples(st.just("find"), st.integers(0, 10)),
    st.tuples(st.just("scan"), st.none()),
    st.tuples(st.just("energise"), st.none()),
)


@dataclass
class File:
    """What whoever handed it in knows of it; `stale`: something was found in its document since."""

    code: str
    healthy: bool
    scanned: bool = False
    stale: bool = False


@dataclass
class Story:
    """A case, and what is known of its files without asking the portal."""

    case: Application
    people: dict[str, User]
    files: list[File] = field(default_factory=list)

    def move(self, what: str, value: Any) -> None:
        if what in ("file", "sick"):
            self.hand_in(value, healthy=what == "file")
        elif what == "scan":
            self.scan()
        elif what == "find":
            self.find(value)
        elif what == "energise":
            self.act("energise")
        elif action := NEXT[Kind(self.case.kind)].get(self.case.state):
            missing = [code for code in self.needs(action) if not self.sound(code)]
            if value and missing:
                for code in missing:
                    self.hand_in(code, healthy=True)
                self.scan()
            self.act(action)

    def hand_in(self, code: str, *, healthy: bool) -> None:
        upload = pdf() if healthy else sick()
        documents.add(
            application=self.case, requirement=code, upload=upload, by=self.case.filed_by.user
        )
        self.files.append(File(code, healthy))

    def scan(self) -> None:
        scan()
        for file in self.files:
            file.scanned = True

    def find(self, number: int) -> None:
        action = NEXT[Kind(self.case.kind)].get(self.case.state, "")
        if action not in RESTING & STAGES.keys():
            return
        items = items_of(self.case, STAGES[action], rounds_of(self.case))
        left = [item for item in items if item.is_open]
        item = left[number % len(left)]
        said = {"item": item.code, "result": "not_met", "finding": "不符"}
        if self.act(action, {"items": [said]}):
            for file in self.files:
                file.stale = file.stale or file.code == item.requirement

    def act(self, action: str, body: Any = None) -> bool:
        """Whether it was let through; with a `body` of its own a review finds something."""
        try:
            if action == LINE_WORKS:
                post_works(self.people, self.case, NO_WORKS)
            else:
                name = manager_for(self.case.kind, action)
                by = self.case.filed_by.user if action in BY_APPLICANT else self.people[name]
                said = BODIES.get(action, {}) if body is None else body
                perform(application=self.case, action=action, by=by, body=said)
        except Problem:
            return False
        self.case = again(self.case)
        if action in RESTING and body is None:
            # It rests on papers that are there, read, without a virus and newer than any finding.
            assert [code for code in self.needs(action) if not self.sound(code)] == [], action
        return True

    def needs(self, action: str) -> tuple[str, ...]:
        papers = PAPERS[self.case.kind]
        if action == "energise":
            return tuple(
                code for step, codes in papers.items() if step != "submit" for code in codes
            )
        return papers.get(RESTS_ON.get(action, ""), ())

    def sound(self, code: str) -> bool:
        return any(
            file.code == code and file.healthy and file.scanned and not file.stale
            for file in self.files
        )


@pytest.mark.parametrize("kind", list(BEGINS))
def test_no_order_of_acts_leads_past_the_papers(
    people: dict[str, User], ready: Ready, scanner: Scanner, kind: Kind
) -> None:
    begun = ready(kind, BEGINS[kind])

    @settings(
        max_examples=6,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(MOVES, min_size=4, max_size=16))
    def told(moves: list[tuple[str, Any]]) -> None:
        with transaction.atomic():
            story = Story(again(begun), people)
            # Then straight on with all papers, so that every story comes to its end.
            for what, value in [*moves, *[("step", True)] * len(STEPS[kind])]:
                if story.case.state != State.ENERGISED:
                    story.move(what, value)
            assert story.case.state == State.ENERGISED
            transaction.set_rollback(True)

    told()
