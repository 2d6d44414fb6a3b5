"""A line that digs a road that may not be dug: warned of, sent, granted with an approval only."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.line_works import newest_round
from applications.models import Application
from applications.packages import actions as packages
from applications.states import State
from approvals.actions import PERMITS
from approvals.models import Permit
from approvals.packages.models import Package
from approvals.roads.models import RoadApproval
from core.problems import Invalid
from ledger.actions import move_clock
from portal.invariants import broken
from publishing import actions
from rules.names import Kind
from tests.applications.test_package import carried, permit_of, program, url_of
from tests.builders import Ready, again, packed, pdf, perform, permit_step, post_works
from tests.page import Page
from tests.people import browser
from tests.publishing import builders
from tests.rules.in_force import let
from tools.scenarios import LONG_LINE, PACKAGE, PERMIT_BODIES, SHORT_LINE

pytestmark = pytest.mark.django_db
People = dict[str, User]
#: Along the route of the package, and far from it.
ALONG, AWAY = "104.7742 29.3411; 104.7755 29.3436", "104.8800 29.4500; 104.8810 29.4510"
CLAUSE = "城市道路管理条例第三十三条"
APPROVAL = {
    "approval_number": "自府函〔2026〕3号（演示）",
    "government": "演示县人民政府",
    "approved_on": "2026-03-02",
}


@pytest.fixture
def register(people: People) -> None:
    """One road along the route, one by name alone, one that is far away, one open again."""
    lines = [
        builders.road("R-along", since="2025-06-01", route=ALONG),
        builders.road("R-named", since="2025-06-01", cause="overhauled"),
        builders.road("R-away", since="2025-06-01", route=AWAY),
        builders.road("R-open", since="2019-06-01", route=ALONG),
    ]
    text = lines[0] + "".join(line.splitlines(keepends=True)[1] for line in lines[1:])
    enter(people, text)


def enter(people: People, text: str, note: str = "") -> None:

    lead = people["city-management-lead"]
    draft = actions.begin(kind="roads", by=lead, text=text, source="s", note=note)
    actions.publish(draft=draft, by=lead, sure=True)


@pytest.fixture
def factory(ready: Ready, register: None) -> Application:
    """Of high voltage, its line to be entered."""
    return ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)


def sent(people: People, case: Application, works: dict[str, Any], **package: Any) -> Permit:
    """The permit to dig of a case whose line was posted with its package."""
    post_works(people, case, works | {"package": packed(people, case, **package)})
    return permit_of(case, "municipal_excavation")


def act(people: People, permit: Permit, action: str, **said: Any) -> Permit:
    who = people["project" if action in ("commit", "give_approval") else "city-management"]
    body = said.pop("body", PERMIT_BODIES.get(action, {}))
    return PERMITS.perform(permit, action, by=who, body=body, **said)


def refused(people: People, permit: Permit, action: str, **body: Any) -> tuple[str, str]:
    """Pointer and clause of the one refusal; the permit stays as it was."""
    with pytest.raises(Invalid) as problem:
        act(people, permit, action, body=body)
    [error] = problem.value.errors
    assert again_of(permit).version == permit.version
    return error.pointer, str(error.clause)


def again_of(permit: Permit) -> Permit:
    return Permit.objects.get(pk=permit.pk)


def test_the_company_is_told_before_it_sends_and_gives_an_approval_with_the_package(
    people: People, factory: Application
) -> None:
    project, url = program(people["project"]), url_of(factory)
    unknown = project.put(url, PACKAGE | {"roads": ["R-none"]}, format="json")
    assert unknown.json()["errors"][0]["pointer"] == "/roads"
    assert project.put(url, PACKAGE | {"roads": ["R-named"]}, format="json").status_code == 200
    dry = LONG_LINE | {"application": factory.number}

    def met(body: dict[str, Any], who: str = "project") -> dict[str, tuple[bool, bool, bool]]:
        answer = program(people[who]).post("/api/v1/line-works/?dry_run=1", body, format="json")
        return {
            each["number"]: (each["drawn"], each["named"], each["approved"])
            for each in answer.json()["closed_roads"]
        }

    warned = {"R-along": (True, False, False), "R-named": (False, True, False)}
    assert met(dry) == warned
    assert met(dry | {"excavation_m": 0}) == {}
    assert met(dry | {"road": "highway", "highway_class": "other"}) == {}
    assert met(dry, "factory") == {}
    upload = {"requirement": "road_approval", "file": pdf()}
    bare = project.post(f"{url}attachments/", upload)
    assert [error["pointer"] for error in bare.json()["errors"]] == [
        "/approved_roads", "/approval_number", "/government", "/approved_on",
    ]  # fmt: skip
    whole = APPROVAL | {"approved_roads": json.dumps(["R-along"])}
    late = project.post(f"{url}attachments/", upload | whole | {"approved_on": "2036-01-01"})
    assert [error["pointer"] for error in late.json()["errors"]] == ["/approved_on"]
    before = Package.objects.get().digest()
    kept = project.post(f"{url}attachments/", {**upload, **whole, "file": pdf()})
    assert kept.json()["road_approval"] == {
        "number": APPROVAL["approval_number"], "government": APPROVAL["government"],
        "approved_on": "2026-03-02", "roads": ["R-along"],
    }  # fmt: skip
    assert Package.objects.get().digest() != before
    assert met(dry) == warned | {"R-along": (True, False, True)}
    assert project.delete(f"{url}attachments/{kept.json()['id']}/").status_code == 204
    assert met(dry) == warned


def test_the_page_names_the_roads_and_takes_the_approval(
    people: People, factory: Application
) -> None:
    client, case = browser(people["project"]), factory
    packages.save(application=case, body=PACKAGE, by=people["project"])
    line, url = f"/work/cases/{case.number}/line-works/", f"/work/cases/{case.number}/package/"
    works = {name: "on" if value is True else str(value) for name, value in LONG_LINE.items()} | {
        "external": "yes", "action": "post_line_works",
    }  # fmt: skip
    checked = Page(client.post(line, carried(client, line) | works | {"do": "check"})).main
    assert ("R-along" in checked, CLAUSE in checked, "R-open" in checked) == (True, True, False)
    typed = PACKAGE | {"route": "", "roads": ["R-named"]}
    assert client.post(url, carried(client, url) | typed).status_code == 302
    said = typed | APPROVAL | {"approved_roads": ["R-named"], "requirement": "road_approval"}
    assert client.post(url, carried(client, url) | said | {"file": pdf()}).status_code == 302
    assert APPROVAL["government"] in Page(client.get(url)).main
    assert Package.objects.get().roads == ["R-named"]


def test_a_permit_to_dig_is_not_granted_without_the_approval(
    people: People, factory: Application
) -> None:
    permit = act(people, sent(people, factory, LONG_LINE, roads=["R-named"]), "accept")
    told = program(people["city-management"]).get(f"/api/v1/permits/{permit.pk}/package/").json()
    assert [each["number"] for each in told["closed_roads"]] == ["R-along", "R-named"]
    page = Page(browser(people["city-management"]).get(f"/bureau/permits/{permit.pk}/")).main
    assert ("R-along" in page, "2030年6月1日" in page, CLAUSE in page) == (True, True, True)
    assert refused(people, permit, "grant") == ("/not_dug", CLAUSE)
    # The bureau says that what is only drawn is not dug; what the company named is.
    assert refused(people, permit, "grant", not_dug="架空跨越") == ("/not_dug", CLAUSE)
    given = APPROVAL | {"approved_roads": ["R-named"]}
    with pytest.raises(Invalid):
        act(people, permit, "give_approval", body=given)
    permit = act(people, permit, "give_approval", body=given, uploads=[pdf()])
    assert refused(people, permit, "grant") == ("/not_dug", CLAUSE)
    granted = act(people, permit, "grant", body={"not_dug": "架空跨越，不挖掘路面"})
    assert (granted.state, granted.not_dug) == ("granted", "架空跨越，不挖掘路面")
    page = Page(browser(people["city-management"]).get(f"/bureau/permits/{permit.pk}/")).main
    assert ("架空跨越" in page, "R-along" in page) == (True, False)
    assert {name: rows for name, rows in broken() if rows} == {}


def test_the_register_of_the_day_of_the_decision_counts(
    people: People, factory: Application
) -> None:
    permit = act(people, sent(people, factory, LONG_LINE), "accept")
    digest = Package.objects.get().digest()
    assert refused(people, permit, "grant") == ("/not_dug", CLAUSE)
    ended = builders.road("R-along", since="2019-06-01", route=ALONG)
    enter(people, ended, note="The record of acceptance says 2019")
    assert act(people, permit, "grant").state == "granted"
    assert Package.objects.get().digest() == digest


def test_an_approval_that_the_bureau_asked_for_is_handed_in_with_the_supplement(
    people: People, factory: Application
) -> None:
    permit = sent(people, factory, LONG_LINE)
    permit = act(people, permit, "request_supplement", body={"items": ["road_approval"]})
    answer = {"answers": [{"item": 1, "files": [0]}]}
    project = people["project"]
    permit = PERMITS.perform(permit, "supply_supplement", by=project, body=answer, uploads=[pdf()])
    assert act(people, act(people, permit, "accept"), "grant").state == "granted"


def test_no_commitment_digs_a_closed_road_without_the_approval(
    people: People, factory: Application
) -> None:
    permit = sent(people, factory, SHORT_LINE)
    client = browser(people["project"])
    url = f"/bureau/permits/{permit.pk}/commit/"
    signed = {"responsible": "李工", "position": "项目经理"}
    page = client.post(url, carried(client, url) | signed)
    assert (page.status_code, CLAUSE in page.content.decode()) == (422, True)
    assert refused(people, permit, "commit", **signed) == ("", CLAUSE)
    url = f"/bureau/permits/{permit.pk}/give_approval/"
    given = APPROVAL | {"approved_roads": ["R-along"], "evidence": pdf()}
    assert client.post(url, carried(client, url) | given).status_code == 302
    assert act(people, again_of(permit), "commit", body=signed).state == "granted"


def test_a_changed_line_brings_no_permit_that_holds_on_to_a_closed_road(
    people: People, factory: Application
) -> None:
    away = [[104.70, 29.30], [104.7080, 29.30]]
    sent(people, factory, LONG_LINE, route=away)
    for permit in Permit.objects.filter(case_ref=factory.ref):
        end = "refuse" if permit.permit == "greening" else "grant"
        for action in ("accept", end):
            body = PERMIT_BODIES.get(action, {})
            permit_step(permit=permit, action=action, by=people[permit.bureau], body=body)
    case = again(factory)

    def change(route: Any) -> None:
        packages.save(application=case, body=PACKAGE | {"route": route}, by=people["project"])
        sha256 = packages.shown(case).package.digest()
        body = LONG_LINE | {"greening": "none", "package": sha256}
        perform(application=case, action="change_line_works", by=people["project"], body=body)

    with pytest.raises(Invalid) as problem:
        change(PACKAGE["route"])
    [error] = problem.value.errors
    assert (error.pointer, str(error.clause)) == ("/package", CLAUSE)
    change(away)
    assert newest_round(again(case)).number == 2


def test_what_was_handed_in_stays_until_it_goes_with_the_person(
    people: People, factory: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = APPROVAL | {"approved_roads": ["R-along"]}
    by = people["project"]
    packages.save(application=factory, body=PACKAGE, by=by)
    packages.attach(
        application=factory, requirement="road_approval", upload=pdf(), by=by, approval=given
    )
    permit = sent(people, factory, LONG_LINE, roads=["R-named"])
    for statement in (
        "DELETE FROM approvals_roadapproval",
        "UPDATE approvals_roadapproval SET roads = '[1]'",
        "UPDATE approvals_road SET since = '2000-01-01'",
        "DELETE FROM approvals_road",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission|no act changes|stays"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert {name: rows for name, rows in broken() if rows} == {}
    case, body = again(factory), {"reason": "不办了"}
    perform(application=case, action="withdraw", by=case.filed_by.user, body=body)
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=400))
    count_facts()
    assert erase_ended() > 0
    assert (Package.objects.get().roads, RoadApproval.objects.exists()) == ([], False)
    assert again_of(permit).state == "withdrawn"
    assert {name: rows for name, rows in broken() if rows} == {}
