"""Every form of a step: sent empty it says what is missing and where; sent twice it acts once."""

from typing import Any

import pytest

from tests.approvals.people import ANSWERED, Cast, bring, permit_of, post, take
from tests.approvals.test_pages import at_desk, hidden
from tests.builders import pdf
from tests.page import Page
from tools.scenarios import ON_ROAD, PLANNING_ONLY, SHORT_LINE

REFUSED = {**ANSWERED, "reason": "占用绿线", "clause": "licensing_38"}
POINTS = ("met_necessity", "met_reasonableness", "met_extent")
BROKEN = {"kept": "no", "findings": "现场未按承诺恢复路面"}
REVOKED = {"reason": "未按承诺恢复路面", "clause": "行政许可法 69"}
#: The act, who takes it, in which state of which permit; what is said, and which of it an empty
#: form asks for.
FORMS: tuple[tuple[str, str, str, dict[str, Any], tuple[str, ...]], ...] = (
    ("request_supplement", "planning", "received", {"items": ["red_line_map"]}, ("items",)),
    ("exclude_time", "planning", "accepted", {"ground": "expert_review", "expected_days": "3"},
     ("ground", "expected_days", "evidence")),
    ("extend", "planning-lead", "accepted", {"reason": "现场踏勘需要更多时间"}, ("reason",)),
    ("grant", "planning", "accepted", ANSWERED, POINTS),
    ("grant", "planning", "on the spot", ANSWERED, POINTS),
    ("refuse", "planning", "accepted", REFUSED, (*POINTS, "reason", "clause")),
    ("chase", "digital", "received", {"words": "请说明进展"}, ()),
    ("answer_chase", "planning", "chased", {"answer": "本周内办结"}, ("answer",)),
    ("check_afterwards", "police", "committed", BROKEN, ("kept", "findings")),
    ("revoke", "police-lead", "broken", REVOKED, ("reason", "clause")),
)  # fmt: skip


def permit_in(people: Cast, state: str) -> Any:
    if state == "on the spot":
        return permit_of(post(people, ON_ROAD), "planning")
    if state in ("committed", "broken"):
        found = take(people, permit_of(post(people, SHORT_LINE), "road_occupation"), "commit")
        return found if state == "committed" else take(people, found, "check_afterwards")
    found = permit_of(post(people, PLANNING_ONLY), "planning")
    return take(people, found, "chase") if state == "chased" else bring(people, found, state)


@pytest.mark.parametrize(("action", "who", "state", "said", "asked"), FORMS)
def test_an_empty_form_says_what_it_needs_and_a_second_click_is_answered_like_the_first(
    people: Cast, action: str, who: str, state: str, said: dict[str, Any], asked: tuple[str, ...]
) -> None:
    permit, desk = permit_in(people, state), at_desk(people, who, english=False)
    url = f"/bureau/permits/{permit.pk}/{action}/"
    form = hidden(desk.get(url))
    if asked:
        empty = desk.post(url, form)
        assert (empty.status_code, tuple(empty.context["form"].errors)) == (422, asked)
        # Each is led to from the top of the page, and nothing of it is English.
        page = Page(empty)
        assert len(page.tree.xpath("//*[contains(@class, 'error-summary')]//a")) == len(asked)
        form = page.carried()
    if "evidence" in asked:
        said = {**said, "evidence": pdf()}
    before, answers = permit.version, []
    for _click in range(2):
        if "evidence" in said:
            said["evidence"].seek(0)
        answers.append(desk.post(url, form | said))
    assert [(one.status_code, one.headers.get("Location")) for one in answers] == [
        (302, f"/bureau/permits/{permit.pk}/"),
    ] * 2
    permit.refresh_from_db()
    assert permit.version == before + 1


def test_a_second_click_on_a_form_of_the_company_is_answered_like_the_first(people: Cast) -> None:
    desk = at_desk(people, "manager", english=False)
    waiting = bring(
        people, permit_of(post(people, PLANNING_ONLY), "planning"), "awaiting_supplement"
    )
    committing = permit_of(post(people, SHORT_LINE), "road_occupation")
    signed = {"action": "commit", "responsible": "周建国", "position": "项目负责人"}
    sent = {
        f"{waiting.pk}/items/1/": {"answer": "已按 1:500 重新出图"},
        f"{waiting.pk}/": {"action": "supply_supplement"},
        f"{committing.pk}/": signed,
    }
    for place, said in sent.items():
        url = f"/work/permits/{place}"
        body = hidden(desk.get(url)) | said
        assert [desk.post(url, body).status_code for _click in range(2)] == [302, 302], place
    versions = [waiting.version, committing.version]
    for permit in (waiting, committing):
        permit.refresh_from_db()
    assert [waiting.state, committing.state] == ["received", "granted"]
    assert [waiting.version, committing.version] == [one + 1 for one in versions]
