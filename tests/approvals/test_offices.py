"""The city's office of a bureau decides a permit, or that of its district, by the rules."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from accounts.actions import create_organisation, grant
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from approvals.actions import PERMITS
from approvals.answers import permits_json
from approvals.models import Permit
from approvals.notices import deciding
from approvals.papers.models import PermitPaper
from approvals.papers.paper import sheet
from approvals.queries import desk_permits, permits_for
from core.problems import Forbidden, Invalid
from portal.committed.columns import columns
from rules.book import Book
from tests.approvals.people import (
    Cast,
    cases_apart,
    fresh,
    open_city_for_tests,
    permit_of,
    post,
    take,
)
from tests.people import browser
from tools.scenarios import DISTRICT, PLANNING_ONLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_bureaus")]

RONG, FUSHUN = "510321", "510322"


@pytest.fixture
def people() -> Iterator[Cast]:
    """The people of the bureaus; `rong` is of the planning bureau's office in Rong county."""
    cast = open_city_for_tests()
    office = create_organisation(
        kind="bureau", code="planning", district=RONG, name_zh="荣县", name_en="Rong"
    )
    cast.hire("rong", Role.OFFICER, office, None)
    with cases_apart():
        yield cast


def planning(people: Cast, district: str) -> Permit:
    return permit_of(post(people, PLANNING_ONLY, district=district), "planning")


def what_it_does(user: User, permit: Permit) -> str:
    """Whether somebody decides a permit, reads it only, or does not see it."""
    if desk_permits(user).filter(pk=permit.pk).exists():
        PERMITS.perform(permit, "accept", by=user, body={})
        return "decides"
    with pytest.raises(Forbidden):
        PERMITS.perform(permit, "accept", by=user, body={})
    seen = permits_for(user).filter(pk=permit.pk).exists()
    page = browser(user).get("/bureau/?show=of_districts").content.decode()
    assert seen == (permit.line_works.application in page)
    return "reads" if seen else "nothing"


def test_the_rules_name_the_office_of_each_permit_in_each_district() -> None:
    book, levels = Book.from_files(), {}
    for district in book.city.districts:
        policy = book.in_force(
            on=date(2026, 3, 2),
            district=district.code,
            statutory=next(iter(district.statutory), None),
        )
        rows = {policy.value(f"permit.{each.code}.level") for each in book.city.permits}
        levels[district.code] = {row.word for row in rows}
        assert all(row.ours for row in rows)
    in_counties = {code: levels.pop(code) for code in (RONG, FUSHUN)}
    assert in_counties == {RONG: {"district"}, FUSHUN: {"district"}}
    assert set(map(tuple, levels.values())) == {("city",)}


@pytest.mark.parametrize(
    ("district", "who", "does"),
    [
        (RONG, "rong", "decides"),
        (RONG, "planning-lead", "reads"),
        (RONG, "planning", "nothing"),
        (FUSHUN, "rong", "nothing"),
        (DISTRICT, "rong", "nothing"),
        (DISTRICT, "planning-lead", "decides"),
    ],
)
def test_whose_permit_it_is(people: Cast, district: str, who: str, does: str) -> None:
    assert what_it_does(fresh(people[who]), planning(people, district)) == does


def test_the_office_is_kept_as_it_was_at_the_receipt(people: Cast) -> None:
    permit = planning(people, RONG)
    assert (permit.level, deciding(permit)) == ("district", [people["rong"].party_id])
    with pytest.raises(ProgrammingError), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(level="city")
    assert list(columns()) == []


def test_every_answer_names_the_office(people: Cast) -> None:
    permit = planning(people, RONG)
    for act in ("accept", "grant"):
        permit = take(people, permit, act, who="rong")
    paper = PermitPaper.objects.get(permit=permit)
    name = "自然资源和规划部门（荣县）"
    told = permits_json([permit], fresh(people["rong"]))[0]
    assert (told["bureau"], told["level"]) == ("planning", "district")
    page = browser(people["rong"]).get(reverse("bureau:permit", args=[permit.pk])).content.decode()
    assert name in page
    assert "区县级部门" in page
    check = browser().get(f"/api/v1/permits/check/{paper.number}/").json()
    assert check["bureau_name"] == name == sheet(paper, sealed=False)["issuer"]


def test_a_role_at_an_office_of_a_district_is_held_there_alone(people: Cast) -> None:
    office = create_organisation(
        kind="bureau", code="planning", district=FUSHUN, name_zh="富顺", name_en="Fushun"
    )
    lead = people["stranger"]
    with pytest.raises(Invalid):
        grant(user=lead, role=Role.BUREAU_LEAD, organisation=office, district=RONG, by=SYSTEM)
    held = grant(user=lead, role=Role.BUREAU_LEAD, organisation=office, district=None, by=SYSTEM)
    assert held.district == FUSHUN
    with pytest.raises(Invalid):
        create_organisation(kind="hall", code="x", district=RONG, name_zh="x", name_en="x")
