"""Who is charged by which item, and who is paid by it: as the rows say, on the day, and no other
way; whoever is refused hears which row it was."""

from decimal import Decimal
from typing import Final

import pytest
from django.utils.translation import override

from accounts.models import User
from applications.models import Application
from core.problems import Invalid
from money.charges.actions import charge
from money.models import Charge, FeeItem
from notifications.models import Outbox
from rules.names import Kind
from tests.applications.assignments.cast import asked
from tests.builders import People, filed
from tests.page import Page
from tests.people import browser
from tests.publishing.builders import PAYEES, published, troubles

HEAD: Final = (
    "code,item,payer,kinds,purposes,payees,unit,rate,nature,legal_basis,from_date,until_date\n"
)
#: One item for two sources only, one for an affiliate, one of a guided price for industry alone,
#: one whose last day is over, one that begins some day, and one that pays an affiliate unnamed.
FEES: Final = HEAD + """\
DUAL,High reliability,Two sources,hv_dual,,GD,CNY/kVA,12.5,government_set,Order 1,2021-01-01,
BOTH,Test on request,Who asks,hv_single;hv_dual,,GD;GC,CNY,600,government_guided,Order 2,2021-01-01,
INDU,Meter box,Industry,lv_other;hv_single;hv_dual,industrial,,CNY,100,market,Order 3,2021-01-01,
OVER,Old item,Everybody,hv_single;hv_dual,,,CNY,5,market,Order 4,2020-01-01,2021-12-31
SOON,New item,Everybody,hv_single;hv_dual,,,CNY,5,market,Order 5,2090-01-01,
"""  # fmt: skip


@pytest.fixture
def rows(people: People) -> None:
    published("payees", PAYEES, people["supply-lead"])
    published("fees", FEES, people["supply-lead"])


def refusals(people: People, case: Application, **body: object) -> list[tuple[str, str, str]]:
    """Where a charge is refused, why and by which clause, in English; empty where it is entered."""
    with override("en"):
        try:
            charge(application=case, body={"quantity": 10} | body, by=people["manager"])
        except Invalid as refused:
            return [
                (error.pointer, str(error.reason), str(error.clause or ""))
                for error in refused.errors
            ]
    return []


CATALOGUE: Final = "Regulation on Optimizing the Business Environment 25"
PLAN: Final = "Plan 3(3)3"
DUAL: Final = "DUAL · High reliability · 2021-01-01"
BOTH: Final = "BOTH · Test on request · 2021-01-01"
INDU: Final = "INDU · Meter box · 2021-01-01"
GC: Final = "GC · 演示电力工程公司 · 2020-01-01"
RELATION: Final = "供电公司的全资子公司"
ONE, TWO = "High voltage, one source", "High voltage, two sources"
AFFILIATED: Final = "affiliated with the supply company"
TABLE: Final = [
    ("hv_dual", "DUAL", "GD", None),
    ("hv_single", "DUAL", "GD", "/fee_item"),
    ("hv_dual", "DUAL", "GC", "/payee"),
    ("hv_single", "DUAL", "GC", "/fee_item /payee"),
    ("hv_single", "BOTH", "GD", None),
    ("hv_dual", "BOTH", "GC", None),
    ("lv_other", "BOTH", "GD", "/fee_item"),
    ("hv_single", "INDU", "GD", None),
    ("hv_single", "INDU", "GC", "/payee"),
    ("hv_dual", "OVER", "GD", "/fee_item"),
    ("hv_dual", "SOON", "GD", "/fee_item"),
    ("hv_dual", "NONE", "GD", "/fee_item"),
    ("hv_dual", "DUAL", "nobody", "/payee"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "item", "payee", "refused"), TABLE)
def test_kinds_items_payees_and_dates_go_together_as_their_rows_say(
    people: People, rows: None, kind: str, item: str, payee: str, refused: str | None
) -> None:
    case = filed(people, Kind(kind))
    found = refusals(people, case, fee_item=item, payee=payee)
    assert " ".join(pointer for pointer, _why, _clause in found) == (refused or "")
    assert Charge.objects.count() == (refused is None)


def test_a_refusal_names_the_row_of_the_catalogue_and_what_it_says(
    people: People, rows: None
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    assert refusals(people, case, fee_item="DUAL", payee="GC") == [
        ("/fee_item", f"“{DUAL}” is charged to: {TWO}. This case is: {ONE}.", CATALOGUE),
        ("/payee", f"“{DUAL}” is paid to: GD.", PLAN),
    ]
    assert refusals(people, case, fee_item="INDU", payee="GC") == [
        ("/payee", f"“{INDU}” names no affiliate to be paid, and “{GC}” is one: {RELATION}.", PLAN)
    ]


@pytest.mark.parametrize(
    ("item", "amount", "entered"),
    [
        ("DUAL", None, "125.00"),
        ("DUAL", "125", "125.00"),
        ("DUAL", "125.01", None),
        ("DUAL", "124.99", None),
        ("BOTH", "6000.01", None),
        ("BOTH", "5999.99", "5999.99"),
        ("BOTH", "0", "0.00"),
        ("BOTH", "-1", None),
        ("BOTH", "19.999", None),
        ("BOTH", "NaN", None),
        ("BOTH", 19.9, "19.90"),
    ],
)
def test_no_charge_is_above_its_rate_and_a_price_of_the_government_is_exact(
    people: People, rows: None, item: str, amount: object, entered: str | None
) -> None:
    case = filed(people, Kind.HV_DUAL)
    found = refusals(people, case, fee_item=item, payee="GD", amount_yuan=amount)
    assert [pointer for pointer, *_rest in found] == ([] if entered else ["/amount_yuan"])
    charged = Charge.objects.values_list("amount_yuan", flat=True)
    assert list(charged) == ([Decimal(entered)] if entered else [])


def test_what_a_program_says_of_basis_and_payee_is_that_of_the_rows(
    people: People, rows: None
) -> None:
    case = filed(people, Kind.HV_DUAL)
    said = {"fee_item": "BOTH", "payee": "演示电力工程公司"}
    assert refusals(people, case, **said, legal_basis="合同", payee_affiliated=False) == [
        ("/payee_affiliated", f"“{GC}” is declared otherwise: {AFFILIATED}.", PLAN),
        ("/legal_basis", f"“{BOTH}” has another legal basis: Order 2.", CATALOGUE),
    ]
    path = f"applications/{case.number}/charges/"
    body = {**said, "quantity": 1, "legal_basis": "Order 2", "payee_affiliated": True}
    answer = asked(people["manager"], path, body)
    assert answer.status_code == 201
    given = answer.json()
    assert {name: given[name] for name in given if name not in ("id", "entered_at", "actions")} == {
        "fee_item": "BOTH", "quantity": "1", "rate": "600.0000", "legal_basis": "Order 2",
        "amount_yuan": "600.00", "payee": "演示电力工程公司", "payee_code": "GC",
        "payee_affiliated": True, "relation": RELATION, "state": "due", "paid_at": None,
        "ended_at": None, "version": 1,
    }  # fmt: skip


def test_an_item_from_before_kinds_were_said_charges_nobody(people: People, rows: None) -> None:
    """Kinds are needed in a file; a row that has none is older than they are."""
    assert troubles("fees", FEES.replace(",hv_dual,", ",,")) == [
        "Row 2, column “Kinds of case that are charged”: Must not be empty."
    ]
    assert troubles("fees", FEES.replace(",hv_dual,", ",residential,"))[0].startswith(
        "Row 2, column “Kinds of case that are charged”: Must be one of:"
    )


def test_of_a_charge_to_an_affiliate_applicant_and_regulator_hear_at_once(
    people: People, rows: None
) -> None:
    case, quiet = filed(people, Kind.HV_DUAL), filed(people, Kind.HV_SINGLE)
    charge(
        application=case,
        body={"fee_item": "BOTH", "quantity": 1, "payee": "GC"},
        by=people["manager"],
    )
    charge(
        application=quiet,
        body={"fee_item": "BOTH", "quantity": 1, "payee": "GD"},
        by=people["manager"],
    )
    told = Outbox.objects.filter(kind="case.charged").order_by("id")
    regulators = {people[name].party_id for name in people if name.startswith("regulator")}
    assert [
        (one.subject_kind, one.context["number"], one.recipient_id in regulators) for one in told
    ] == [
        ("charge", case.number, False),
        ("charge_watched", case.number, True),
        ("charge", quiet.number, False),
    ]
    applicant = Page(browser(people["factory"]).get(f"/account/cases/{case.number}/")).text
    desk = Page(browser(people["manager"]).get(f"/work/cases/{case.number}/")).text
    watched = Page(browser(people["regulator"]).get("/oversight/charges/")).text
    affiliates = Page(browser(people["regulator"]).get("/oversight/charges/?payee=affiliates")).text
    assert [RELATION in text for text in (applicant, desk, watched, affiliates)] == [True] * 4
    assert (quiet.number in watched, quiet.number in affiliates) == (True, False)
    listed = asked(people["regulator"], "oversight/charges/?payee=affiliates", None).json()
    assert [(row["application"], row["amount_yuan"]) for row in listed["results"]] == [
        (case.number, "600.00")
    ]


@pytest.mark.parametrize("typed", ["GD; GC", "GD；GC", " GD 、GC;"])
def test_the_codes_of_payees_are_read_however_a_file_parts_them(
    people: People, rows: None, typed: str
) -> None:
    text = FEES.replace("GD;GC", typed).replace(",600,", ",700,")
    published("fees", text, people["supply-lead"], note="Dearer")
    assert FeeItem.objects.standing().get(code="BOTH").payees == "GD;GC"
    case = filed(people, Kind.HV_DUAL)
    assert refusals(people, case, fee_item="BOTH", payee="GC") == []


IS, ONE_IS = "“What it is to the supply company”", "“Affiliated with the supply company”"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X,Y,yes,", f"{IS}: Say what the affiliate is to the supply company."),
        ("X,Y,no,subsidiary", f"{ONE_IS}: Say yes where it has a relation to the supply company."),
        ("X,,no,", "“Name of the payee”: Must not be empty."),
    ],
)
def test_an_affiliate_is_declared_with_what_it_is(row: str, reason: str) -> None:
    text = f"code,name,affiliated,relation,from_date\n{row},2021-01-01\n"
    assert troubles("payees", text) == [f"Row 2, column {reason}"]


def test_a_payee_who_is_declared_no_more_is_paid_no_more(people: People, rows: None) -> None:
    lead: User = people["supply-lead"]
    case = filed(people, Kind.HV_DUAL)
    body = {"fee_item": "BOTH", "payee": "GC"}
    assert refusals(people, case, **body) == []
    over = PAYEES.replace("from_date", "from_date,until_date")
    published("payees", over.replace("2020-01-01\n", "2020-01-01,2021-12-31\n"), lead, note="Sold")
    assert [pointer for pointer, *_rest in refusals(people, case, **body)] == ["/payee"]
