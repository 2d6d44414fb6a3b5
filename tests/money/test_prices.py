"""Retail prices of electricity: published by the city's price authority alone, a month before they
take effect, whatever door is tried (plan 3(5)1)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import GRANTABLE, Role
from core.clock import months_after
from core.problems import Forbidden, Invalid
from money.prices.models import PricePolicy
from publishing import actions
from publishing.models import Draft, Publication
from publishing.preview import preview
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import browser, staff
from tests.publishing.builders import SOURCE
from tests.rules.in_force import let

pytestmark = pytest.mark.django_db

HEAD: Final = "code,customers,voltage,period,unit,price,nature,document,from_date,until_date,note\n"
TODAY: Final = "2027-03-10 09:00"
SOON: Final = "2027-04-10"


def price(
    first: str = SOON,
    last: str = "",
    *,
    code: str = "P",
    yuan: str = "0.5",
    document: str = "Doc 1",
) -> str:
    return (
        f"{code},Households,below 1 kV,,CNY/kWh,{yuan},government_set,{document},{first},{last},\n"
    )


def draft_of(by: User, *rows: str, whole: bool = False) -> Draft:
    text = HEAD + "".join(rows)
    return actions.begin(kind="prices", by=by, text=text, source=SOURCE, note="n", whole=whole)


def publish(draft: Draft) -> Publication:
    return actions.publish(draft=draft, by=draft.by)


def refusals(draft: Draft) -> list[str]:
    """Why it is not published, in English; empty where it is. The preview says the same."""
    with override("en"):
        shown = [trouble.text for trouble in preview(draft=draft, by=draft.by).troubles]
        told = []
        try:
            publish(draft)
        except Invalid as refused:
            told = [str(error.reason) for error in refused.errors]
    assert told == shown
    return told


def withdrawing(by: User, row: PricePolicy | None = None) -> Draft:
    row = row or PricePolicy.objects.standing().get()
    return actions.begin_withdrawal(row=row, kind="prices", by=by, note="Called off")


def undoing(by: User, publication: Publication) -> Draft:
    return actions.begin_undoing(publication=publication, by=by, source=SOURCE, note="Called off")


def standing() -> list[tuple[str, str, str, str]]:
    return [
        (row.code, str(row.price.normalize()), str(row.from_date), str(row.until_date or ""))
        for row in PricePolicy.objects.standing()
    ]


@pytest.fixture
def authority(people: dict[str, User]) -> User:
    set_clock(TODAY)
    return people["price-authority"]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2027-03-10 09:00", "2027-04-10"),
        ("2027-01-31 12:00", "2027-02-28"),
        ("2027-01-28 12:00", "2027-02-28"),
        ("2028-01-31 12:00", "2028-02-29"),
        ("2028-02-29 12:00", "2028-03-29"),
        ("2027-12-31 12:00", "2028-01-31"),
        # In Greenwich it is still, or already, another day.
        ("2027-01-31 00:10", "2027-02-28"),
        ("2027-03-10 23:59", "2027-04-10"),
    ],
)
def test_a_new_price_is_published_a_month_ahead(authority: User, now: str, first: str) -> None:
    set_clock(now)
    before = date.fromisoformat(first) - timedelta(days=1)
    [reason] = refusals(draft_of(authority, price(str(before))))
    assert reason.startswith("Row 2, column “In force from”: “P · ")
    assert "is published at least 1 month before it takes effect" in reason
    assert "is the first day that can be (Plan 3(5)1)." in reason
    assert refusals(draft_of(authority, price(first))) == []
    assert standing() == [("P", "0.5", first, "")]
    [row] = PricePolicy.objects.all()
    assert row.published_on == date.fromisoformat(now[:10])


@given(st.dates(date(2021, 5, 1), date(2199, 12, 31)), st.integers(1, 24))
def test_so_many_months_later_is_that_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    last_of_its_month = (later + timedelta(days=1)).day == 1
    assert later.day == day.day or (last_of_its_month and later.day < day.day)
    assert months_after(day + timedelta(days=1), months) >= later


def test_how_many_months_the_rules_say(authority: User, monkeypatch: pytest.MonkeyPatch) -> None:
    let(monkeypatch, "price.notice_months", 3)
    [reason] = refusals(draft_of(authority, price("2027-06-09")))
    assert "at least 3 months before it takes effect: Thu 10 Jun 2027" in reason
    assert refusals(draft_of(authority, price("2027-06-10"))) == []


#: By door, what is tried of a price that was published on 10 March for 10 April: as rows, or as a
#: draft; with the first day on which it is refused, and why it is.
Door = Callable[[User], Draft]
CORRECTIONS: Final[dict[str, Door]] = {
    "another price": lambda by: draft_of(by, price(yuan="0.6")),
    "an end within the month": lambda by: draft_of(by, price(last="2027-05-18")),
    "an end after it": lambda by: draft_of(by, price(last="2027-07-01")),
    "another document": lambda by: draft_of(by, price(document="Doc 2")),
    "withdrawal": withdrawing,
    "a whole table without it": lambda by: draft_of(by, price("2027-12-01", code="Q"), whole=True),
    "undoing": lambda by: undoing(by, Publication.objects.get()),
}  # fmt: skip
BEFORE, SHORTLY, BEGUN = "2027-03-10 10:00", "2027-03-11 10:00", "2027-04-20 10:00"


@pytest.mark.parametrize(
    ("door", "open_on"),
    [
        ("another price", [BEFORE]),
        ("an end within the month", [BEFORE, SHORTLY]),
        ("an end after it", [BEFORE, SHORTLY, BEGUN]),
        ("another document", [BEFORE, SHORTLY, BEGUN]),
        ("withdrawal", [BEFORE, SHORTLY]),
        ("a whole table without it", [BEFORE, SHORTLY]),
        ("undoing", [BEFORE, SHORTLY]),
    ],
)
@pytest.mark.parametrize("now", [BEFORE, SHORTLY, BEGUN])
def test_no_door_changes_a_price_without_notice(
    authority: User, door: str, open_on: list[str], now: str
) -> None:
    publish(draft_of(authority, price()))
    set_clock(now)
    before = standing()
    found = refusals(CORRECTIONS[door](authority))
    if now in open_on:
        assert (found, standing() == before) == ([], door == "another document")
    else:
        assert (len(found), standing()) == (1, before)
        assert "(Plan 3(5)1)" in found[0]


def test_a_price_that_is_in_force_says_from_when_another_one_can_be(authority: User) -> None:
    publish(draft_of(authority, price()))
    set_clock(BEGUN)
    [dearer] = refusals(draft_of(authority, price(yuan="0.6")))
    assert dearer == (
        "Row 2, column “Price”: “P · Sat 10 Apr 2027”: this would hold from Tue 20 Apr 2027. A "
        "price, and whatever changes one, is published at least 1 month before it takes effect: "
        "Thu 20 May 2027 is the first day that can be (Plan 3(5)1)."
    )
    [withdrawn] = refusals(withdrawing(authority))
    assert withdrawn == (
        "“P · Sat 10 Apr 2027” took effect on Sat 10 Apr 2027 and is not withdrawn any more. A "
        "price ends by its last day, Wed 19 May 2027 at the earliest (Plan 3(5)1)."
    )
    follows = draft_of(authority, price(last="2027-05-19"), price("2027-05-20", yuan="0.6"))
    assert refusals(follows) == []
    assert standing() == [("P", "0.5", SOON, "2027-05-19"), ("P", "0.6", "2027-05-20", "")]


def test_a_price_goes_on_where_what_was_to_replace_it_is_called_off(authority: User) -> None:
    publish(draft_of(authority, price()))
    set_clock(BEGUN)
    successor = publish(
        draft_of(authority, price(last="2027-05-19"), price("2027-05-20", yuan="0.6"))
    )
    set_clock("2027-05-10 10:00")
    assert refusals(undoing(authority, successor)) == []
    assert standing() == [("P", "0.5", SOON, "")]
    # What was called off has to be announced anew, by undoing that too.
    found = refusals(undoing(authority, Publication.objects.latest("id")))
    assert len(found) == 2
    assert all("Thu 10 Jun 2027 is the first day that can be" in reason for reason in found)


def test_by_itself_an_end_is_not_put_off_within_the_month(authority: User) -> None:
    publish(draft_of(authority, price(last="2027-05-19"), price("2027-05-20", yuan="0.6")))
    set_clock("2027-05-10 10:00")
    publish(withdrawing(authority, PricePolicy.objects.get(from_date="2027-05-20")))
    [reason] = refusals(draft_of(authority, price(last="2027-06-30")))
    assert "this would hold from Thu 20 May 2027" in reason


def test_nothing_is_undone_once_the_new_price_holds(authority: User) -> None:
    publish(draft_of(authority, price()))
    set_clock(BEGUN)
    rows = price(last="2027-05-19"), price("2027-05-20", yuan="0.6")
    successor = publish(draft_of(authority, *rows))
    set_clock("2027-05-20 00:05")
    before = standing()
    assert len(refusals(undoing(authority, successor))) == 2
    assert standing() == before


def test_an_end_is_not_put_off_by_calling_off_what_is_for_other_days(authority: User) -> None:
    publish(draft_of(authority, price(last="2027-05-31"), price("2027-07-01", yuan="0.6")))
    set_clock("2027-05-20 10:00")
    found = refusals(draft_of(authority, price(), whole=True))
    assert len(found) == 1
    assert "this would hold from Tue 1 Jun 2027" in found[0]


def test_the_day_of_publishing_counts_and_not_that_of_the_preview(authority: User) -> None:
    set_clock("2027-03-10 23:50")
    draft = draft_of(authority, price())
    seen = preview(draft=draft, by=authority)
    assert list(seen.troubles) == []
    set_clock("2027-03-11 00:10")
    with pytest.raises(Invalid):
        actions.publish(draft=draft, by=authority, base=seen.base)
    assert standing() == []


def test_words_beside_the_price_are_put_right_and_keep_the_day_of_publication(
    authority: User,
) -> None:
    publish(draft_of(authority, price()))
    set_clock(BEGUN)
    publish(draft_of(authority, price(document="Doc 1 (2027)")))
    [row] = PricePolicy.objects.standing()
    assert (row.document, row.published_on) == ("Doc 1 (2027)", date(2027, 3, 10))
    publish(undoing(authority, Publication.objects.latest("id")))
    [row] = PricePolicy.objects.standing()
    assert (row.document, row.published_on) == ("Doc 1", date(2027, 3, 10))


def test_two_prices_of_one_number_are_not_in_force_on_one_day(authority: User) -> None:
    publish(draft_of(authority, price()))
    [reason] = refusals(draft_of(authority, price("2027-06-01", yuan="0.6")))
    assert "Overlaps the same item in force from 2027-04-10" in reason
    row = PricePolicy.objects.get()
    fields: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in PricePolicy._meta.concrete_fields
        if not field.primary_key
    }
    for wrong in (
        {"from_date": date(2027, 6, 1)},
        {"code": "Q", "document": ""},
        {"code": "Q", "published_on": row.from_date},
        {"code": "Q", "price": Decimal(-1)},
        {"code": "Q", "nature": "market"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PricePolicy.objects.create(**fields | wrong)


def test_a_published_price_stays(authority: User) -> None:
    publish(draft_of(authority, price()))
    for statement in ("UPDATE money_pricepolicy SET price = 0", "DELETE FROM money_pricepolicy"):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("role", sorted(GRANTABLE - {Role.PRICE_AUTHORITY}))
def test_nobody_else_publishes_a_price(role: Role, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        draft_of(staff(role), price())


def test_the_price_authority_keeps_this_table_and_no_other_of_the_city(authority: User) -> None:
    with pytest.raises(Forbidden):
        actions.begin(kind="fees", by=authority, text="", source="s")
    desk = browser(authority).get("/desk/", follow=True)
    assert desk.redirect_chain == [("/work/publish/", 302)]
    navigation = [entry.url for entry in desk.context["site"].navigation]
    assert navigation == ["/work/publish/", "/disclosure/"]
    assert [table["kind"] for table in desk.context["kept"]] == ["prices"]


def test_the_public_reads_what_holds_and_what_comes_next(authority: User) -> None:
    assert "市级价格主管部门制定、调整" in Page(Client().get("/disclosure/prices/")).text
    publish(draft_of(authority, price()))
    set_clock(BEGUN)
    publish(draft_of(authority, price(last="2027-05-19"), price("2027-05-20", yuan="0.6")))
    page = Page(Client().get("/disclosure/prices/")).text
    assert "自2027年5月20日（周四）起" in page
    assert "2027年4月10日（周六）至2027年5月19日（周三）" in page
    api = "/api/v1/disclosure/prices/"
    [now] = Client().get(f"{api}?on=2027-05-19").json()["results"]
    [then] = Client().get(f"{api}?on=2027-05-20").json()["results"]
    assert (now["price"], then["price"]) == (0.5, 0.6)
    assert then == {
        "code": "P", "customers": "Households", "voltage": "below 1 kV", "period": None,
        "unit": "CNY/kWh", "price": 0.6, "nature": "government_set", "document": "Doc 1",
        "from_date": "2027-05-20", "until_date": None, "note": None, "source": SOURCE,
        "published_on": "2027-04-20", "publication": 2,
    }  # fmt: skip
    assert b"2027-05-20" in Client().get("/disclosure/prices.csv").content
