"""A file of elements: all of it or nothing, and what is wrong or doubtful said by row."""

import pytest
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from core.problems import Invalid
from grid.gcj02 import shifted
from grid.models import Element, ElementRow
from publishing import actions
from publishing.lines import read
from publishing.tables import table_of
from tests.grid.elements import Row, element, opens, published, text_of, tree
from tests.people import staff

pytestmark = pytest.mark.django_db
HERE = {"datum": "wgs84", "geometry": "POINT (104.77 29.35)"}
SWAPPED = "Row 2, column “Geometry”: Longitude and latitude are swapped: the longitude comes first."
STREET_MAP = (
    "Row 2, column “Geometry”: Lies where a street map (GCJ-02) draws the published position: "
    "convert it to CGCS2000 or WGS 84 first."
)
EAST, NORTH = shifted(104.77, 29.35)


def refused(lead: User, *rows: Row, sure: bool = True) -> list[str]:
    """Why rows are not published."""
    draft = actions.begin(
        kind="capacity", by=lead, text=text_of(rows), source="Made up", note="New figures"
    )
    with pytest.raises(Invalid) as problem, override("en"):
        actions.publish(draft=draft, by=lead, sure=sure)
    with override("en"):
        return [str(error.reason) for error in problem.value.errors]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [element("P3", "L1", 400, geometry="POINT (104.77 29.35)")],
            ["Row 2, column “Datum”: Say in which datum the geometry is."],
        ),
        (
            [element("P3", "L1", 400, **HERE | {"geometry": "POINT (29.35 104.77)"})],
            [SWAPPED],
        ),
        (
            [element("P1", "L1", 400, **HERE | {"geometry": f"POINT ({EAST} {NORTH})"})],
            [STREET_MAP],
        ),
        (
            [element("P3", "L1", 400, **HERE | {"geometry": "LINESTRING (104 29, 104.1 29)"})],
            ["Row 2, column “Geometry”: A “Public transformer” does not have this form."],
        ),
        (
            [element("P3", "L1", 400, max_load_kva="much")],
            ["Row 2, column “Maximum load”: Is not a number."],
        ),
        (
            [element("P3", "L1", 400), element("P3", "L1", 500)],
            ["Row 3, column “Code”: Says the same thing as row 2."],
        ),
        (
            [element("L3", "B", 400) | {"code": "X"}, element("B3", "T") | {"code": "X"}],
            ["Row 3, column “Code”: Says the same thing as row 2."],
        ),
        (
            [element("L1", "T", kind="bus")],
            ["Row 2, column “What it is”: This code is published as “Line”."],
        ),
        (
            [element("L1", "P1", 800)],
            [
                "Row 2, column “Fed from”: Feeds itself over others.",
                "Feeds itself over others.",
            ],
        ),
        (
            [element("L3", "B9", 800)],
            ["Row 2, column “Fed from”: There is no element of this code."],
        ),
        (
            [element("L3", "B", 800, data_date="2036-01-01")],
            ["Row 2, column “Data as of”: Is in the future."],
        ),
    ],
)
def test_what_is_wrong_is_refused_and_the_last_good_figures_stay(
    lead: User, rows: list[Row], why: list[str]
) -> None:
    published(lead, *tree()[:-2], element("P1", "L1", 400, **HERE))
    before = opens()
    assert refused(lead, *rows) == why
    assert opens() == before


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (element("L1", "B", 800_000), True),
        (element("L1", "B", 1600), False),
        (element("P3", "L1", rating_kva=0.63, max_load_kva=0, committed_kva=0), True),
        (element("L1", "B", 800, max_load_kva=801), True),
    ],
)
def test_what_may_be_mva_or_too_much_is_asked(lead: User, row: Row, asked: bool) -> None:
    published(lead, *tree())
    if asked:
        assert refused(lead, row, sure=False) == [
            "Look at what is asked below, and say that it is right."
        ]
    published(lead, row)


def test_a_lead_of_one_district_feeds_lines_from_another_and_keeps_only_that_one(
    lead: User,
) -> None:
    published(lead, *tree())
    local = staff(Role.SUPPLY_LEAD, username="local-lead", district="510303")
    published(local, element("L7", "B", 500, district="510303"))
    assert opens()["L7"] == 500
    assert refused(local, element("L8", "B", 500)) == [
        "Row 2, column “District”: You do not keep rows of this value."
    ]
    assert refused(local, element("L1", "B", 500, district="510303")) == [
        "Row 2, column “Code”: Is published already, in a row that you do not keep."
    ]


def test_an_empty_figure_is_unknown_and_generation_is_another_side(lead: User) -> None:
    published(
        lead,
        element("T", room=1000),
        element("L1", "T", 500, generation_limit_kva=200, generation_kva=200),
        element("L2", "T", rating_kva=500, max_load_kva=100),
    )
    assert opens() == {"T": 1000, "L1": 500, "L2": None}


def test_every_row_is_read_or_said_to_be_wrong(lead: User) -> None:
    rows = [element("T", room=1000), element("L1", "T", 500, voltage_kv="ten"), element("L2", "T")]
    sheet = read(table_of("capacity"), text_of(rows), source="s")
    assert ([number for number, _row in sheet.rows], [each.row for each in sheet.troubles]) == (
        [2, 4], [3],
    )  # fmt: skip


def test_an_identity_outlives_the_withdrawal_of_its_row(lead: User) -> None:
    published(lead, *tree())
    key = Element.objects.get(code="P1").pk
    [row] = ElementRow.objects.standing().filter(code="P1")
    draft = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Taken down")
    actions.publish(draft=draft, by=lead)
    assert "P1" not in opens()
    published(lead, element("P1", "L2", 250))
    assert (Element.objects.get(code="P1").pk, opens()["P1"]) == (key, 250)


def test_a_correction_lies_where_its_geometry_says_whatever_else_it_says(lead: User) -> None:
    def lies() -> tuple[str, str]:
        row = ElementRow.objects.standing().get(code="S")
        return row.shape, row.middle

    elsewhere = HERE | {"geometry": "POINT (104.78 29.36)"}
    published(lead, element("S", room=200, **elsewhere))
    there = lies()
    published(lead, element("S", room=100, **HERE))
    here = lies()
    published(lead, element("S", room=200, **HERE))
    assert lies() == here != there
    published(lead, element("S", room=200, **elsewhere))
    assert lies() == there
