"""To an identity service and back in a real browser, which lets no form lead to another site."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.accounts.identity import ACCOUNT, FACE, OWN, Service, identity_service
from tests.look import Visit, look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def service(site: str) -> Iterator[Service]:
    with identity_service() as found:
        yield found


def choose(found: Visit, service: Service, person: str, then: str) -> None:
    """Choose somebody on the service's page, which is another host's, and come back."""
    found.page.wait_for_url(f"{service.url}/**")
    found.page.click(f"button[value='{person}']")
    found.page.wait_for_url(lambda url: urlsplit(url).path == then)
    found.faults.clear()


def test_somebody_signs_in_by_a_service_and_has_a_face_check_fill_in_the_form(
    chromium: "Browser", site: str, service: Service
) -> None:
    from applications.models import Draft

    found = visit(chromium, site, language="zh-hans")
    page, faults = found.page, look(found, f"/account/sign-in/?next={OWN}")
    page.click(f"form[action='{OWN}national/sign-in/'] button")
    choose(found, service, "zhou", ACCOUNT)
    faults += look(found, "")
    page.fill("[name=phone]", "13912340001")
    page.click("main form button")
    page.wait_for_url(lambda url: urlsplit(url).path == OWN)
    faults += [*look(found, "", name="account-identity"), *look(found, f"{OWN}provincial/link/")]
    page.goto("/apply/?purpose=residential")
    page.click("main form button[type=submit]")
    number = Draft.objects.latest("pk").number
    question = f"/apply/{number}/questions/applicant/"
    page.goto(OWN)
    page.click(f"form[action='{OWN}end/'] button")
    faults += look(found, question)
    page.click("button[name=face]")
    page.wait_for_url(lambda url: urlsplit(url).path == FACE)
    faults += look(found, "", name="face-check")
    page.click("main form button")
    choose(found, service, "aygul", question)
    assert page.input_value("[name=applicant_name]") == "阿依古丽·买买提"
    faults += look(found, "")
    page.goto(f"{FACE}?next={question}")
    page.click("main form button")
    choose(found, service, "", f"{OWN}refused/")
    faults += look(found, "")
    found.context.close()
    assert faults == []
