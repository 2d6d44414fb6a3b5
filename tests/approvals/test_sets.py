"""Sets of permits: whoever is awaited, and all of them chased in one act, on record."""

import pytest

from accounts.models import User
from approvals.chases import Chase
from approvals.models import Permit
from ledger.models import Entry
from notifications.models import Outbox
from tests.approvals.people import Cast, bring, fresh, post, set_clock, take
from tests.approvals.test_chases import tried
from tests.oversight.test_late import api
from tests.page import Page
from tests.people import browser
from tools.scenarios import SHORT_LINE

WORDS = "请说明进展"


def permits_of(people: Cast) -> dict[str, Permit]:
    round_ = post(people, SHORT_LINE)
    return {permit.permit: permit for permit in round_.permits.order_by("id")}


def listed(user: User, query: str = "") -> list[dict[str, str]]:
    """By permit, who is awaited in each set."""
    answer = api(user).get(f"/api/v1/sets/{query}").json()["results"]
    return [{one["permit"]: one["party"] for one in row["awaited"]} for row in answer]


def chase(user: User, pk: int, **headers: str) -> tuple[int, str]:
    answer = api(user).post(
        f"/api/v1/sets/{pk}/chase/", {"words": WORDS}, content_type="application/json",
        headers=headers,
    )  # fmt: skip
    return answer.status_code, answer.json().get("detail", "")


def test_a_set_says_who_is_awaited_for_each_permit(people: Cast) -> None:
    permits = permits_of(people)
    digital = fresh(people["digital"])
    everything = {
        name: permit.bureau if permit.route == "review" else "supplier"
        for name, permit in permits.items()
    }
    assert {"supplier", "planning"} <= set(everything.values())
    assert listed(digital) == [everything]
    bring(people, permits["planning"], "awaiting_supplement")
    assert listed(digital) == [everything | {"planning": "supplier"}]
    assert (listed(digital, "?party=planning"), len(listed(digital, "?party=supplier"))) == ([], 1)


def test_a_set_is_late_tomorrow_on_its_last_day(people: Cast) -> None:
    permits_of(people)
    digital, seen = fresh(people["digital"]), []
    due = api(digital).get("/api/v1/sets/").json()["results"][0]["due_on"]
    for at in ("2026-03-02 12:00", f"{due} 12:00", "2026-03-20 12:00"):
        set_clock(at)
        seen.append([len(listed(digital, f"?time={word}")) for word in ("tomorrow", "late")])
    assert seen == [[0, 0], [1, 0], [0, 1]]


def test_everybody_awaited_is_chased_in_one_act_with_an_entry_each(people: Cast) -> None:
    permits = permits_of(people)
    bring(people, permits["planning"], "accepted")
    pk, digital = permits["planning"].round_id, fresh(people["digital"])
    assert (
        tried(people, Permit.objects.get(pk=permits["planning"].pk), "chase", "digital") == "done"
    )
    key = {"Idempotency-Key": "once"}
    assert [chase(digital, pk, **key), chase(digital, pk, **key)] == [(200, "")] * 2
    assert sorted(Chase.objects.values_list("permit_id", flat=True)) == sorted(
        permit.pk for permit in permits.values()
    )
    assert Entry.objects.filter(type="permit.chased").count() == len(permits)
    assert chase(digital, pk) == (409, "等待的各方均已催办，或已无需等待任何一方。")
    take(people, permits["planning"], "answer_chase")
    assert chase(digital, pk) == (200, "")


def test_the_lead_of_the_district_chases_there_and_hears_the_answer(people: Cast) -> None:
    permits = permits_of(people)
    lead, planning = fresh(people["district-lead"]), permits["planning"]
    bring(people, planning, "accepted")
    assert chase(lead, planning.round_id) == (200, "")
    assert {chase.role for chase in Chase.objects.all()} == {"district_lead"}
    take(people, Permit.objects.get(pk=planning.pk), "answer_chase")
    told = Outbox.objects.filter(kind="permit.chase_answered")
    assert {row.recipient_id for row in told} == {lead.party_id}
    page = Page(browser(lead).get(f"/bureau/permits/{planning.pk}/")).text
    assert "区县负责人" in page


@pytest.mark.parametrize("who", ["planning", "planning-lead", "regulator", "manager", "hall"])
def test_nobody_else_sees_sets_or_chases_them(people: Cast, who: str) -> None:
    pk, user = permits_of(people)["planning"].round_id, fresh(people[who])
    assert (api(user).get("/api/v1/sets/").status_code, chase(user, pk)[0]) == (403, 403)
    assert browser(user).get("/bureau/sets/").status_code == 403
    assert Chase.objects.count() == 0


def test_on_the_page_a_second_click_chases_nobody_twice(people: Cast) -> None:
    permits = permits_of(people)
    client, pk = browser(fresh(people["digital"])), permits["planning"].round_id
    assert "规划" in Page(client.get("/bureau/sets/")).text
    form = {"words": WORDS, "idempotency_key": "k", "version": "0"}
    url = f"/bureau/sets/{pk}/chase/"
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Chase.objects.count() == len(permits)
    again = client.post(url, form | {"idempotency_key": "other"})
    assert (again.status_code, "均已催办" in Page(again).text) == (409, True)
    assert WORDS in again.content.decode()
