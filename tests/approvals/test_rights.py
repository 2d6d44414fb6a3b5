"""A right that ends while a form is open: what is sent afterwards finds nothing there for it."""

import pytest

from accounts.actions import end_role
from accounts.actor import SYSTEM
from accounts.models import RoleGrant
from approvals.models import Permit
from ledger.queries import timeline
from tests.approvals.people import Cast, bring, permit_of, post
from tests.page import Page
from tests.people import again, browser
from tools.scenarios import PLANNING_ONLY


@pytest.mark.parametrize(
    ("who", "state", "opened", "sent", "typed"),
    [
        ("planning", "received", "", "act/", {"action": "accept"}),
        ("planning-lead", "accepted", "extend/", "extend/", {"reason": "现场踏勘需要更多时间"}),
        ("digital", "accepted", "chase/", "chase/", {"words": "请尽快办理"}),
    ],
)
def test_whose_role_ended_between_opening_and_sending_is_refused(
    people: Cast, who: str, state: str, opened: str, sent: str, typed: dict[str, str]
) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    page, before = f"/bureau/permits/{permit.pk}/", timeline(permit.case_ref)
    desk = browser(again(people[who]))
    form = desk.get(f"{page}{opened}")
    assert form.status_code == 200

    end_role(grant=RoleGrant.objects.get(user=people[who], to_at=None), by=SYSTEM)
    answer = desk.post(f"{page}{sent}", Page(form).carried() | typed)

    assert answer.status_code == 404
    assert Permit.objects.get(pk=permit.pk).state == state
    assert timeline(permit.case_ref) == before
