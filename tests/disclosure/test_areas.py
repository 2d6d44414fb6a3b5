"""The room left by area in public, and for the desks: what each reads of it."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from grid.proposals import candidates
from rules.limits import Quota, limits
from tests.grid import maps
from tests.grid.maps import cell, element, line
from tests.people import again, browser

pytestmark = pytest.mark.django_db

PAGE, CSV = "/disclosure/capacity/map/", "/disclosure/areas.csv"
API, DRAWN = "/api/v1/disclosure/capacity/areas/", "/api/v1/disclosure/capacity/areas.geojson"
APPROVAL = "川S【2026】00000号（测试）"
WHAT_IF = "purpose=industrial&applicant_type=company&enterprise_size=large&district=510302"
HERE = line(104.705)


def text(reader: Client, address: str) -> str:
    """In English; a file without its byte-order mark."""
    reader.cookies["django_language"] = "en"
    return reader.get(address).content.decode("utf-8-sig")


def grid(lead: User, *, load: int, note: str = "") -> None:
    """Three lines in an area, of which one has so much load."""
    maps.publish(
        lead,
        element("L1", at=HERE, load=load),
        *(element(code, at=HERE, load=1000) for code in ("L2", "L3")),
        note=note,
    )


def test_one_row_changed_changes_everything_that_tells_of_it(
    lead: User, settings: Settings
) -> None:
    settings.MAP_APPROVAL_NUMBER = APPROVAL
    maps.publish(lead, areas=(cell("A", 0),))
    reader = Client()

    def told() -> dict[str, Any]:
        """The open kVA of the line, of the area, and what is said to who has not applied yet."""
        [table] = [
            row for row in reader.get("/api/v1/disclosure/capacity/").json()["results"]
            if row["code"] == "L1"
        ]  # fmt: skip
        line_csv = csv.DictReader(io.StringIO(text(reader, "/api/v1/disclosure/capacity.csv")))
        [of_line] = [row["open_kva"] for row in line_csv if row["code"] == "L1"]
        [of_area] = csv.DictReader(io.StringIO(text(reader, "/api/v1/disclosure/areas.csv")))
        [area] = reader.get(DRAWN).json()["features"]
        [proposed] = [
            each.element.open_kva
            for each in candidates((104.705, 29.305), kva=Decimal(100), voltage="high")
            if each.element.code == "L1"
        ]
        asked = f"/api/v1/disclosure/what-if/?{WHAT_IF}&capacity_kw=100&voltage=high"
        able = reader.get(asked).json()["able"]
        page = text(reader, PAGE)
        return {
            "table": table["open_kva"], "csv": (of_line, of_area["open_kva"], of_area["room"]),
            "map": (area["properties"]["open_kva"], area["properties"]["room"]),
            "page": [word in page for word in ("Ample room", "Limited room", "No room")],
            "drawn": [f'"room": "{room}"' in page for room in ("ample", "limited", "none")],
            "proposal": proposed, "what-if": (able["elements"], able["largest_kva"]),
        }  # fmt: skip

    def expected(kva: int, room: str, able: int) -> dict[str, Any]:
        classes = ["ample", "limited", "none"]
        return {
            "table": kva, "csv": (str(kva), str(kva), room), "map": (kva, room),
            # The legend of the map has every class, so its table is looked at by the others.
            "page": [True, True, True], "drawn": [each == room for each in classes],
            "proposal": kva, "what-if": (able, kva),
        }  # fmt: skip

    grid(lead, load=100)
    assert told() == expected(900, "ample", 1)
    grid(lead, load=950, note="Measured again")
    assert told() == expected(50, "limited", 0)
    grid(lead, load=1000, note="And again")
    assert told() == expected(0, "none", 0)


def test_a_map_is_public_only_under_an_approval_number(lead: User, settings: Settings) -> None:
    maps.publish(lead, *(element(f"L{n}", at=HERE) for n in range(3)), areas=(cell("A", 0),))
    reader = Client()
    page = text(reader, f"{PAGE}?district=510302")
    assert ("Cell A" in page, "data-map" in page, "104.7" in page) == (True, False, False)
    assert reader.get(DRAWN).status_code == 404
    assert "104.7" not in text(reader, API) + text(reader, CSV)
    settings.MAP_APPROVAL_NUMBER = APPROVAL
    page = text(reader, f"{PAGE}?district=510302")
    assert (page.count(APPROVAL), '"Polygon"' in page, "L1 (made up)" in page) == (2, True, False)
    found = reader.get(DRAWN)
    assert (found["Content-Type"], found.json()["approval_number"]) == (
        "application/geo+json", APPROVAL,
    )  # fmt: skip
    assert text(reader, f"{PAGE}?district=510303").count("Cell A") == 0


def test_an_area_of_few_elements_says_its_class_alone(lead: User) -> None:
    few = limits().map.fewest - 1
    maps.publish(
        lead, *(element(f"L{n}", at=HERE, load=123) for n in range(few)), areas=(cell("A", 0),)
    )
    [row] = Client().get(API).json()["results"]
    hidden = ("elements", "with_room", "rated_kva", "load_kva", "committed_kva", "offered_kva",
              "open_kva", "waiting")  # fmt: skip
    assert (row["room"], row["few"], {row[name] for name in hidden}) == ("ample", True, {None})
    page, table = text(Client(), f"{PAGE}?district="), text(Client(), CSV)
    assert [words in page + table for words in ("1,754", "1754", "877")] == [False] * 3


def test_the_desks_see_lines_and_all_figures(
    people: dict[str, User], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps.publish(
        lead, element("L1", at=HERE, load=100), element("L2", at=line(104.75)),
        areas=(cell("A", 0), cell("B", 30)),
    )  # fmt: skip
    manager = browser(again(people["manager"]))
    page = text(manager, "/work/grid/map/?area=A")
    assert ("L1 (made up) (L1)" in page, "L2 (made up)" in page, "900" in page) == (
        True, False, True,
    )  # fmt: skip
    assert manager.get("/work/grid/map/?area=none").status_code == 404

    def boxed(box: str) -> Any:
        return manager.get(f"/api/v1/grid/map/?bbox={box}").json()

    found = boxed("104.70,29.30,104.71,29.31")
    assert [(each["id"], each["geometry"]["type"]) for each in found["features"]] == [
        ("L1", "LineString")
    ]
    assert found["features"][0]["properties"]["open_kva"] == 900
    everything = boxed("104.0,29.0,105.0,30.0")
    assert ([each["id"] for each in everything["features"]], everything["more"]) == (
        ["L1", "L2"], False,
    )  # fmt: skip
    monkeypatch.setitem(limits().quotas, Quota.MAP_ELEMENTS, 1)
    assert [boxed("104.0,29.0,105.0,30.0")["more"], len(boxed("104,29,105,30")["features"])] == [
        True, 1,
    ]  # fmt: skip
    # Where there are many, too, the highest voltage comes first.
    high = element("H1", at=HERE).replace(",10,", ",110,")
    maps.publish(lead, *(element(f"M{n}", at=HERE) for n in range(10)), high, note="More")
    [first] = boxed("104.0,29.0,105.0,30.0")["features"]
    assert first["id"] == "H1"
    for wrong in ("", "1,2,3", "104.71,29.30,104.70,29.31", "a,b,c,d", "0,nan,1,1"):
        refused = manager.get(f"/api/v1/grid/map/?bbox={wrong}")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/bbox")


def test_the_list_of_an_area_asks_no_more_for_more_rows(
    people: dict[str, User], lead: User
) -> None:
    manager = browser(again(people["manager"]))
    maps.publish(lead, element("L0", at=HERE), areas=(cell("A", 0),))
    address = "/work/grid/map/?area=A"
    manager.get(address)
    counts = []
    for rows in (1, 3):
        maps.publish(lead, *(element(f"M{n}", at=HERE) for n in range(rows)), note="More")
        with CaptureQueriesContext(connection) as asked:
            manager.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_if_says_what_of_the_district_could_take_it(lead: User) -> None:
    reader = Client()
    asked = f"/api/v1/disclosure/what-if/?{WHAT_IF}&voltage=high&capacity_kw="
    assert reader.get(f"{asked}500").json()["able"] is None
    maps.publish(
        lead,
        element("T", kind="transformer", rating=700),
        element("L1", fed_from="T", rating=2000),
        element("L2", rating=600),
        element("L3", rating=9000, limited="Works"),
        element("P", rating=400, kind="public_transformer"),
    )
    able = [reader.get(f"{asked}{kw}").json()["able"] for kw in (600, 650, 700.01)]
    assert [(each["elements"], each["largest_kva"]) for each in able] == [
        (2, 700),
        (1, 700),
        (0, 700),
    ]
    page = text(reader, "/disclosure/what-if/?purpose=industrial&who=company/large&place=510302"
                "&capacity_kw=650&supply=high")  # fmt: skip
    assert "1 line or transformer of this district could take 650 kVA now" in page
