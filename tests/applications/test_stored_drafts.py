"""A stored draft can always be opened, mended and deleted, whatever the rules say of it now."""

import pytest

from accounts.models import User
from applications.models import Application
from rules.names import Kind
from tests.applications.pages import of, press, typed
from tests.builders import again, drafted

pytestmark = pytest.mark.django_db


def refused_draft(people: dict[str, User]) -> Application:
    """As the portal once stored it: two sources, and the voltage moved to low all the same."""
    case = drafted(people, Kind.LV_SMALL)
    Application.objects.filter(pk=case.pk).update(sources=2)
    return again(case)


def test_a_small_firm_with_two_sources_gets_high_voltage(people: dict[str, User]) -> None:
    case = drafted(people, Kind.LV_SMALL, voltage="high", sources=2)
    assert (case.kind, case.voltage, case.sources) == (Kind.HV_DUAL, "high", 2)


PAGES = (
    "apply/{}/",
    "apply/{}/check/",
    "apply/{}/details/",
    "account/cases/{}/documents/identity/",
    "account/cases/{}/withdraw/",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_refused_draft_opens(people: dict[str, User], page: str) -> None:
    case = refused_draft(people)
    assert of(people, "shop").get("/" + page.format(case.number)).status_code == 200


def test_its_last_look_leads_to_what_has_to_be_mended(people: dict[str, User]) -> None:
    case = refused_draft(people)
    shown = of(people, "shop").get(f"/apply/{case.number}/check/").content.decode()
    assert f"/apply/{case.number}/details/?return_to=check" in shown


def test_it_is_mended_on_its_page(people: dict[str, User]) -> None:
    case = refused_draft(people)
    body = typed(Kind.LV_SMALL, voltage="high", sources="2")
    del body["version"], body["idempotency_key"]
    answer = press(of(people, "shop"), f"/apply/{case.number}/details/", **body)
    assert answer.status_code == 302
    mended = again(case)
    assert (mended.kind, mended.voltage, mended.sources) == (Kind.HV_DUAL, "high", 2)


def test_it_is_deleted(people: dict[str, User]) -> None:
    case = refused_draft(people)
    press(of(people, "shop"), f"/account/cases/{case.number}/withdraw/")
    assert again(case).state == "withdrawn"
