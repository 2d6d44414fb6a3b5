"""Applying on the pages: from the first field to the confirmation, nothing lost on the way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from applications import drafts
from applications.models import Application, Draft
from applications.workflow import State
from rules.names import Kind
from tests.applications.pages import door_of, nobody, of, only_case, press, stranger, typed
from tests.builders import declaration, drafted, filed, hand_in, pdf
from tests.page import Page

pytestmark = pytest.mark.django_db

APPLY = "/apply/"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_person_comes_from_the_form_to_the_confirmation(
    people: dict[str, User], kind: Kind
) -> None:
    client = of(people, "resident")
    response = client.post(APPLY, typed(kind))
    case = only_case()
    assert (response.status_code, response.url) == (302, f"/apply/{case.number}/")
    missing = [
        line
        for line in ("identity", "property", "project_approval")
        if f"documents/{line}/" in client.get(response.url).content.decode()
    ]
    for code in missing:
        url = reverse("applications:document", args=[case.number, code])
        assert press(client, url, file=pdf()).url == f"/apply/{case.number}/"
    check = f"/apply/{case.number}/check/"
    assert press(client, check).url == f"/apply/{case.number}/filed/"
    case = only_case()
    assert (case.state, case.kind, case.channel) == (State.SUBMITTED, kind, "online")
    page = client.get(f"/apply/{case.number}/filed/").content.decode()
    assert case.number in page
    assert case.id_number not in page


def test_what_is_refused_is_kept_and_named_where_it_was_typed(people: dict[str, User]) -> None:
    values = typed(Kind.RESIDENTIAL, id_number="123", phone="99", capacity_kw="viel", district="")
    client = of(people, "resident")
    response = client.post(APPLY, values, follow=True)
    case = only_case()
    assert response.redirect_chain == [(f"/apply/{case.number}/details/?part=who", 302)]
    assert set(response.context["form"].errors) == {"id_number", "phone"}
    whole = client.get(f"/apply/{case.number}/details/")
    # What is not filled in yet is no fault.
    assert set(whole.context["form"].errors) == {"id_number", "phone", "capacity_kw"}
    page = whole.content.decode()
    assert all(f'value="{values[name]}"' in page for name in ("id_number", "capacity_kw"))
    assert values["address_line"] in page
    links = [error["href"] for error in client.get(f"/apply/{case.number}/").context["errors"]]
    assert links == [
        f"/apply/{case.number}/details/#id_{name}" for name in ("id_number", "phone", "capacity_kw")
    ]
    assert not Application.objects.exists()


def test_two_supplies_at_low_voltage_are_refused_with_the_clause(
    people: dict[str, User],
) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL, sources="2"))
    case = only_case()
    form = client.get(f"/apply/{case.number}/details/?part=what").context["form"]
    assert set(form.errors) <= {"sources", "__all__"}
    assert form.errors
    # It cannot be submitted, and the page that says so leads to what has to be mended.
    assert client.get(f"/apply/{case.number}/check/").url == f"/apply/{case.number}/"
    assert press(client, f"/apply/{case.number}/details/", sources="1").status_code == 302
    assert client.get(f"/apply/{case.number}/check/").status_code == 200


def test_a_second_click_on_save_finds_the_first_draft(people: dict[str, User]) -> None:
    client, values = of(people, "resident"), typed(Kind.RESIDENTIAL)
    first, second = client.post(APPLY, values), client.post(APPLY, values)
    assert first.url == second.url
    assert Draft.objects.count() == 1


def test_a_clerk_files_at_the_counter(people: dict[str, User]) -> None:
    for name in ("clerk", "hall"):
        assert of(people, name).post(APPLY, typed(Kind.RESIDENTIAL)).status_code == 302
    assert list(Draft.objects.values_list("channel", flat=True)) == ["counter", "counter"]


def test_a_small_shop_that_asks_for_high_voltage_is_told_that_low_is_meant(
    people: dict[str, User],
) -> None:
    values = typed(Kind.LV_SMALL, voltage="high")
    response = of(people, "shop").post(APPLY, values, follow=True)
    case = only_case()
    assert (case.kind, case.voltage) == (Kind.LV_SMALL, "low")
    assert len(list(response.context["messages"])) == 1


def test_a_draft_can_be_changed_and_the_old_form_is_refused(people: dict[str, User]) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL))
    case = only_case()
    url = f"/apply/{case.number}/details/?return_to=check"
    old = door_of(client.get(url).content.decode())
    values = typed(Kind.RESIDENTIAL, capacity_kw="12") | {"return_to": "check"}
    assert client.post(url, values | old).url == f"/apply/{case.number}/check/"
    again = values | old | {"idempotency_key": "another", "capacity_kw": "16"}
    refused = client.post(url, again)
    assert refused.status_code == 412
    assert only_case().capacity_kw == 12


def test_a_document_that_is_no_document_is_refused_beside_its_field(
    people: dict[str, User],
) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL))
    url = reverse("applications:document", args=[only_case().number, "identity"])
    broken = SimpleUploadedFile("bad.pdf", b"not a pdf at all")
    assert press(client, url, file=broken).status_code == 422
    nothing = press(client, url)
    assert (nothing.status_code, set(nothing.context["form"].errors)) == (422, {"file"})


def test_a_file_that_is_sent_twice_is_kept_once(people: dict[str, User]) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL))
    case = only_case()
    url = reverse("applications:document", args=[case.number, "identity"])
    hidden = door_of(client.get(url).content.decode())
    for _time in range(2):
        assert client.post(url, hidden | {"file": pdf()}).status_code == 302
    rows = client.get(url).context["paper"].files
    assert len(rows) == 1


def test_a_document_off_the_checklist_has_no_page(people: dict[str, User]) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL))
    url = reverse("applications:document", args=[only_case().number, "design"])
    assert client.get(url).status_code == 404


def test_submitting_without_documents_names_each_with_the_page_that_takes_it(
    people: dict[str, User],
) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL))
    number = only_case().number
    response = press(client, f"/apply/{number}/check/")
    assert response.status_code == 422
    assert [error["href"] for error in response.context["errors"]] == [
        f"/account/cases/{number}/documents/{code}/?for=check" for code in ("identity", "property")
    ]
    assert only_case().state == State.DRAFT


def test_a_second_open_case_at_the_same_address_is_refused_with_its_number(
    people: dict[str, User],
) -> None:
    first = filed(people, Kind.RESIDENTIAL)
    address = {"district": first.district, "line": first.address_line}
    second = drafted(people, Kind.RESIDENTIAL, address=address)
    response = press(of(people, "resident"), f"/apply/{second.number}/check/")
    assert response.status_code == 409
    assert first.number in response.content.decode()


def test_the_number_of_another_accounts_case_is_never_told(people: dict[str, User]) -> None:
    first = filed(people, Kind.RESIDENTIAL)
    address = {"district": first.district, "line": first.address_line}
    body = declaration(Kind.RESIDENTIAL, address=address)
    second = drafts.draft(body=body, by=people["shop"])
    hand_in(second, "submit")
    response = press(of(people, "shop"), f"/apply/{second.number}/check/")
    assert response.status_code == 409
    assert "已有" in response.content.decode()
    assert first.number not in response.content.decode()


def test_submitting_twice_answers_like_the_first_time(people: dict[str, User]) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    client = of(people, "resident")
    url = f"/apply/{case.number}/check/"
    hidden = door_of(client.get(url).content.decode())
    answers = [client.post(url, hidden).url for _time in range(2)]
    assert answers == [f"/apply/{case.number}/filed/"] * 2


def test_pages_of_a_draft_that_was_filed_lead_to_the_case(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client = of(people, "resident")
    for page in ("", "details/", "check/"):
        assert client.get(f"/apply/{case.number}/{page}").url == f"/account/cases/{case.number}/"


@pytest.mark.parametrize("page", ["", "details/", "check/", "filed/"])
def test_other_people_find_nothing_and_nobody_is_sent_to_sign_in(
    people: dict[str, User], page: str
) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    url = f"/apply/{case.number}/{page}"
    assert stranger().get(url).status_code == 404
    assert of(people, "manager").get(url).status_code == 404
    assert nobody().get(url).url.startswith("/account/sign-in/")


def test_the_form_asks_nobody_before_the_sign_in(people: dict[str, User]) -> None:
    assert Page(nobody().get(APPLY)).link("注册账户") == "/account/register/?next=/apply/"
    assert nobody().post(APPLY, typed(Kind.RESIDENTIAL)).status_code == 302
    assert not Application.objects.exists()
