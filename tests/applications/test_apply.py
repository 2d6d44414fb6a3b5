"""Applying on the pages: from the first question to the confirmation, nothing lost on the way."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from applications import drafts
from applications.begun import as_case
from applications.models import Application, Draft
from applications.questions import FIELDS, typed_of
from applications.states import State
from rules.names import Kind
from tests.applications.pages import door_of, nobody, of, only_case, press, stranger, typed
from tests.builders import declaration, drafted, filed, hand_in, pdf
from tests.page import Page

pytestmark = pytest.mark.django_db

APPLY = "/apply/"


HOME = ["purpose", "applicant", "district", "address", "capacity"]
SHOP = ["purpose", "type", *HOME[1:]]
#: Which questions are asked of whom; within the threshold of the three zeros nobody is asked how
#: the power is to come, and one supply is asked of nobody at low voltage.
ASKED = {
    Kind.RESIDENTIAL: HOME,
    Kind.LV_SMALL: SHOP,
    Kind.LV_OTHER: [*SHOP, "voltage"],
    Kind.HV_SINGLE: [*SHOP, "voltage", "sources"],
    Kind.HV_DUAL: [*SHOP, "voltage", "sources"],
}


def answered(client: Any, values: dict[str, Any]) -> list[str]:
    """Answer question after question with what its page asks for; the codes of the pages."""
    url, codes = APPLY, ["purpose"]
    while True:
        page = client.get(url)
        fields = {name: values[name] for name in page.context["form"].fields}
        url = client.post(url, door_of(page.content.decode()) | fields).url
        if "/questions/" not in url:
            return codes
        codes.append(url.split("/")[4])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_person_comes_from_the_first_question_to_the_confirmation(
    people: dict[str, User], kind: Kind
) -> None:
    client = of(people, "resident")
    capacity = {"capacity_kw": "500"} if kind == Kind.LV_OTHER else {}
    assert answered(client, typed(kind, **capacity)) == ASKED[kind]
    case = only_case()
    url = f"/apply/{case.number}/documents/"
    codes = [paper.code for paper, _form in client.get(url).context["papers"]]
    for code in codes:
        assert client.get(url).context["complete"] is False
        assert press(client, url, requirement=code, file=pdf()).url == url
    assert Page(client.get(url)).link("核对并提交") == f"/apply/{case.number}/check/"
    assert press(client, f"/apply/{case.number}/check/").url == f"/apply/{case.number}/filed/"
    case = only_case()
    assert (case.state, case.kind, case.channel) == (State.SUBMITTED, kind, "online")
    page = client.get(f"/apply/{case.number}/filed/").content.decode()
    assert case.number in page
    assert case.id_number not in page


def test_a_home_takes_seven_pages_and_two_files(people: dict[str, User]) -> None:
    client = of(people, "resident")
    pages = answered(client, typed(Kind.RESIDENTIAL))
    documents = client.get(f"/apply/{only_case().number}/documents/").context["papers"]
    assert [paper.code for paper, _form in documents] == ["identity", "property"]
    assert len([*pages, "documents", "check"]) == 7


def test_what_is_refused_is_kept_and_named_where_it_was_typed(people: dict[str, User]) -> None:
    values = typed(Kind.RESIDENTIAL, id_number="123", phone="99", capacity_kw="viel", district="")
    client = of(people, "resident")
    response = client.post(APPLY, values, follow=True)
    case = only_case()
    base = f"/apply/{case.number}/questions"
    assert response.redirect_chain == [(f"{base}/applicant/", 302)]
    assert set(response.context["form"].errors) == {"id_number", "phone"}
    assert 'value="123"' in response.content.decode()
    capacity = client.get(f"{base}/capacity/")
    assert set(capacity.context["form"].errors) == {"capacity_kw"}
    assert 'value="viel"' in capacity.content.decode()
    # What is not filled in yet is no fault.
    assert client.get(f"{base}/district/").context["form"].errors == {}
    links = [error["href"] for error in client.get(f"/apply/{case.number}/").context["errors"]]
    assert links == [
        f"{base}/applicant/#id_id_number", f"{base}/applicant/#id_phone",
        f"{base}/capacity/#id_capacity_kw",
    ]  # fmt: skip
    assert not Application.objects.exists()


@pytest.mark.parametrize("code", [*SHOP, "voltage", "sources"])
def test_a_question_that_is_left_open_is_asked_again_and_says_so(
    people: dict[str, User], code: str
) -> None:
    client, values = of(people, "factory"), typed(Kind.HV_DUAL)
    answered(client, values)
    url = f"/apply/{only_case().number}/questions/{code}/"
    fields = client.get(url).context["form"].fields
    needed = {name for name, field in fields.items() if field.required}
    response = press(client, url, **dict.fromkeys(fields, ""))
    # What rests on it is asked for again after it.
    assert response.url == f"{url}?sent=1"
    assert set(client.get(response.url).context["form"].errors) == needed


def test_another_answer_takes_back_what_rested_on_it(people: dict[str, User]) -> None:
    client, values = of(people, "factory"), typed(Kind.HV_DUAL, town="510302001")
    answered(client, values)
    number = only_case().number

    def change(code: str, **said: str) -> str:
        url = f"/apply/{number}/questions/{code}/?return_to=check"
        return str(press(client, url, **said).url)

    question = f"/apply/{number}/questions"
    # No longer asked, and not kept: the voltage and the supplies of the factory, its size.
    after = change("purpose", purpose="residential")
    assert after == f"{question}/applicant/?return_to=check"
    assert typed_of(only_case()) == {
        name: value
        for name, value in values.items()
        if value and name in FIELDS.values()
        and name not in ("applicant_type", "enterprise_size", "voltage", "sources")
    } | {"purpose": "residential"}  # fmt: skip
    after = change("applicant", id_number="510302199003070013")
    assert after == f"/apply/{number}/check/"
    assert (only_case().kind, only_case().voltage) == (Kind.RESIDENTIAL, "low")
    assert change("district", district="510303") == f"/apply/{number}/check/"
    assert only_case().town == ""


@pytest.mark.parametrize(
    "brought",
    [
        {"purpose": "residential", "voltage": "?", "sources": "7"},
        {"purpose": "residential", "voltage": "high", "sources": "2"},
        {"purpose": "commercial", "applicant_type": "person", "enterprise_size": "large"},
        {"purpose": "?", "applicant_type": "?", "enterprise_size": "?", "district": "?"},
        {"purpose": "industrial", "district": "510303", "statutory_district": "510302"},
        {"purpose": "industrial", "capacity_kw": "-1", "voltage": "low", "sources": "2"},
    ],
)
def test_whatever_comes_along_can_be_mended(
    people: dict[str, User], brought: dict[str, str]
) -> None:
    """No answer of an address leads to a page that does not ask for it, or round in circles."""
    client, values = of(people, "resident"), typed(Kind.RESIDENTIAL)
    start = client.get(APPLY, brought)
    url = client.post(APPLY, Page(start).hidden() | {"purpose": "residential"}).url
    for _page in range(12):
        if "/questions/" not in url:
            break
        page = client.get(url)
        fields = {name: values[name] for name in page.context["form"].fields}
        url = client.post(url, door_of(page.content.decode()) | fields).url
    assert url == f"/apply/{only_case().number}/documents/"
    assert (only_case().kind, only_case().refusals) == (Kind.RESIDENTIAL, ())


def test_towns_are_those_of_the_district(people: dict[str, User]) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL, district="510302-G", address_line=""))
    url = f"/apply/{only_case().number}/questions/address/"
    fields = client.get(url).context["form"].fields
    assert [code for code, _name in fields["statutory_district"].choices] == ["510302", "510311"]
    # Without it the address is not whole, and its page says so.
    again = press(client, url, address_line="汇东路8号")
    assert again.url == f"{url}?sent=1"
    assert set(client.get(again.url).context["form"].errors) == {"statutory_district"}
    done = press(client, url, address_line="汇东路8号", statutory_district="510311")
    assert done.url == f"/apply/{only_case().number}/documents/"
    press(client, f"/apply/{only_case().number}/questions/district/", district="510303")
    fields = client.get(url).context["form"].fields
    assert "statutory_district" not in fields
    assert {code[:6] for code, _name in fields["town"].choices if code} == {"510303"}


def test_two_supplies_at_low_voltage_are_refused_with_the_clause(
    people: dict[str, User],
) -> None:
    client = of(people, "resident")
    client.post(APPLY, typed(Kind.RESIDENTIAL, sources="2"))
    number = only_case().number
    form = client.get(f"/apply/{number}/questions/sources/").context["form"]
    assert set(form.errors) == {"sources"}
    # It cannot be submitted, and the page that says so leads to what has to be mended.
    assert client.get(f"/apply/{number}/check/").url == f"/apply/{number}/"
    assert press(client, f"/apply/{number}/questions/sources/", sources="1").status_code == 302
    assert client.get(f"/apply/{number}/check/").status_code == 200


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
    url = f"/apply/{case.number}/questions/capacity/?return_to=check"
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


@pytest.mark.parametrize("whose", ["resident", "shop"])
def test_an_open_case_is_found_with_the_address_and_before_any_file(
    people: dict[str, User], whose: str
) -> None:
    first = filed(people, Kind.RESIDENTIAL)
    values = typed(Kind.RESIDENTIAL, address_line=f"自贡市 {first.address_line}")
    client = of(people, whose)
    client.post(APPLY, values | {"capacity_kw": "", "address_line": ""})
    address = f"/apply/{only_draft().number}/questions/address/"
    again = press(client, address, address_line=values["address_line"])
    assert again.url == f"{address}?sent=1"
    page = client.get(again.url)
    assert set(page.context["form"].errors) == {"address_line"}
    own = whose == "resident"
    assert (first.number in page.content.decode()) == own
    assert (f"/account/cases/{first.number}/" in Page(page).links("/account/cases/.*")) == own
    # What was typed stays, and another address goes on.
    assert page.context["form"]["address_line"].value() == values["address_line"]
    other = press(client, address, address_line="别处路1号")
    assert other.url == f"/apply/{only_draft().number}/questions/capacity/"


def only_draft() -> Application:
    return as_case(Draft.objects.get())


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
    for page in ("", "questions/purpose/", "documents/", "check/"):
        assert client.get(f"/apply/{case.number}/{page}").url == f"/account/cases/{case.number}/"


@pytest.mark.parametrize("page", ["", "questions/purpose/", "documents/", "check/", "filed/"])
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
