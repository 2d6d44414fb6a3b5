"""Areas of the map: what lies in them, what they can take at once, and how it is called."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.models import User
from grid.areas.models import AreaRow
from grid.areas.overlap import shared
from grid.areas.room import Room, room_of
from grid.areas.tables import with_figures
from grid.models import Element
from publishing import actions
from publishing.preview import preview
from tests.grid import maps
from tests.grid.maps import cell, element, line
from tests.publishing import builders

pytestmark = pytest.mark.django_db


def placed() -> dict[str, str | None]:
    return dict(Element.objects.order_by("code").values_list("code", "area__code"))


def test_an_element_lies_in_the_area_of_its_point_or_halfway_along_its_line(lead: User) -> None:
    maps.publish(
        lead,
        element("inside", at=line(104.705)),
        element("mostly-second", at="LINESTRING (104.7099 29.305, 104.7150 29.305)"),
        element("on-the-edge", at="POINT (104.7100 29.305)", kind="public_transformer"),
        element("on-the-border", at="POINT (104.7000 29.3000)", kind="public_transformer"),
        element("outside", at=line(104.90)),
        element("nowhere"),
        areas=(cell("B", 1), cell("A", 0)),
    )
    expected = {
        "inside": "A", "mostly-second": "B", "nowhere": None, "on-the-border": "A",
        "on-the-edge": "A", "outside": None,
    }  # fmt: skip
    assert placed() == expected
    maps.publish(lead, areas=(cell("A", 20),), note="Moved")
    assert placed() == expected | {
        "inside": None, "on-the-border": None, "on-the-edge": "B", "outside": "A",
    }  # fmt: skip
    maps.publish(lead, element("nowhere", at=line(104.712)), note="Drawn")
    row = Element.objects.get(code="outside").row
    assert row is not None
    draft = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Taken down")
    actions.publish(draft=draft, by=lead)
    assert (placed()["nowhere"], placed()["outside"]) == ("B", None)


#: Grids in and around one area: what it has, what is open at once, of which rating, and its class.
HERE, SPOT, AWAY = line(104.705), "POINT (104.705 29.305)", line(104.90)
FEEDER = element("T", kind="transformer", rating=1000)
GRIDS = {
    "two lines share what feeds them": (
        (
            FEEDER,
            element("L1", fed_from="T", at=HERE, rating=800),
            element("L2", fed_from="T", at=HERE, rating=800, load=100),
        ),
        (2, 2, 1000, 1600, Room.AMPLE),
    ),
    "what is fed from a line of the area is not counted again": (
        (
            element("L", at=HERE, rating=800),
            element("P", fed_from="L", at=SPOT, rating=400, kind="public_transformer"),
        ),
        (2, 2, 800, 800, Room.AMPLE),
    ),
    "what is fed from a line of another area is": (
        (
            element("L", at=AWAY, rating=800, load=500),
            element("P1", fed_from="L", at=SPOT, rating=400, kind="public_transformer"),
            element("P2", fed_from="L", at=SPOT, rating=400, load=390, kind="public_transformer"),
        ),
        (2, 2, 300, 800, Room.AMPLE),
    ),
    "what is limited takes nobody": (
        (
            element("L1", at=HERE, limited="Works"),
            element("L2", at=HERE, rating=1000, load=950),
        ),
        (2, 1, 50, 2000, Room.LIMITED),
    ),
    "what is unknown counts neither as 0 nor as room": (
        (element("L1", at=HERE, load=""), element("L2", at=HERE, rating=1000, load=700)),
        (2, 1, 300, 2000, Room.AMPLE),
    ),
    "nothing is known": ((element("L1", at=HERE, load=""),), (1, 0, None, 1000, Room.UNKNOWN)),
    "a feeder without room": (
        (element("T", kind="transformer", load=1000), element("L", fed_from="T", at=HERE)),
        (1, 0, 0, 1000, Room.NONE),
    ),
    "nothing lies in it": ((element("L", at=AWAY),), (0, 0, None, None, Room.UNKNOWN)),
}


@pytest.mark.parametrize(("rows", "expected"), GRIDS.values(), ids=GRIDS)
def test_what_an_area_can_take_at_once(
    lead: User, rows: tuple[str, ...], expected: tuple[object, ...]
) -> None:
    maps.publish(lead, *rows, areas=(cell("A", 0),))
    found = with_figures(AreaRow.objects.standing()).get().figures
    assert expected == (
        found.elements, found.with_room, found.open_kva, found.rated_kva, found.room,
    )  # fmt: skip


def test_the_class_by_the_share_of_the_rating() -> None:
    shares = {
        ("200", "1000"): Room.AMPLE, ("199.99", "1000"): Room.LIMITED,
        ("0.01", "1000"): Room.LIMITED, ("0", "1000"): Room.NONE, ("-5", "1000"): Room.NONE,
        ("", "1000"): Room.UNKNOWN, ("10", ""): Room.UNKNOWN, ("0", "0"): Room.UNKNOWN,
    }  # fmt: skip

    def figure(words: str) -> Decimal | None:
        return Decimal(words) if words else None

    found = {share: room_of(*map(figure, share)) for share in shares}
    assert found == shares


def test_an_area_is_a_ring_in_a_known_datum() -> None:
    good = maps.AREAS + cell("A", 0)
    path = good.replace("POLYGON ((", "LINESTRING (").replace("))", ")")
    assert [
        builders.troubles("areas", text) for text in (good, path, good.replace("cgcs2000", ""))
    ] == [
        [],
        ["Row 2, column “Geometry”: Draw the area as a POLYGON."],
        ["Row 2, column “Datum”: Must not be empty."],
    ]


def ring(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [*corners, corners[0]]


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return ring((west, south), (east, south), (east, north), (west, north))


SQUARE = box(0, 0, 1000, 1000)
#: Open to the east, and what stands in its opening.
HORSESHOE = ring(
    (0, 0), (900, 0), (900, 300), (300, 300), (300, 600), (900, 600), (900, 900), (0, 900)
)


@pytest.mark.parametrize(
    ("one", "other", "area", "land"),
    [
        (SQUARE, box(1000, 0, 2000, 1000), 0, False),
        (SQUARE, box(1000, 1000, 2000, 2000), 0, False),
        # A border drawn twice, four metres apart, and one that is twenty.
        (SQUARE, box(996, 0, 2000, 1000), 4_000, False),
        (SQUARE, box(980, 0, 2000, 1000), 20_000, True),
        (SQUARE, box(900, 900, 2000, 2000), 10_000, True),
        (SQUARE, SQUARE, 1_000_000, True),
        (SQUARE, box(200, 200, 300, 300), 10_000, True),
        (HORSESHOE, box(300, 300, 900, 600), 0, False),
        (HORSESHOE, box(200, 300, 900, 600), 30_000, True),
        # Edges that cross within a strip: two diamonds, half over half.
        (
            ring((0, -100), (100, 0), (0, 100), (-100, 0)),
            ring((100, -100), (200, 0), (100, 100), (0, 0)),
            5_000,
            True,
        ),
    ],
)
def test_what_two_rings_have_in_common(
    one: list[tuple[float, float]], other: list[tuple[float, float]], area: float, land: bool
) -> None:
    there, back = shared(one, other), shared(other, list(reversed(one)))
    assert [there.area, back.area] == pytest.approx([area, area])
    assert (there.is_land, back.is_land) == (land, land)


def test_the_preview_tells_areas_that_overlap_and_lets_borders_touch(lead: User) -> None:
    maps.publish(lead, areas=(cell("A", 0), cell("B", 1)))

    def troubles(rows: tuple[str, ...]) -> list[str]:
        text = maps.AREAS + "".join(rows)
        draft = actions.begin(kind="areas", by=lead, text=text, source="Made up", note="More")
        with override("en"):
            return [each.text for each in preview(draft=draft, by=lead).troubles]

    def over(row: int, name: str, area: str) -> list[str]:
        words = f"Overlaps “Cell {name}” by {area} m²: draw the border between them once."
        return [f"Row {row}, column “Geometry”: {words}"]

    assert {
        name: troubles(rows)
        for name, rows in {
            "beside": (cell("C", 2),),
            "over one that stands": (cell("C", 1),),
            "over one of the same file": (cell("C", 2), cell("D", 2)),
            "in place of one": (cell("B", 1, width=2),),
            "and over the next": (cell("B", 1, width=2), cell("C", 2)),
        }.items()
    } == {
        "beside": [],
        "over one that stands": over(2, "B", "1,076,855"),
        "over one of the same file": over(2, "D", "1,076,854"),
        "in place of one": [],
        "and over the next": over(3, "B", "1,076,834"),
    }
