"""News and explanations: whose words they are says who publishes them, a second person of the same
publisher checks them, and what was wrong is corrected or taken back in sight."""

from typing import Final
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import GRANTABLE, Role
from core.problems import Forbidden, Missing
from core.templatetags.city import iso
from ledger.models import Entry
from notifications import outbox
from notifications.models import Message
from oversight.news.models import NewsItem
from publishing import actions, queries
from publishing.models import Draft, Publication
from publishing.preview import preview
from tests.approvals.test_policies import HEAD as POLICY_HEAD
from tests.approvals.test_policies import document
from tests.page import Page
from tests.people import browser, staff
from tests.publishing.builders import SOURCE
from tests.publishing.programs import Program

pytestmark = pytest.mark.django_db

HEAD: Final = "code,publisher,title,body,policy\n"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
#: Of each publisher two people.
Pair = tuple[User, User]


def item(
    code: str = "n-1",
    publisher: str = "lead-agency",
    *,
    title: str = "What changes",
    body: str = "First.\n\n  Second,  still.",
    policy: str = "",
) -> str:
    return f'{code},{publisher},{title},"{body}",{policy}\n'


def offered(by: User, *rows: str, note: str = "n") -> Draft:
    text = HEAD + "".join(rows)
    draft = actions.begin(kind="news", by=by, text=text, source=SOURCE, note=note)
    return actions.offer(draft=draft, by=by)


def publish(pair: Pair, *rows: str, note: str = "n") -> Publication:
    return actions.publish(draft=offered(pair[0], *rows, note=note), by=pair[1])


def take_back(pair: Pair, code: str = "n-1", note: str = "It was never decided.") -> Publication:
    row = NewsItem.objects.standing().get(code=code)
    draft = actions.begin_withdrawal(row=row, kind="news", by=pair[0], note=note)
    return actions.publish(draft=actions.offer(draft=draft, by=pair[0]), by=pair[1])


@pytest.fixture
def agency(people: dict[str, User]) -> Pair:
    return people["lead-agency"], staff(Role.LEAD_AGENCY)


@pytest.fixture
def company(people: dict[str, User]) -> Pair:
    return people["supply-lead"], people["supply-lead-2"]


@pytest.fixture
def planning(people: dict[str, User]) -> Pair:
    """The first leads the city's office alone, the second two offices of districts as well."""
    return staff(Role.BUREAU_LEAD, bureau="planning"), people["planning-lead"]


# Who publishes what


def test_each_publisher_publishes_its_own_words_by_two_of_its_people(
    agency: Pair, company: Pair, planning: Pair
) -> None:
    pairs = {"lead-agency": agency, "supply-company": company, "planning": planning}
    roles = {
        "lead-agency": "lead_agency", "supply-company": "supply_lead", "planning": "bureau_lead",
    }  # fmt: skip
    for publisher, pair in pairs.items():
        for other in sorted({*pairs} - {publisher}):
            draft = actions.begin(
                kind="news", by=pair[0], text=HEAD + item("x", other), source=SOURCE
            )
            with override("en"):
                assert [each.text for each in preview(draft=draft, by=pair[0]).troubles] == [
                    "Row 2, column “Publisher”: You do not keep rows of this value."
                ]
        draft = offered(pair[0], item(f"n-{publisher}", publisher))
        strangers = [each for other in pairs.values() if other != pair for each in other]
        for stranger in (pair[0], *strangers):
            with pytest.raises(Forbidden):
                actions.publish(draft=draft, by=stranger)
        for stranger in strangers:
            with pytest.raises(Missing):
                queries.draft(stranger, draft.pk)
            with pytest.raises(Forbidden):
                actions.give_back(draft=draft, by=stranger, reason="r")
            assert list(queries.to_check(stranger, "news")) == []
        assert [each.pk for each in queries.to_check(pair[1], "news")] == [draft.pk]
        outbox.show_all()
        told = Message.objects.filter(kind="table_draft.offered", subject_id=draft.pk)
        assert [each.recipient_id for each in told] == [pair[1].party_id]
        made = actions.publish(draft=draft, by=pair[1])
        assert (made.prepared_by, made.checked_by, made.role) == (*pair, roles[publisher])
        entry = Entry.objects.get(pk=made.entry)
        assert (entry.type, entry.actor_role) == ("news.published", roles[publisher])
    assert sorted(NewsItem.objects.standing().values_list("code", flat=True)) == [
        "n-lead-agency", "n-planning", "n-supply-company",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "role", sorted(GRANTABLE - {Role.BUREAU_LEAD, Role.LEAD_AGENCY, Role.SUPPLY_LEAD})
)
def test_nobody_else_publishes_news(people: dict[str, User], role: Role) -> None:
    somebody = staff(role)
    with pytest.raises(Forbidden):
        actions.begin(kind="news", by=somebody, text=HEAD + item(), source=SOURCE)
    assert browser(somebody).get("/work/publish/news/").status_code == 403


def test_a_lead_of_one_district_does_not_speak_for_the_whole_company(
    people: dict[str, User],
) -> None:
    local = staff(Role.SUPPLY_LEAD, district="510302")
    with pytest.raises(Forbidden):
        actions.begin(kind="news", by=local, text=HEAD, source=SOURCE)


def test_a_program_publishes_as_the_page_does(company: Pair) -> None:
    first, second = (Program(each) for each in company)
    row = {
        "code": "n-1", "publisher": "supply-company", "title": "T", "body": "One\nTwo",
    }  # fmt: skip
    draft = first.begun("news/rows/", {"rows": [row], "source": SOURCE})
    first.ask("POST", f"drafts/{draft['id']}/offer/", {})
    assert second.publish_as_seen(draft["id"]).status_code == 200
    assert NewsItem.objects.get().paragraphs == ["One", "Two"]


def test_whoever_leads_fewer_offices_does_not_check_for_whoever_leads_more(planning: Pair) -> None:
    city_alone, of_three = planning
    draft = offered(of_three, item("n-1", "planning"), item("n-2", "planning/510321"))
    assert list(queries.to_check(city_alone, "news")) == []
    with pytest.raises(Forbidden):
        actions.publish(draft=draft, by=city_alone)
    # What is "the whole table" is the same to both.
    publish(planning, item("n-3", "planning"))
    whole = actions.begin(
        kind="news", by=city_alone, text=HEAD + item("n-4", "planning"), source=SOURCE, note="n",
        whole=True,
    )  # fmt: skip
    for who in planning:
        assert [str(row) for row in preview(draft=whole, by=who).difference.withdrawn] == ["n-3"]


# What may stand


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (item("a/b"), "Only letters without accents, digits and hyphens."),
        (item("消息"), "Only letters without accents, digits and hyphens."),
        (item(body="x" * 5001), "At most 5000 characters; this has 5001."),
        (item(body="x\u202ey"), "Control characters are not allowed."),
        (item(policy="规9号"), "No policy document “规9号” is published."),
        (item(body=" \n "), "Must not be empty."),
    ],
    ids=range(6),
)
def test_a_mistake_is_named(agency: Pair, row: str, reason: str) -> None:
    draft = actions.begin(kind="news", by=agency[0], text=HEAD + row, source=SOURCE)
    with override("en"):
        [trouble] = preview(draft=draft, by=agency[0]).troubles
        assert trouble.text.endswith(f": {reason}")


@pytest.mark.parametrize(
    "broken", [{"code": "a/b"}, {"title": ""}, {"body": ""}, {"source": ""}, {"code": "n-1"}],
    ids=str,
)  # fmt: skip
def test_postgresql_keeps_what_a_text_must_have(agency: Pair, broken: dict[str, str]) -> None:
    made = publish(agency, item())
    row = {
        "code": "n-2", "publisher": "lead-agency", "title": "t", "body": "b", "source": "s",
        "publication": made, "announced_at": made.published_at,
    }  # fmt: skip
    NewsItem.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        NewsItem.objects.create(**{**row, "code": "n-3", **broken})


def test_postgresql_lets_nobody_publish_alone_or_change_what_was(agency: Pair) -> None:
    made = publish(agency, item())
    alone = (
        "INSERT INTO grid_publication (kind, number, published_at, entry, role, source, note,"
        " added, changed, withdrawn, digest, prepared_by_id, checked_by_id)"
        " SELECT kind, 99, published_at, -1, role, source, note, added, changed, withdrawn, digest,"
        f" prepared_by_id, prepared_by_id FROM grid_publication WHERE id = {made.pk}"
    )
    for statement in (
        alone, "UPDATE oversight_newsitem SET title = 'x'", "DELETE FROM oversight_newsitem",
        "TRUNCATE oversight_newsitem",
        f"UPDATE grid_draft SET share = 'planning' WHERE publication_id = {made.pk}",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# What the public reads


def page(path: str) -> Page:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return Page(answer)


def test_a_text_is_read_with_publisher_time_and_the_document_that_it_explains(
    agency: Pair, planning: Pair
) -> None:
    policy = actions.begin(
        kind="policies", by=planning[0], text=POLICY_HEAD + document(), source=SOURCE
    )
    actions.publish(draft=policy, by=planning[0])
    made = publish(agency, item(policy="规1号"))
    shown = page("/disclosure/news/n-1/")
    for words in ("What changes", "Development and Reform Commission", "First.", "Second, still."):
        assert words in shown.text
    assert shown.link("Title of 规1号") == "https://www.example.gov.cn/规1号.html"
    assert page("/disclosure/news/").link("What changes") == "/disclosure/news/n-1/"
    assert Client().get("/api/v1/disclosure/news/n-1/").json() == {
        "code": "n-1",
        "publisher": "lead-agency",
        "title": "What changes",
        "paragraphs": ["First.", "Second, still."],
        "policy": "规1号",
        "source": SOURCE,
        "announced_at": iso(made.published_at),
        "changed_at": iso(made.published_at),
        "taken_back": None,
    }
    for path in ("/disclosure/news/n-2/", "/api/v1/disclosure/news/n-2/"):
        assert Client().get(path).status_code == 404


def test_markup_in_a_text_is_words(agency: Pair) -> None:
    publish(agency, item(body="<script>alert(1)</script><b>bold</b>"))
    answer = Client().get("/disclosure/news/n-1/").content.decode()
    assert "<b>bold" not in answer
    assert "&lt;b&gt;bold" in answer


def test_what_was_corrected_or_taken_back_stays_in_sight(agency: Pair) -> None:
    first = publish(agency, item())
    publish(agency, item("n-2", title="Another"))
    publish(agency, item(title="What really changes"), note="The day was wrong")
    shown = page("/disclosure/news/n-1/")
    assert "What really changes" in shown.text
    assert "The day was wrong" in shown.text
    assert "/disclosure/news/history/1/" in shown.links("/disclosure/news/history/")
    assert "What changes" in page("/disclosure/news/history/1/").text
    back = take_back(agency)
    body = Client().get("/api/v1/disclosure/news/").json()
    # By the time of the first publication; corrected is not newer.
    assert [(row["code"], row["title"], bool(row["taken_back"])) for row in body["results"]] == [
        ("n-2", "Another", False), ("n-1", "What really changes", True),
    ]  # fmt: skip
    assert body["results"][1]["taken_back"] == {
        "at": iso(back.published_at), "reason": "It was never decided.",
    }  # fmt: skip
    assert body["results"][1]["announced_at"] == iso(first.published_at)
    shown = page("/disclosure/news/n-1/")
    assert "This text was taken back" in shown.text
    assert "It was never decided." in shown.text
    assert "Taken back" in page("/disclosure/news/").text


def test_the_feed_tells_each_step_once_newest_first(agency: Pair) -> None:
    publish(agency, item())
    publish(agency, item("n-2", title="Another"))
    publish(agency, item(title="What really changes"), note="The day was wrong")
    take_back(agency, "n-2")
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get("/disclosure/news.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = ET.fromstring(answer.content).findall(f"{ATOM}entry")
    assert [
        tuple(entry.findtext(f"{ATOM}{part}") for part in ("title", "id", "summary"))
        for entry in entries
    ] == [
        ("Taken back: Another", "tag:zigong.tongdian,2026:news:n-2:4", "It was never decided."),
        ("What really changes", "tag:zigong.tongdian,2026:news:n-1:3", "First.\nSecond, still."),
    ]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/disclosure/news/?x=1", 2), ("/api/v1/disclosure/news/", 2), ("/disclosure/news.atom", 2),
    ],
)  # fmt: skip
def test_a_list_asks_the_same_of_one_text_and_of_three(
    agency: Pair, django_assert_num_queries: DjangoAssertNumQueries, path: str, asked: int
) -> None:
    publish(agency, item())
    Client().get(path)
    with django_assert_num_queries(asked):
        Client().get(path)
    publish(agency, item("n-2"), item("n-3"))
    with django_assert_num_queries(asked):
        Client().get(path)


def test_pages_of_the_list_hold_every_text_once(agency: Pair) -> None:
    codes = [f"n-{number:02}" for number in range(7)]
    publish(agency, *(item(code) for code in codes))
    found, path = [], "/api/v1/disclosure/news/?page_size=3"
    while path:
        body = Client().get(path).json()
        found += [row["code"] for row in body["results"]]
        path = body["next"]
    assert found == codes[::-1]
