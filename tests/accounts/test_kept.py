"""What was typed is never lost: session ended, page stale, token void; and it is nobody else's."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts import sign_in
from accounts.kept import KEPT
from accounts.models import User
from applications.states import State
from rules.names import Kind
from tests.builders import case_at

NAME, TYPO = "王小明·键入", "解放路键入 8 号 & <b>"
TYPED = {
    "applicant_name": NAME,
    "id_number": TYPO,
    "phone": "13800001234",
    "idempotency_key": "k-1",
    "version": "0",
}


def browser(user: User, **more: Any) -> Client:
    """With a page of its own opened before."""
    found = Client(**more)
    found.force_login(user)
    assert found.get("/apply/").status_code == 200
    return found


def ended(user: User) -> Client:
    """A session that ended while a form was open."""
    found = browser(user)
    session = found.session
    session[sign_in.SEEN_AT] = session[sign_in.SIGNED_IN_AT] = 0
    session.save()
    return found


def page_of(client: Client) -> str:
    """The page that asks a person for its name."""
    return str(
        client.post("/apply/", {"purpose": "residential", "idempotency_key": "k-0"})["Location"]
    )


def enter(client: Client, username: str, password: str = "tongdian-demo") -> Any:
    body = {"username": username, "password": password, "next": "/apply/"}
    return client.post("/account/sign-in/", body)


@pytest.fixture
def applicant(people: dict[str, User]) -> User:
    user = people["resident"]
    user.set_password("tongdian-demo")
    user.save()
    return user


def test_after_signing_in_again_the_form_is_filled(applicant: User) -> None:
    url = page_of(browser(applicant))
    client = ended(applicant)
    answer = client.post(url, TYPED)
    assert answer["Location"] == f"/account/sign-in/?next={url}"
    page = client.get(answer["Location"]).content.decode()
    assert "您已不在登录状态" in page
    assert "您填写的内容已保留" in page
    assert NAME not in page
    assert enter(client, applicant.username, "wrong").status_code == 200
    assert enter(client, applicant.username).status_code == 302
    again = client.get(url)
    page = again.content.decode()
    assert (again.context["form"].initial["applicant_name"], NAME in page) == (NAME, True)
    assert "解放路键入 8 号 &amp; &lt;b&gt;" in page
    assert "尚未提交任何内容" in page
    assert again.context["form_token"].key == "k-1"
    # Once: the next visit begins anew.
    assert NAME not in client.get(url).content.decode()


def test_it_lies_sealed_and_in_no_address(applicant: User) -> None:
    client = ended(applicant)
    answer = client.post("/apply/", TYPED)
    assert NAME not in answer["Location"]
    stored = [row.get_decoded() for row in Session.objects.all()]
    assert [KEPT in row for row in stored].count(True) == 1
    assert NAME not in str(stored)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, '') FROM django_session")
        assert NAME not in cursor.fetchone()[0]


def test_nobody_else_gets_it(applicant: User, people: dict[str, User]) -> None:
    other = people["shop"]
    other.set_password("tongdian-demo")
    other.save()
    client = ended(applicant)
    client.post("/apply/", TYPED)
    assert enter(client, other.username)["Location"] == "/apply/"
    assert NAME not in client.get("/apply/").content.decode()
    assert KEPT not in client.session


def test_files_are_named_and_must_be_chosen_again(people: dict[str, User]) -> None:
    lead = people["supply-lead"]
    client = ended(lead)
    file = SimpleUploadedFile("十一月.csv", b"a,b")
    client.post("/work/publish/fees/upload/", {"file": file, "source": "月报"},
                headers={"referer": "http://testserver/work/publish/fees/"})  # fmt: skip
    page = client.get("/account/sign-in/?next=/work/publish/fees/").content.decode()
    assert "文件无法保留，请重新选择" in page
    client.force_login(lead)
    page = client.get("/work/publish/fees/").content.decode()
    assert ("<li>月报</li>" in page, "<li>十一月.csv</li>" in page) == (True, True)


def test_a_stranger_leaves_nothing(people: dict[str, User]) -> None:
    client = Client()
    answer = client.post("/apply/", TYPED)
    assert answer["Location"] == "/account/sign-in/?next=/apply/"
    assert Session.objects.count() == 0


def test_a_void_token_shows_what_was_typed_and_fills_the_form(applicant: User) -> None:
    client = browser(applicant, enforce_csrf_checks=True)
    answer = client.post("/apply/", TYPED | {"csrfmiddlewaretoken": "x" * 64})
    page = answer.content.decode()
    assert (answer.status_code, NAME in page, "k-1" in page) == (403, True, False)
    assert "no-store" in answer["Cache-Control"]
    again = client.get("/apply/")
    assert again.context["form"].initial["applicant_name"] == NAME
    assert again.context["form_token"].key != "k-1"


def test_another_sites_words_are_not_shown(applicant: User) -> None:
    client = browser(applicant, enforce_csrf_checks=True)
    answer = client.post("/apply/", TYPED, headers={"origin": "https://elsewhere.example"})
    assert (answer.status_code, NAME in answer.content.decode()) == (403, False)
    assert NAME not in client.get("/apply/").content.decode()


def test_secrets_are_never_kept(applicant: User) -> None:
    client = browser(applicant, enforce_csrf_checks=True)
    for path in ("/account/password/", "/account/sign-in/", "/account/register/"):
        body = {"password": "Geheim-1", "old": "Geheim-2", "username": "Geheim-3"}
        answer = client.post(path, body)
        assert (answer.status_code, "Geheim" in answer.content.decode()) == (403, False)
        assert KEPT not in client.session


def test_a_stale_page_shows_what_was_typed_and_fills_the_form(people: dict[str, User]) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    client = browser(people["factory"])
    address = f"/account/cases/{case.number}/confirm_plan/"
    form = client.get(address)
    reason = "请改由城南线供电"
    body = {"agree": "no", "reason": reason, "version": case.version - 1, "idempotency_key": "k"}
    answer = client.post(form.request["PATH_INFO"], body)
    page = answer.content.decode()
    assert (answer.status_code, reason in page) == (412, True)
    again = client.get(form.request["PATH_INFO"])
    assert again.context["form"].data["reason"] == reason
    assert again.context["form_token"].version == case.version


def test_whoever_may_not_any_more_keeps_the_words(people: dict[str, User]) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.ACCEPTED)
    client = browser(people["clerk"])
    words = "由 10 千伏解放线供电"
    answer = client.post(
        f"/work/cases/{case.number}/reply_plan/", {"summary": words, "version": case.version}
    )
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (403, True)
