"""Field work in a real browser whose network is off: what is kept, sent later, and wiped."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.applications.field.photos import photo
from tests.look import look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: All that a browser keeps for the site.
KEPT = """async () => [
    ...(await indexedDB.databases()).map((each) => each.name), ...(await caches.keys()),
    ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(await navigator.serviceWorker.getRegistrations()).map((each) => each.scope),
]"""
#: The database, and the page itself.
KEEPS = {"tongdian-field"}
#: The first answer to a report gets lost on its way.
LOSES_ONE = """() => {
    const real = fetch;
    window.fetch = async (...asked) => {
        const answer = await real(...asked);
        if (window.lost || !asked[0].endsWith("/reports/")) return answer;
        window.lost = answer.ok;
        throw new TypeError("lost");
    };
}"""
ONLINE = "dispatchEvent(new Event('online'))"
READY = "() => navigator.serviceWorker.ready.then(() => true)"


def prepared() -> tuple[str, str, int]:
    """An inspection whose time has come: its number, and the project manager's session."""
    from applications.states import State
    from rules.names import Kind
    from tests.applications.appointments.booking import booked, go_to
    from tests.builders import case_at
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    case = case_at(people, Kind.HV_SINGLE, State.COMPLETION_REPORTED)
    go_to(booked(case, people["factory"], purpose="completion"))
    session = browser(again(people["project"])).cookies["sessionid"].value
    return case.number, session, case.pk


def fill_in(page: "Page") -> None:
    """What an inspector enters who finds everything in order, with a photo."""
    page.locator("summary").first.click()
    page.get_by_label("按约进行").check()
    for one in page.get_by_label("符合", exact=True).all():
        one.check()
    page.get_by_label("现场照片").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}
    )
    page.get_by_role("button", name="删除照片 1").wait_for()


def test_a_visit_without_a_connection_is_sent_later_and_recorded_once(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    from applications.field.models import FieldReport
    from applications.models import Application
    from ledger.queries import timeline

    number, session, pk = prepared()
    with servers.pages() as address:
        found = visit(chromium, address, language="zh-hans")
        page = found.page
        cookie = {"name": "sessionid", "value": session, "url": address}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto("/work/field/phone/")
        page.get_by_text(number).wait_for(state="attached")
        page.evaluate(READY)
        assert look(found, "", name="field-phone") == []
    # Nobody answers any more, neither the page nor the worker beside it.
    page.reload()
    fill_in(page)
    page.get_by_role("button", name="完成并发送").click()
    page.get_by_text("待发送").wait_for()
    assert not FieldReport.objects.exists()
    page.evaluate(LOSES_ONE)
    with servers.pages(urlsplit(address).port or 0):
        page.evaluate(ONLINE)
        page.wait_for_function("() => window.lost")
        page.get_by_text("没有网络").wait_for()
        page.evaluate(ONLINE)
        page.get_by_text("已于").wait_for()
        # As on any page: what the phone's own button wipes first, goes here by the server's word.
        assert set(page.evaluate(KEPT)) >= KEEPS
        page.goto("/work/field/")
        page.get_by_role("button", name="菜单").click()
        page.get_by_role("button", name="退出", exact=True).click()
        page.wait_for_url(address + "/")
        assert page.evaluate(KEPT) == []
    case = Application.objects.get(pk=pk)
    types = [event.type for event in timeline(case.ref)]
    assert (case.state, types.count("case.field_reported")) == ("completion_passed", 1)
    assert FieldReport.objects.get().photos.count() == 1
