"""The application package of a line: prepared, sent once for all bureaus, and what each sees."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.line_works import newest_round
from applications.models import Application
from applications.packages import actions as packages
from applications.states import State
from approvals.models import Permit
from approvals.packages.models import Package
from approvals.packages.route import length_of
from approvals.packages.serializers import PackageBody
from core.bodies import read
from core.problems import Invalid
from documents import storage
from documents.models import Document
from ledger.actions import move_clock
from portal.committed.entries import said
from portal.invariants import broken
from rules.names import Kind
from tests.builders import Ready, again, packed, pdf, perform, permit_step, post_works
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let
from tools.scenarios import ATTACHED, LONG_LINE, PACKAGE, PERMIT_BODIES

pytestmark = pytest.mark.django_db
People = dict[str, User]
ROUTE = PACKAGE["route"]


@pytest.fixture
def factory(ready: Ready) -> Application:
    """Of high voltage, its line to be entered."""
    return ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)


def program(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def url_of(case: Application) -> str:
    return f"/api/v1/applications/{case.number}/package/"


def sent(people: People, case: Application, works: dict[str, Any] = LONG_LINE) -> Application:
    """A case whose line was posted with its package."""
    return post_works(people, case, works | {"package": packed(people, case)})


def permit_of(case: Application, code: str) -> Permit:
    return Permit.objects.get(round=newest_round(case), permit=code)


def opens(user: User, document: Document) -> int:
    return browser(user).get(f"/documents/{document.ref}/").status_code


def test_a_program_prepares_one_package_and_sends_it_with_the_line(
    people: People, factory: Application
) -> None:
    project, url = program(people["project"]), url_of(factory)
    assert project.get(url).json()["version"] == 0
    kept = project.put(url, PACKAGE, format="json")
    assert (kept.status_code, kept["ETag"]) == (200, '"1"')
    for code in ATTACHED:
        body = {"requirement": code, "file": pdf("图纸.pdf")}
        assert project.post(f"{url}attachments/", body).status_code == 201
    package = project.get(url).json()
    assert {name: package[name] for name in PACKAGE} == PACKAGE
    assert [each["requirement"] for each in package["attachments"]] == list(ATTACHED)
    line = LONG_LINE | {"application": factory.number, "package": package["sha256"]}
    answer = project.post("/api/v1/line-works/", line, format="json")
    assert answer.status_code == 201, answer.json()
    told = project.get(url).json()
    assert (told["round"], told["sha256"], told["missing"]) == (1, package["sha256"], [])
    [entry] = [one for one in said("case.line_works_posted") if one.ref == factory.ref]
    assert entry.data
    assert entry.data["package"] == package["sha256"]
    files = [(each["requirement"], each["sha256"]) for each in package["attachments"]]
    assert [(each["requirement"], each["sha256"]) for each in entry.data["documents"]] == files
    assert PACKAGE["contact"] not in str(entry.data)
    assert {name: rows for name, rows in broken() if rows} == {}


#: What each bureau of the long line opens, of what is here.
SEEN = {
    "planning": {"property", "cross_sections"},
    "housing": set(),
    "city-management": {"cross_sections", "tree_list"},
}


def test_each_bureau_sees_what_its_permits_look_at_and_no_identity_paper(
    people: People, factory: Application
) -> None:
    case = sent(people, factory)
    documents = list(Document.objects.filter(case_ref=case.ref))
    assert {"identity", "property", *ATTACHED} <= {each.requirement for each in documents}
    for who, codes in SEEN.items():
        opened = {each.requirement for each in documents if opens(people[who], each) == 200}
        assert opened == codes, who
    planning = permit_of(case, "planning")
    told = program(people["planning"]).get(f"/api/v1/permits/{planning.pk}/package/").json()
    assert [each["requirement"] for each in told["attachments"]] == ["cross_sections"]
    assert (told["route"], told["contact"]) == (ROUTE, PACKAGE["contact"])
    assert case.address_line in told["address"]
    owner = program(case.filed_by.user).get(f"/api/v1/permits/{planning.pk}/package/").json()
    assert (owner["contact"], owner["phone"]) == (None, None)
    page = browser(people["planning"]).get(f"/bureau/permits/{planning.pk}/")
    shown = Page(page)
    assert ("断面图" in shown.main, "身份证" in shown.main, "树木清单" in shown.main) == (
        True, False, False,
    )  # fmt: skip
    assert len(shown.tree.xpath("//main//svg//polyline")) == 1
    assert "104.7742000" in shown.main
    assert "长度不一致" not in shown.main


def test_a_package_is_prepared_and_sent_on_pages(people: People, factory: Application) -> None:
    client, case = browser(people["project"]), factory
    line, url = f"/work/cases/{case.number}/line-works/", f"/work/cases/{case.number}/package/"
    works = {name: "on" if value is True else str(value) for name, value in LONG_LINE.items()} | {
        "external": "yes",
        "action": "post_line_works",
    }
    checked = Page(client.post(line, carried(client, line) | works | {"do": "check"}))
    assert "需要办理：挖掘城市道路" in checked.main
    assert "断面图" in checked.main
    assert not checked.tree.xpath("//button[@value='post']")
    typed = PACKAGE | {"route": "\n".join(f"{lon}，{lat}" for lon, lat in ROUTE)}
    wrong = client.post(url, carried(client, url) | typed | {"ends_on": "2026-03-01"})
    assert (wrong.status_code, "104.7742，29.3411" in wrong.content.decode()) == (422, True)
    saved = client.post(url, carried(client, url) | typed)
    assert saved.status_code == 302
    for code in (*ATTACHED, "traffic_plan"):
        body = carried(client, url) | typed | {"requirement": code, "file": pdf()}
        assert client.post(url, body).status_code == 302
    unwanted = Document.objects.get(case_ref=case.ref, requirement="traffic_plan")
    client.post(url, carried(client, url) | typed | {"take_out": unwanted.ref})
    assert [each.requirement for each in Package.objects.get().attached] == list(ATTACHED)
    assert "104.7742, 29.3411" in client.get(url).content.decode()
    last = Page(client.get(f"{line}?check"))
    for _ in range(2):
        answer = client.post(line, last.hidden() | {"do": "post"})
        assert answer["Location"] == f"/work/cases/{case.number}/", answer.content.decode()
    assert Package.objects.get().round == newest_round(case)
    assert "2026" in Page(client.get(url)).main
    assert not Page(client.get(url)).tree.xpath("//main//form")


def carried(client: Client, url: str) -> dict[str, str]:
    return Page(client.get(url)).carried()


LINE = '{"type": "LineString", "coordinates": [[104.77, 29.34], [104.78, 29.35]]}'
#: What is said of a route, and its points, or a word of the refusal.
ROUTES: list[tuple[Any, Any]] = [
    ("104.77, 29.34\n104.78；29.35\n", [[104.77, 29.34], [104.78, 29.35]]),
    ([["104.77", 29.34], [104.77, 29.34], [104.78, 29.35, 310]],
     [[104.77, 29.34], [104.78, 29.35]]),
    (f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {LINE}}}]}}',
     [[104.77, 29.34], [104.78, 29.35]]),
    (None, []),
    ({"type": "Point", "coordinates": [104.77, 29.34]}, "LineString"),
    ("104.77, 29.34\n一百, 29", "第 2 个点"),
    ("29.34, 104.77\n29.35, 104.78", "第 1 个点"),
    ("104.77, 29.34", "两个"),
    ("{]", "LineString"),
    ([[104.77, True], [104.78, 29.35]], "第 1 个点"),
    ([[104.77, 1e400], [104.78, 29.35]], "第 1 个点"),
    ([[104 + n / 1000, 29.34] for n in range(501)], "500"),
]  # fmt: skip


def test_a_route_is_points_or_one_line_of_geojson() -> None:
    for said_of_it, route in ROUTES:
        if isinstance(route, list):
            assert read(PackageBody, {"route": said_of_it})["route"] == route
            continue
        with pytest.raises(Invalid) as refused:
            read(PackageBody, {"route": said_of_it})
        [error] = refused.value.errors
        assert (error.pointer, route in str(error.reason)) == ("/route", True), route


def test_a_length_is_that_on_the_ellipsoid() -> None:
    """A minute of arc of the meridian and of the equator, by the formulas of the ellipsoid."""
    assert str(length_of([[104, 45], [104, 45 + 1 / 60]])) == "1852.2"
    assert str(length_of([[104, 0], [104 + 1 / 60, 0]])) == "1855.3"


def test_who_may_not_prepare_it_or_sends_another_one_is_refused(
    people: People, factory: Application, ready: Ready
) -> None:
    url, project = url_of(factory), program(people["project"])
    statuses = {
        who: program(people[who]).put(url, PACKAGE, format="json").status_code
        for who in ("planning", "factory", "clerk", "manager", "project")
    }
    assert statuses == {
        "planning": 404, "factory": 403, "clerk": 403, "manager": 403, "project": 200,
    }  # fmt: skip
    stale = project.put(url, PACKAGE, format="json", HTTP_IF_MATCH='"7"')
    early = project.put(url_of(ready(Kind.HV_SINGLE, State.ACCEPTED)), PACKAGE, format="json")
    assert (stale.status_code, early.status_code) == (412, 409)
    line = LONG_LINE | {"application": factory.number}

    def post(sha256: str) -> Any:
        body = line | {"package": sha256}
        return project.post("/api/v1/line-works/", body, format="json")

    missing = post(project.get(url).json()["sha256"])
    assert missing.status_code == 422
    assert [error["pointer"] for error in missing.json()["errors"]] == ["/package"] * 2
    whole = packed(people, factory, contractor="另一家公司")
    project.put(url, PACKAGE, format="json")
    assert (post(whole).status_code, again(factory).state) == (412, State.PLAN_CONFIRMED)
    no_such = {"requirement": "identity", "file": pdf()}
    assert project.post(f"{url}attachments/", no_such).status_code == 422
    # A program goes on without one.
    assert project.post("/api/v1/line-works/", line, format="json").status_code == 201
    assert Package.objects.get().sent_at is None


def test_a_changed_line_begins_with_the_package_before_and_asks_anew_what_it_touches(
    people: People, factory: Application
) -> None:
    case = sent(people, factory)
    for permit in Permit.objects.filter(case_ref=case.ref):
        end = "refuse" if permit.permit == "greening" else "grant"
        for action in ("accept", end):
            body = PERMIT_BODIES.get(action, {})
            permit_step(permit=permit, action=action, by=people[permit.bureau], body=body)
    case = again(case)
    client, project = browser(people["project"]), program(people["project"])
    assert (case.state, project.get(url_of(case)).json()["route"]) == (State.REPLANNING, ROUTE)
    tree_list = Document.objects.get(case_ref=case.ref, requirement="tree_list")
    gone = project.delete(f"{url_of(case)}attachments/{tree_list.ref}/")
    assert gone.status_code == 204
    assert [each["requirement"] for each in project.get(url_of(case)).json()["attachments"]] == [
        "cross_sections"
    ]
    packages.attach(application=case, requirement="tree_list", upload=pdf(), by=people["project"])
    line = f"/work/cases/{case.number}/line-works/"
    form = Page(client.get(line)).hidden() | {
        name: "on" if value is True else str(value)
        for name, value in (LONG_LINE | {"greening": "none", "external": "yes"}).items()
    }
    checked = client.post(line, form | {"do": "check"})
    assert checked.context["kept"] == 5
    assert "保持有效" in Page(checked).main
    dry = LONG_LINE | {"application": case.number, "length_m": 900}
    rows = project.post("/api/v1/line-works/?dry_run=1", dry, format="json").json()["permits"]
    assert {row["permit"] for row in rows if row["carried_over"]} == {"construction"}
    sha256 = project.get(url_of(case)).json()["sha256"]
    body = dict(LONG_LINE, length_m=900, package=sha256)
    perform(application=case, action="change_line_works", by=people["project"], body=body)
    first, second = Package.objects.order_by("id")
    assert [each.requirement for each in first.attached] == list(ATTACHED)
    assert [each.requirement for each in second.attached] == list(ATTACHED)
    assert (first.attached[0], first.attached[1] != second.attached[1]) == (
        second.attached[0], True,
    )  # fmt: skip
    assert {name: rows for name, rows in broken() if rows} == {}


def test_a_draft_goes_with_its_case_and_what_was_sent_stays(
    people: People, factory: Application, ready: Ready
) -> None:
    packed(people, factory)
    stored = list(Package.objects.get().files.values_list("stored_name", flat=True))
    owner = factory.filed_by.user
    perform(application=factory, action="withdraw", by=owner, body={"reason": "不办了"})
    assert not Package.objects.exists()
    assert not Document.objects.filter(subject_kind="package").exists()
    case = sent(people, ready(Kind.HV_DUAL, State.DESIGN_PASSED))
    for statement in (
        "UPDATE approvals_package SET contractor = 'x'",
        "DELETE FROM approvals_attachment",
        "DELETE FROM approvals_package",
        "DELETE FROM documents_document WHERE subject_kind = 'package'",
    ):
        with (
            pytest.raises(DatabaseError, match=r"no act changes|what was sent|of a draft|foreign"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert len(stored) == len(ATTACHED)
    assert all(storage.read(each.stored_name) for each in Package.objects.get().attached)
    assert case.state == State.PERMITS


def test_a_drawn_length_that_differs_is_only_a_remark(people: People, factory: Application) -> None:
    case = sent(people, factory, LONG_LINE | {"length_m": 1200})
    page = browser(people["planning"]).get(f"/bureau/permits/{permit_of(case, 'planning').pk}/")
    assert "长度不一致" in Page(page).main
    assert case.state == State.PERMITS


def test_route_and_contact_go_with_the_person_of_an_ended_case(
    people: People, factory: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sent(people, factory)
    body = {"reason": "不办了"}
    perform(application=case, action="withdraw", by=case.filed_by.user, body=body)
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=400))
    count_facts()
    assert erase_ended() > 0
    package = Package.objects.get()
    assert (package.route, package.contractor, package.contact, package.phone) == ([], "", "", "")
    assert all(each.erased_at for each in package.attached)
    assert {name: rows for name, rows in broken() if rows} == {}
