"""A plan with lines of every kind, for the tests of plans."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from applications.models import Application
from applications.states import State
from rules.names import Kind
from tests.builders import do, perform
from tools.scenarios import PLAN_LINES

People = Mapping[str, User]
SUMMARY: Final = "由 10 千伏解放线供电"


def reply(**changes: Any) -> dict[str, Any]:
    """The body of a reply with lines: two of the company's, one of which it builds beyond the
    boundary, and two of the applicant's."""
    return {"summary": SUMMARY, "lines": PLAN_LINES} | changes


def replied(people: People, accepted: Application, **changes: Any) -> Application:
    """An accepted case of high voltage, replied to with lines."""
    return do(people, accepted, "reply_plan", **reply(**changes))


def works(people: People, case: Application) -> Application:
    """A case of one supply whose plan has lines, in its works."""
    for action in ("confirm_plan", "post_line_works", "start_works"):
        body = {"none": True} if action == "post_line_works" else {}
        case = do(people, case, action, **body)
    assert (case.kind, case.state) == (Kind.HV_SINGLE, State.WORKS)
    return case


def finish(people: People, case: Application, line: int) -> Application:
    """The project manager records a line of the company's works as finished."""
    return perform(
        application=case, action="finish_line", by=people["project"], body={"line": line}
    )
