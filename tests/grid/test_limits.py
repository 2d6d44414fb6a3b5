"""A limit on what feeds an element is a limit of it: said wherever the element is, with its kind
and reason, and in public never which one it is."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.problems import Invalid
from grid.areas.models import AreaRow
from grid.models import Element
from grid.proposals import candidates
from tests.grid import maps
from tests.grid.elements import Row, element, promise, published, tree
from tests.grid.maps import cell
from tests.people import again, browser

pytestmark = pytest.mark.django_db
LIMITED = {"limited": "yes", "reason": "Overloaded", "measure": "A second transformer"}
HERE = {"datum": "cgcs2000", "geometry": "LINESTRING (104.704 29.305, 104.706 29.305)"}
ASKED = "purpose=industrial&applicant_type=company&enterprise_size=large&district=510302"
WORDS = "Is fed by Made-up T (Main transformer), which is limited: Overloaded"


def limited(code: str, fed_from: str, room: int) -> Row:
    return element(code, fed_from, room, **LIMITED)


@pytest.fixture
def grid(lead: User) -> User:
    """A tree of which the transformer is limited; one of its lines is drawn, in an area."""
    published(lead, *tree(S=1000))
    published(lead, limited("T", "S", 1000), element("L1", "B", 800, **HERE))
    return lead


def limits() -> dict[str, str | None]:
    return dict(Element.objects.order_by("code").values_list("code", "limited_by__code"))


def text(reader: Client, address: str) -> str:
    reader.cookies["django_language"] = "en"
    return reader.get(address).content.decode("utf-8-sig")


def test_the_nearest_limit_on_the_way_up_counts_and_follows_every_publication(grid: User) -> None:
    below = dict.fromkeys(("B", "L1", "L2", "P1", "P2"), "T")
    assert limits() == {"S": None, "T": "T", **below}
    published(grid, limited("L2", "B", 600), limited("S", "", 1000))
    assert limits() == {"S": "S", "T": "T", **below, "L2": "L2", "P2": "L2"}
    # Fed otherwise, and free again.
    published(grid, element("P1", "L2", 400))
    published(grid, element("T", "S", 1000))
    assert limits() == {
        "S": "S", "T": "S", "B": "S", "L1": "S", "L2": "L2", "P1": "L2", "P2": "L2",
    }  # fmt: skip
    published(grid, element("S", room=1000), element("L2", "B", 600))
    assert set(limits().values()) == {None}


def test_nothing_is_promised_or_proposed_below_a_limit(grid: User) -> None:
    with pytest.raises(Invalid) as refused, transaction.atomic(), override("en"):
        promise("P2", 1)
    assert [str(error.reason) for error in refused.value.errors] == [WORDS]
    with override("en"):
        [near] = candidates((104.705, 29.305), kva=1, voltage="high")  # type: ignore[arg-type]
    assert (near.element.code, near.possible, near.reasons) == ("L1", False, [WORDS])
    published(grid, element("T", "S", 1000))
    [near] = candidates((104.705, 29.305), kva=1, voltage="high")  # type: ignore[arg-type]
    assert (near.possible, near.reasons) == (True, [])
    promise("P2", 1)


def test_the_public_reads_the_kind_and_the_reason_and_not_which_one(grid: User) -> None:
    reader = Client()
    told = {
        row["code"]: (row["limited"], row["limited_above"], row["limited_above_reason"])
        for row in reader.get("/api/v1/disclosure/capacity/").json()["results"]
    }
    above = (False, "transformer", "Overloaded")
    assert told == {
        "S": (False, None, None), "T": (True, None, None),
        **dict.fromkeys(("B", "L1", "L2", "P1", "P2"), above),
    }  # fmt: skip
    lines = csv.DictReader(io.StringIO(text(reader, "/api/v1/disclosure/capacity.csv")))
    assert {row["code"]: row["limited_above"] for row in lines} == {
        code: kind or "" for code, (_limited, kind, _reason) in told.items()
    }
    page = text(reader, "/disclosure/capacity/?element=line")
    assert page.count("Yes, by what feeds it (Main transformer): Overloaded") == 2
    assert ("A second transformer" in page, "Made-up T" in page) == (True, False)


def test_the_what_if_says_why_lines_take_nothing(grid: User) -> None:
    published(grid, limited("L3", "S", 500), element("L4", "S", 700))
    answer = Client().get(
        f"/api/v1/disclosure/what-if/?{ASKED}&capacity_kw=100&voltage=high"
    ).json()["able"]  # fmt: skip
    assert (answer["elements"], answer["limits"]) == (
        1,
        [
            {"elements": 2, "kind": "transformer", "fed": True, "reason": "Overloaded"},
            {"elements": 1, "kind": "line", "fed": False, "reason": "Overloaded"},
        ],
    )
    page = text(
        Client(),
        "/disclosure/what-if/?purpose=industrial&who=company/large&place=510302&capacity_kw=100"
        "&supply=high",
    )
    assert "2 are limited by what feeds them (Main transformer): Overloaded" in page
    assert "1 is limited: Overloaded" in page
    assert "Made-up T" not in page


def test_where_everything_is_limited_the_what_if_says_so(grid: User) -> None:
    published(grid, limited("S", "", 1000))
    answer: dict[str, Any] = Client().get(
        f"/api/v1/disclosure/what-if/?{ASKED}&capacity_kw=1000&voltage=high"
    ).json()["able"]  # fmt: skip
    assert (answer["elements"], answer["largest_kva"], len(answer["limits"])) == (0, 0, 1)


def test_the_desks_and_the_map_read_which_one(grid: User, people: dict[str, User]) -> None:
    maps.publish(grid, areas=(cell("A", 0),))
    manager = browser(again(people["manager"]))
    manager.cookies["django_language"] = "en"
    [found] = manager.get("/api/v1/grid/map/?bbox=104.70,29.30,104.71,29.31").json()["features"]
    told = found["properties"]
    assert (told["limited"], told["room"], told["lines"][-1]) == (True, "none", WORDS)
    assert WORDS in text(manager, "/work/grid/?q=L2")
    [row] = manager.get("/api/v1/grid/elements/?q=L2").json()["results"]
    assert (row["limited"], row["limited_above"]) == (False, "transformer")
    area = AreaRow.objects.standing().select_related("figures").get().figures
    assert (area.elements, area.with_room, area.open_kva) == (1, 0, Decimal(0))
