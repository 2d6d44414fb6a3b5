"""Grid cells, as the supply company's lead keeps them."""

from typing import Any

import pytest

from accounts.roles import Role
from applications.assignments import cells
from applications.assignments.models import GridCell
from core.problems import Forbidden, Invalid, Stale
from portal.invariants import broken
from tests.applications.assignments.cast import (
    OTHER_TOWN,
    TOWN,
    People,
    kept,
    the_cell,
)
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import DISTRICT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "三号", "towns": [TOWN]}, "/towns"),
        ({"name": "三号"}, "/towns"),
        ({"name": "二号", "towns": [OTHER_TOWN]}, "/name"),
        ({"name": "", "towns": [OTHER_TOWN]}, "/name"),
        ({"name": "三号", "towns": ["510303001"]}, "/towns"),
        ({"name": "三号", "towns": [OTHER_TOWN], "managers": ["project"]}, "/managers"),
        ({"name": "三号", "towns": [OTHER_TOWN], "projects": ["manager"]}, "/projects"),
        ({"name": "三号", "towns": [OTHER_TOWN], "district": "999999"}, "/district"),
    ],
)
def test_cells_do_not_overlap_and_have_people_of_the_district(
    people: People, body: dict[str, Any], where: str
) -> None:
    kept(people["supply-lead"], name="二号", towns=[TOWN])
    for field in ("managers", "projects"):
        body = body | {field: [people[name].pk for name in body.get(field, ())]}
    with pytest.raises(Invalid) as refused:
        kept(people["supply-lead"], **body)
    assert [error.pointer for error in refused.value.errors] == [where]


def test_only_the_lead_of_the_district_keeps_them(people: People) -> None:
    local = staff(Role.SUPPLY_LEAD, username="local-lead", district="510303")
    for by in (local, people["manager"], people["administrator"]):
        with pytest.raises(Forbidden):
            kept(by, name="二号", towns=[TOWN])
        with pytest.raises(Forbidden):
            cells.end(the_cell(), by=by)
    found = Page(browser(local).get("/work/assignments/cells/")).text
    assert ("贡井区" in found, "自流井区" in found) == (True, False)


def test_two_people_on_one_cell_the_second_is_told(people: People) -> None:
    cell = the_cell()
    kept(people["supply-lead"], cell, name="一号", towns=[TOWN])
    with pytest.raises(Stale):
        cells.keep(cell, {"name": "甲", "district": DISTRICT}, by=people["supply-lead"], version=1)


def test_a_cell_is_made_changed_and_ended_on_its_pages(people: People) -> None:
    lead = browser(people["supply-lead"])
    page = Page(lead.get("/work/assignments/cells/"))
    url = page.link("自流井区")
    typed = {"name": "二号网格", "towns": [TOWN], "managers": [people["manager"].pk]}
    sent = Page(lead.get(url)).carried() | typed
    assert [lead.post(url, sent).status_code for _ in range(2)] == [302, 302]
    [made] = GridCell.objects.filter(name="二号网格")
    url = f"/work/assignments/cells/{made.pk}/"
    sent = Page(lead.get(url)).carried() | typed | {"towns": [TOWN, OTHER_TOWN]}
    refused = lead.post(url, sent | {"name": the_cell().name})
    assert (refused.status_code, "该区县已有同名网格" in Page(refused).text) == (422, True)
    assert lead.post(url, sent).status_code == 302
    shown = Page(lead.get("/work/assignments/cells/")).text
    assert "五星街街道、东兴寺街道" in shown
    again = lead.post(url, sent | {"name": "又改"})
    assert again.status_code == 422
    Page(lead.get(url)).submit(lead, "停用网格")
    made.refresh_from_db()
    assert (made.ended_at is not None, made.towns.count()) == (True, 0)
    assert [name for name, rows in broken() if rows] == []
