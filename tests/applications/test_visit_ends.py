"""A visit that ends, is left, or meets an account; a link that leads nowhere. Nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import visits
from accounts.models import User
from applications import drafts
from applications.models import Draft
from core.clock import city_now
from rules.limits import Keeping, limits
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import (
    CODE,
    RETURN,
    begun,
    come_back,
    enter,
    entered,
    later,
    link_in,
    told,
    words,
)
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

TYPED = "解放路键入 8 号"


def ended(client: Any, name: str = "seen") -> Any:
    """The same browser after its visit has ended by time."""
    session = client.session
    held = session[visits.VISIT]
    length = {"at": visits.VISIT_ABSOLUTE, "seen": visits.VISIT_IDLE}[name]
    session[visits.VISIT] = held | {name: held[name] - length.total_seconds() - 1}
    session.save()
    return client


@pytest.mark.parametrize("name", ["at", "seen"])
def test_a_visit_ends_by_time_and_a_new_code_leads_back_to_the_page(sms: At, name: str) -> None:
    client = entered(sms)
    begun(client)
    ended(client, name)
    answer = client.get("/account/")
    assert answer["Location"] == f"{RETURN}?next=/account/"
    page = client.get(answer["Location"])
    assert "本次访问已结束" in words(page)
    assert "139****0001" in words(page)
    assert client.get("/account/").status_code == 302
    later()
    assert Page(page).submit(client, "发送验证码")["Location"] == CODE
    assert enter(client, sms)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_what_was_typed_when_the_visit_ended_is_back_in_its_place(sms: At) -> None:
    client = entered(sms)
    number = begun(client, address_line="").number
    url = f"/apply/{number}/questions/address/"
    form = Page(client.get(url)).hidden() | {"address_line": TYPED}
    ended(client)
    answer = client.post(url, form, headers={"Referer": f"http://testserver{url}"})
    assert answer["Location"].startswith(f"{RETURN}?next=")
    page = client.get(answer["Location"])
    assert ("您填写的内容已保留" in words(page), TYPED in words(page)) == (True, False)
    later()
    Page(page).submit(client, "发送验证码")
    assert enter(client, sms)["Location"] == url
    again = client.get(url)
    assert again.context["form"].initial["address_line"] == TYPED
    assert "尚未提交任何内容" in words(again)


def test_what_was_typed_before_anything_was_begun_is_kept_too(sms: At) -> None:
    client = entered(sms)
    form = Page(client.get("/apply/")).hidden()
    ended(client)
    client.post("/apply/", form | typed_name())
    later()
    press(client, RETURN)
    assert enter(client, sms)["Location"] == "/apply/"
    assert client.get("/apply/").context["form"].initial["applicant_name"] == TYPED
    assert Draft.objects.count() == 0


def typed_name() -> dict[str, str]:
    return {"applicant_name": TYPED}


def test_it_waits_for_the_link_where_the_session_is_gone(sms: At) -> None:
    client = entered(sms)
    number = begun(client).number
    link = link_in(told(sms)[-1])
    url = f"/account/cases/{number}/documents/identity/"
    form = Page(client.get(url)).hidden()
    Session.objects.all().delete()
    file = SimpleUploadedFile("证件照.pdf", b"x")
    answer = client.post(url, form | {"note": TYPED, "file": file})
    page = words(client.get(answer["Location"]))
    assert "请打开您开始申请时收到的短信里的链接" in page
    assert ("您填写的内容已保留" in page, "证件照.pdf" in page) == (True, True)
    come_back(sms, link, client)
    again = words(client.get(url))
    assert ("尚未提交任何内容" in again, "证件照.pdf" in again) == (True, True)


def test_nobody_else_gets_what_was_kept(sms: At, people: dict[str, User]) -> None:
    client = entered(sms)
    form = Page(client.get("/apply/")).hidden()
    ended(client)
    client.post("/apply/", form | typed_name())
    later()
    # Somebody else's phone, in the same browser.
    client.post("/apply/phone/", {"phone": "13912340002"})
    assert enter(client, sms, "13912340002")["Location"] == "/apply/"
    assert TYPED not in client.get("/apply/").content.decode()


def test_leaving_says_how_to_come_back_and_ends_the_visit(sms: At) -> None:
    client = entered(sms)
    number = begun(client).number
    answer = client.post("/account/sign-out/")
    assert "随时可以从短信里的链接回来" in words(client.get(answer["Location"]))
    asked = client.get(f"/apply/{number}/")
    assert asked["Location"] == f"{RETURN}?next=/apply/{number}/"
    page = Page(client.get(asked["Location"]))
    # Whose phone it was is not known here any more.
    assert "139" not in page.text
    assert page.link("登录") == "/account/sign-in/"
    assert client.post(RETURN).status_code == 200


def test_whoever_comes_to_a_desk_in_the_same_browser_gets_the_sign_in(sms: At) -> None:
    client = entered(sms)
    client.post("/account/sign-out/")
    assert client.get("/work/")["Location"] == "/account/sign-in/?next=/work/"


def test_a_form_sent_in_another_tab_after_leaving_is_kept(sms: At) -> None:
    client = entered(sms)
    begun(client)
    link = link_in(told(sms)[-1])
    form = Page(client.get("/apply/")).hidden()
    client.post("/account/sign-out/")
    assert client.post("/apply/", form | typed_name())["Location"] == f"{RETURN}?next=/apply/"
    come_back(sms, link, client)
    assert client.get("/apply/").context["form"].initial["applicant_name"] == TYPED


def test_a_link_opened_with_an_account_says_what_becomes_of_it(
    sms: At, people: dict[str, User]
) -> None:
    number = begun(entered(sms)).number
    link = link_in(told(sms)[-1])
    client = of(people, "resident")
    assert client.get(link)["Location"] == RETURN
    assert f"您正以账户 {people['resident'].username} 登录" in words(client.get(RETURN))
    # Until the code is typed the account stays signed in, and sees nothing of it.
    assert client.get(f"/apply/{number}/").status_code == 404
    assert client.get("/account/settings/").status_code == 200
    come_back(sms, link, client)
    assert client.get(f"/apply/{number}/").status_code == 200
    assert client.get("/account/settings/").status_code == 403


def test_whoever_visits_signs_in_with_an_account(sms: At, people: dict[str, User]) -> None:
    user = people["resident"]
    user.set_password("tongdian-demo")
    user.save()
    client = entered(sms)
    begun(client)
    address = "/account/sign-in/?next=/apply/"
    assert "您已不在登录状态" not in words(client.get(address))
    press(client, address, username=user.username, password="tongdian-demo")
    assert client.get("/account/settings/").status_code == 200
    assert visits.VISIT not in client.session


def test_a_link_in_the_same_visit_leads_on_at_once(sms: At) -> None:
    client = entered(sms)
    number = begun(client).number
    link = link_in(told(sms)[-1])
    sent = len(told(sms))
    client.get(link)
    assert client.get(RETURN)["Location"] == f"/apply/{number}/"
    assert len(told(sms)) == sent


def test_a_link_that_is_unknown_or_leads_to_nothing_any_more_says_so(sms: At) -> None:
    client = entered(sms)
    thrown = begun(client).number
    first = link_in(told(sms)[-1])
    assert nobody().get(first).status_code == 302
    begun(client, applicant_name="李四")
    second = link_in(told(sms)[-1])
    unknown = nobody().get(f"{first[:-4]}/")
    assert (unknown.status_code, Page(unknown).heading) == (404, "链接无效")
    press(client, f"/account/cases/{thrown}/withdraw/")
    old = city_now() - timedelta(days=limits().days[Keeping.DRAFTS] + 1)
    Draft.objects.exclude(number=thrown).update(changed_at=old)
    assert drafts.forget_old() == 1
    for link in (first, second):
        gone = nobody().get(link)
        assert (gone.status_code, Page(gone).heading) == (410, "这份申请已不存在")
        assert "no-store" in gone["Cache-Control"]
        assert thrown not in gone.content.decode()


def test_a_foreign_address_is_not_gone_on_to(sms: At) -> None:
    client = entered(sms)
    begun(client)
    ended(client)
    client.get(f"{RETURN}?next=https://example.org/")
    later()
    press(client, RETURN)
    assert enter(client, sms)["Location"].startswith("/")
