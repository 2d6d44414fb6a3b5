"""A stored draft can always be opened, mended and deleted, whatever the rules say of it now."""

import json

import pytest

from accounts.models import User
from applications.models import Application, Draft
from rules.names import Kind
from tests.applications.pages import of, press, typed
from tests.builders import again, drafted

pytestmark = pytest.mark.django_db


def refused_draft(people: dict[str, User]) -> Application:
    """As the portal once stored it: two sources, and the voltage moved to low all the same."""
    case = drafted(people, Kind.LV_SMALL)
    draft = Draft.objects.get(pk=case.pk)
    draft.typed = json.dumps(json.loads(draft.typed) | {"voltage": "low", "sources": 2})
    draft.save(update_fields=["typed"])
    return again(case)


def test_a_small_firm_with_two_sources_gets_high_voltage(people: dict[str, User]) -> None:
    case = drafted(people, Kind.LV_SMALL, voltage="high", sources=2)
    assert (case.kind, case.voltage, case.sources) == (Kind.HV_DUAL, "high", 2)


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("apply/{}/", 200),
        ("apply/{}/questions/sources/", 200),
        ("apply/{}/check/", 302),
        ("apply/{}/documents/", 302),
        ("account/cases/{}/documents/identity/", 404),
        ("account/cases/{}/withdraw/", 200),
    ],
)
def test_every_page_of_a_refused_draft_opens_or_leads_to_what_is_open(
    people: dict[str, User], page: str, status: int
) -> None:
    case = refused_draft(people)
    answer = of(people, "shop").get("/" + page.format(case.number))
    assert answer.status_code == status
    assert answer.headers.get("Location") in (None, f"/apply/{case.number}/")


def test_its_overview_leads_to_what_has_to_be_mended(people: dict[str, User]) -> None:
    case = refused_draft(people)
    shown = of(people, "shop").get(f"/apply/{case.number}/")
    assert [error["href"] for error in shown.context["errors"]] == [
        f"/apply/{case.number}/questions/sources/#id_sources"
    ]


def test_it_is_mended_on_its_page(people: dict[str, User]) -> None:
    case = refused_draft(people)
    body = typed(Kind.LV_SMALL, voltage="high", sources="2")
    del body["version"], body["idempotency_key"]
    answer = press(of(people, "shop"), f"/apply/{case.number}/questions/sources/", **body)
    assert answer.status_code == 302
    mended = again(case)
    assert (mended.kind, mended.voltage, mended.sources) == (Kind.HV_DUAL, "high", 2)


def test_it_is_deleted(people: dict[str, User]) -> None:
    case = refused_draft(people)
    press(of(people, "shop"), f"/account/cases/{case.number}/withdraw/")
    assert again(case).state == "withdrawn"
