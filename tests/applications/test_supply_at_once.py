"""Two plans at the same instant for the last room of a line."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from accounts.models import User
from applications.models import Application
from applications.states import State
from applications.supply.actions import set_place
from core import demonstration
from core.problems import Invalid
from grid.models import Reservation
from rules.names import Kind
from tests.applications.plans.replies import reply
from tests.builders import again, case_at, do
from tests.grid.elements import opens, published, tree
from tests.people import open_demonstration


def test_of_two_plans_for_the_last_room_one_is_replied(
    with_people: None, committed_db: str
) -> None:
    demonstration._known.clear()
    people: dict[str, User] = open_demonstration()
    published(people["supply-lead"], *tree(L1=1000))
    cases = [case_at(people, Kind.HV_SINGLE, State.ACCEPTED) for _ in range(2)]
    for case in cases:
        set_place(case, "104.77 29.35", by=people["manager"])
    ready = Barrier(2)

    def plan(case: Application) -> str:
        ready.wait(30)
        try:
            return str(do(people, case, "reply_plan", **reply(supply=[{"element": "L1"}])).state)
        except Invalid as refused:
            return refused.errors[0].pointer
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(plan, cases))
    assert sorted(answers) == ["/supply/0/element", "plan_replied"]
    [row] = Reservation.objects.all()
    winner = cases[answers.index("plan_replied")]
    assert (row.case_ref, again(winner).state) == (winner.ref, State.PLAN_REPLIED)
    assert opens()["L1"] == 1000 - row.kva
    assert [again(case).state for case in cases if case != winner] == [State.ACCEPTED]
