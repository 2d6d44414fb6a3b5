"""Cases that have waited for their applicant for long."""

from collections.abc import Mapping

from accounts.models import User
from applications.models import Application
from applications.states import State
from applications.waiting.actions import remind_waiting
from rules.names import Kind
from tests.builders import again, case_at, perform
from tests.deadlines.clocks import set_clock

REASON = "多次电话联系，申请人表示暂不办理，也未补交材料"


def waiting(people: Mapping[str, User], kind: Kind = Kind.LV_OTHER) -> Application:
    """A case in which a supplement has been asked for since Friday 6 March 2026, 10:00."""
    set_clock("2026-03-06 10:00")
    return case_at(people, kind, State.SUPPLEMENT)


def reminded(people: Mapping[str, User], kind: Kind = Kind.LV_OTHER) -> Application:
    """Such a case, of which the applicant was reminded on 14 March; closable from 28 April on."""
    case = waiting(people, kind)
    set_clock("2026-03-14 09:00")
    remind_waiting()
    return again(case)


def closed(people: Mapping[str, User], kind: Kind = Kind.LV_OTHER) -> Application:
    """Such a case, closed on 28 April 2026."""
    case = reminded(people, kind)
    set_clock("2026-04-28 10:00")
    body = {"reason": REASON}
    return perform(application=case, action="close", by=people["manager"], body=body)
