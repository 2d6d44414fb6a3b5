"""The documents by which bureaus decide: each office keeps its own, everybody reads all of them
with where they stand, since when, until when, and what took their place."""

from datetime import date
from typing import Any, Final

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.actions import create_person, grant
from accounts.actor import SYSTEM
from accounts.models import Organisation, User
from accounts.roles import GRANTABLE, Role
from approvals.policies.models import PolicyDocument
from core.problems import Forbidden, Invalid
from ledger.models import Entry
from publishing import actions, permissions
from publishing.models import Kind, Publication
from publishing.preview import preview
from publishing.tables import table_of
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import again, browser, staff
from tests.publishing.builders import SOURCE

pytestmark = pytest.mark.django_db

HEAD: Final = "number,title,office,permits,kinds,about,link,from_date,until_date,replaced_by,note\n"
LINK: Final = "https://www.example.gov.cn/{}.html"


def document(
    number: str = "规1号",
    office: str = "planning",
    permits: str = "planning",
    kinds: str = "",
    link: str = "",
    first: str = "2026-01-01",
    last: str = "",
    replaced_by: str = "",
) -> str:
    page = link or LINK.format(number)
    return (
        f"{number},Title of {number},{office},{permits},{kinds},What is exempt,{page},{first},"
        f"{last},{replaced_by},\n"
    )


def publish(by: User, *rows: str, whole: bool = False) -> Publication:
    draft = actions.begin(
        kind="policies", by=by, text=HEAD + "".join(rows), source=SOURCE, note="n", whole=whole
    )
    return actions.publish(draft=draft, by=by)


def refusals(by: User, *rows: str) -> list[str]:
    """Why they are not published, in English; empty where they are. The preview says the same."""
    text = HEAD + "".join(rows)
    draft = actions.begin(kind="policies", by=by, text=text, source=SOURCE, note="n")
    with override("en"):
        shown = [trouble.text for trouble in preview(draft=draft, by=by).troubles]
        told = []
        try:
            actions.publish(draft=draft, by=by)
        except Invalid as refused:
            told = [str(error.reason) for error in refused.errors]
    assert told == shown
    return told


def standing() -> dict[str, tuple[str, str]]:
    return {
        row.number: (str(row.until_date or ""), row.replaced_by)
        for row in PolicyDocument.objects.standing()
    }


def office_lead(bureau: str, district: str) -> User:
    """The lead of the office of a bureau in a district."""
    user = create_person(username=f"{bureau}-{district}", password="x", name="何工")
    office = Organisation.objects.create(
        kind="bureau", code=bureau, district=district, name_zh="局", name_en="Office"
    )
    grant(user=user, role=Role.BUREAU_LEAD, organisation=office, district=None, by=SYSTEM)
    return again(user)


@pytest.fixture
def planning(people: dict[str, User]) -> User:
    set_clock("2026-06-01 09:00")
    return people["planning-lead"]


# Who publishes what


def test_every_office_publishes_its_own_and_that_of_no_other(
    planning: User, people: dict[str, User]
) -> None:
    county = office_lead("planning", "510321")
    writers = {planning: "planning", people["housing-lead"]: "housing", county: "planning/510321"}
    for who, own in writers.items():
        for other in sorted({*writers.values()} - {own}):
            assert refusals(who, document("外1号", other)) == [
                "Row 2, column “Issuing office”: You do not keep rows of this value."
            ]
        publish(who, document(f"{own}1号", own))
        entry = Entry.objects.latest("id")
        assert (entry.type, entry.actor_role) == ("policies.published", "bureau_lead")
    assert list(standing()) == ["housing1号", "planning1号", "planning/5103211号"]
    # "The whole table" of an office is what it has published itself.
    publish(planning, document("规2号"), whole=True)
    assert sorted(standing()) == ["housing1号", "planning/5103211号", "规2号"]


def test_a_number_that_another_office_has_is_refused(
    planning: User, people: dict[str, User]
) -> None:
    publish(planning, document("联1号"))
    assert refusals(people["housing-lead"], document("联1号", "housing", "construction")) == [
        "Row 2, column “Document number”: Is published already, in a row that you do not keep."
    ]


@pytest.mark.parametrize("role", sorted(GRANTABLE - {Role.BUREAU_LEAD}))
def test_nobody_but_the_lead_of_a_bureau_publishes_a_document(planning: User, role: Role) -> None:
    with pytest.raises(Forbidden), override("en"):
        actions.begin(kind="policies", by=staff(role), text=HEAD + document(), source=SOURCE)
    assert not PolicyDocument.objects.exists()


def test_whoever_leads_a_bureau_in_one_district_alone_keeps_nothing_of_the_city(
    planning: User,
) -> None:
    local = staff(Role.BUREAU_LEAD, district="510302", bureau="planning")
    assert not permissions.keeps(local, table_of(Kind.POLICIES))


# What may stand


NO_PAGE: Final = "Is not the address of a page, such as https://www.example.gov.cn/a.html."
WRONG: Final[list[tuple[dict[str, str], str]]] = [
    ({"permits": ""}, "Name a permit or a kind of case that it concerns."),
    ({"link": "javascript:alert(1)"}, NO_PAGE),
    ({"link": "www.example.gov.cn"}, NO_PAGE),
    ({"last": "2025-12-31"}, "Must not be before the first day in force."),
    ({"last": "2026-03-01", "replaced_by": "规1号"}, "A document does not replace itself."),
    ({"replaced_by": "规2号"}, "Say on which day it was in force last, for it was replaced."),
    (
        {"last": "2026-03-01", "replaced_by": "规2号"},
        "No document “规2号” is published: put it into the same file.",
    ),
]


@pytest.mark.parametrize(("said", "reason"), WRONG, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_with_its_column(
    planning: User, said: dict[str, str], reason: str
) -> None:
    [told] = refusals(planning, document(**said))
    assert told.endswith(f": {reason}")


def test_a_document_is_replaced_by_one_that_is_in_force_after_it(
    planning: User, people: dict[str, User]
) -> None:
    old = document(last="2026-03-31", replaced_by="规2号")
    too_early = "“规2号” is in force from Thu 1 Jan 2026, which is not after “规1号”."
    assert refusals(planning, old, document("规2号", first="2026-01-01")) == [
        f"Row 2, column “Replaced by”: {too_early}"
    ]
    publish(planning, old, document("规2号", first="2026-04-01"))
    assert standing() == {"规1号": ("2026-03-31", "规2号"), "规2号": ("", "")}
    # That it is there, and later, holds as long as something names it; whoever else kept it.
    housing = people["housing-lead"]
    publish(
        housing,
        document("建1号", "housing", "construction", last="2026-03-31", replaced_by="规2号"),
    )
    assert refusals(planning, document("规2号", first="2025-04-01")) == [
        "Row 2, column “In force from”: “规2号” is in force from Tue 1 Apr 2025, which is "
        f"not after “{earlier}”."
        for earlier in ("建1号", "规1号")
    ]
    row = PolicyDocument.objects.standing().get(number="规2号")
    gone = actions.begin_withdrawal(row=row, kind="policies", by=planning, note="n")
    with override("en"), pytest.raises(Invalid) as refused:
        actions.publish(draft=gone, by=planning)
    assert sorted(str(error.reason) for error in refused.value.errors) == [
        f"“{number}” says that this one replaced it: correct that one first."
        for number in ("建1号", "规1号")
    ]


ROW: Final = {
    "number": "n", "title": "t", "office": "planning", "permits": "planning", "about": "a",
    "link": "https://example.org/", "from_date": date(2026, 1, 1), "source": "s",
}  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        {"number": ""}, {"permits": ""}, {"link": "javascript:1"}, {"source": ""},
        {"until_date": date(2025, 1, 1)}, {"replaced_by": "m"},
        {"replaced_by": "k", "until_date": date(2026, 2, 1)},
    ],
    ids=str,
)  # fmt: skip
def test_postgresql_keeps_what_a_document_must_say(planning: User, broken: dict[str, Any]) -> None:
    made = publish(planning, document())
    PolicyDocument.objects.create(publication=made, **ROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDocument.objects.create(publication=made, **{**ROW, "number": "k", **broken})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approvals_policydocument SET title = 'x'",
        "DELETE FROM approvals_policydocument",
        "TRUNCATE approvals_policydocument",
    ],
)
def test_what_was_published_stays_as_it_was(planning: User, statement: str) -> None:
    publish(planning, document())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# What the public reads


def english(path: str) -> Page:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return Page(answer)


@pytest.fixture
def published(planning: User, people: dict[str, User]) -> User:
    publish(
        planning,
        document(last="2026-03-31", replaced_by="规2号"),
        document("规2号", first="2026-04-01", kinds="lv_small"),
    )
    publish(
        people["city-management-lead"],
        document("管1号", "city-management", "municipal_occupation;greening", first="2026-07-01"),
    )
    publish(office_lead("planning", "510321"), document("荣1号", "planning/510321"))
    return planning


ASKED: Final[dict[str, list[str]]] = {
    "": ["管1号", "规2号", "规1号", "荣1号"],
    "bureau=planning": ["规2号", "规1号", "荣1号"],
    "bureau=planning&on=2026-06-01": ["规2号", "荣1号"],
    "permit=greening": ["管1号"],
    # No permit's code is part of another one's.
    "permit=planning": ["规2号", "规1号", "荣1号"],
    "permit=road_occupation": [],
    "on=2026-03-31": ["规1号", "荣1号"],
    "on=2026-07-01&permit=greening": ["管1号"],
}


@pytest.mark.parametrize("asked", ASKED)
def test_the_public_looks_up_by_bureau_permit_and_day(published: User, asked: str) -> None:
    body = Client().get(f"/api/v1/disclosure/policies/?{asked}").json()
    assert [row["number"] for row in body["results"]] == ASKED[asked]
    if "on=" not in asked:
        text = english(f"/disclosure/policies/?{asked}").text
        assert {number for number in ASKED[""] if f"Title of {number}" in text} == set(ASKED[asked])
        lines = Client().get(f"/disclosure/policies.csv?{asked}").content.decode()
        assert [n for n in sorted(ASKED[""]) if f"\n{n}," in lines] == sorted(ASKED[asked])


def test_the_page_says_of_each_what_it_is_where_and_since_when(published: User) -> None:
    page = english("/disclosure/policies/?bureau=planning&when=now")
    assert "Title of 规1号" not in page.text
    page = english("/disclosure/policies/")
    for words in (
        "Natural resources and planning office (", "since Wed 1 Apr 2026", "not yet in force",
        "no longer in force", "What is exempt", "Thu 1 Jan 2026 to Tue 31 Mar 2026",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.link("Title of 规2号") == LINK.format("规2号")
    history = english("/disclosure/policies/history/1/")
    assert "Title of 规1号" in history.text


@pytest.mark.parametrize(
    "path", ["/api/v1/disclosure/policies/?permit=x", "/disclosure/policies/?bureau=x"]
)
def test_what_the_city_does_not_have_is_refused_with_its_name(published: User, path: str) -> None:
    assert Client().get(path).status_code == 422


def test_standards_and_guides_lead_to_the_documents_in_force(published: User) -> None:
    body = Client().get("/api/v1/disclosure/standards/").json()
    found = {permit["permit"]: permit["policies"] for permit in body["permits"]}
    [city_s, county_s] = found["planning"]
    assert city_s == {
        "number": "规2号", "title": "Title of 规2号", "office": "自贡市自然资源和规划局",
        "link": LINK.format("规2号"),
    }  # fmt: skip
    assert county_s["number"] == "荣1号"
    assert found["greening"] == []
    later = Client().get("/api/v1/disclosure/standards/?on=2026-07-01").json()
    assert {
        permit["permit"]: [each["number"] for each in permit["policies"]]
        for permit in later["permits"]
        if permit["policies"]
    } == {
        "planning": ["规2号", "荣1号"], "municipal_occupation": ["管1号"], "greening": ["管1号"],
    }  # fmt: skip
    for page in ("standards/permits", "guides/lv_small"):
        assert english(f"/disclosure/{page}/").link("Title of 规2号") == LINK.format("规2号")
    assert "Title of 规2号" not in english("/disclosure/guides/lv_other/").text


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/disclosure/policies/?bureau=planning", 4), ("/api/v1/disclosure/policies/", 3)],
)
def test_a_list_asks_the_same_of_one_row_and_of_three(
    planning: User, django_assert_num_queries: DjangoAssertNumQueries, path: str, asked: int
) -> None:
    publish(planning, document("规1号"))
    Client().get(path)
    with django_assert_num_queries(asked):
        Client().get(path)
    publish(planning, document("规2号"), document("规3号"))
    with django_assert_num_queries(asked):
        Client().get(path)


def test_the_desk_of_a_bureau_s_lead_has_this_table(planning: User) -> None:
    publish(planning, document())
    desk = browser(planning)
    desk.cookies["django_language"] = "en"
    assert "Approval policy documents" in Page(desk.get("/work/publish/")).text
    assert "Title of 规1号" in Page(desk.get("/work/publish/policies/")).text
    form = Page(desk.get("/work/publish/policies/row/"))
    assert "Where the office itself publishes it. Nothing is fetched from there." in form.text
