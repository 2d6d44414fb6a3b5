"""The lead's pages: upload, preview, mistakes put right in place, publication, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from grid.models import ElementRow
from money.models import FeeItem
from publishing import actions
from publishing.models import Draft, Publication
from publishing.sheets import BOM
from reliability.models import OutageRow
from tests.page import Page
from tests.people import browser, staff
from tests.publishing import builders

KINDS = ("fees", "capacity", "outages", "customers")


@pytest.fixture
def desk(lead: User) -> Client:
    """The lead's browser."""
    return browser(lead)


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def upload(desk: Client, kind: str, content: bytes, **fields: str) -> str:
    """Upload a file; the address of its draft."""
    answer = desk.post(
        reverse("publish:upload", args=[kind]),
        {"file": SimpleUploadedFile("table.csv", content), "source": "Report 11", **fields},
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def text(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_a_file_is_uploaded_looked_at_and_published(desk: Client) -> None:
    english(desk)
    address = upload(desk, "capacity", builders.capacity("Wuxing").encode("gb18030"))
    page = text(desk.get(address))
    assert "New: 1. Corrected: 0. Withdrawn: 0. Unchanged: 0." in page
    assert "Wuxing" in page
    assert ElementRow.objects.count() == 0
    done = desk.post(f"{address}publish/", {"base": "0"}, follow=True)
    assert "Published as number 1." in text(done)
    assert done.redirect_chain == [(reverse("publish:table", args=["capacity"]), 302)]
    assert list(ElementRow.objects.values_list("code", "source")) == [("Wuxing-1", "Report 11")]


def test_mistakes_are_listed_and_put_right_without_a_new_upload(desk: Client) -> None:
    english(desk)
    bad = builders.capacity("Wuxing", open_kva=9000)
    address = upload(desk, "capacity", bad.encode(), note="")
    page = text(desk.get(address))
    assert "1 mistake: nothing can be published until it is put right." in page
    assert "Row 2, column “Maximum load”: Must be from 0 to 9,999,999,999." in page
    assert "-1000" in page
    refused = desk.post(f"{address}publish/", {"base": "0"})
    assert (refused.status_code, Publication.objects.count()) == (422, 0)
    desk.post(
        f"{address}change/",
        {"text": builders.capacity("Wuxing", open_kva=900), "source": "Report 11", "note": ""},
    )
    assert desk.post(f"{address}publish/", {"base": "0"}).status_code == 302
    assert ElementRow.objects.get().max_load_kva == 7100


def test_a_file_is_kept_even_if_the_rest_of_the_form_is_not_right(desk: Client) -> None:
    address = upload(desk, "capacity", builders.capacity().encode(), source="")
    assert Draft.objects.get().text == builders.capacity()
    assert desk.post(f"{address}publish/", {"base": "0"}).status_code == 422
    assert ElementRow.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\0", "This is not a CSV file. Save the sheet as CSV (comma separated)."),
    ],
)
def test_what_is_no_table_is_refused_on_the_spot(desk: Client, content: bytes, said: str) -> None:
    answer = english(desk).post(
        reverse("publish:upload", args=["fees"]),
        {"file": SimpleUploadedFile("t.csv", content), "source": "s"},
    )
    assert answer.status_code == 422
    assert said in text(answer)
    assert Draft.objects.count() == 0


def test_a_long_file_is_kept_and_its_source_put_right_without_its_text(desk: Client) -> None:
    lines = builders.capacity("S0").splitlines()
    rows = [lines[1].replace("S0-1", f"S{n}").replace("S0", "x" * 60) for n in range(1500)]
    address = upload(desk, "capacity", "\n".join([lines[0], *rows]).encode(), source="")
    page = desk.get(address)
    assert ("text" in page.context["form"].fields, "<textarea" in text(page)) == (False, True)
    desk.post(f"{address}change/", {"source": "Report 11", "note": ""})
    assert desk.post(f"{address}publish/", {"base": "0"}).status_code == 302
    assert ElementRow.objects.count() == 1500


def test_a_row_is_entered_on_the_page(desk: Client) -> None:
    english(desk)
    address = reverse("publish:row", args=["outages"])
    row = {
        "number": "F-7", "district": "510302", "area": "Wuxing Street", "area_class": "urban",
        "kind": "fault", "cause": "Cable dug up", "started_at": "2026-11-01T08:00",
        "restored_at": "2026-11-01T07:00", "customers": "12", "level": "medium",
        "source": "Dispatch log",
    }  # fmt: skip
    wrong = desk.post(address, row)
    assert wrong.status_code == 422
    assert "Must not be before the power went off." in text(wrong)
    assert "Cable dug up" in text(wrong)
    draft = desk.post(address, {**row, "restored_at": "2026-11-01T09:30"})
    desk.post(f"{draft['Location']}publish/", {"base": "0"})
    found = OutageRow.objects.get()
    assert (found.number, found.customers, found.source) == ("F-7", 12, "Dispatch log")


def test_a_published_row_is_corrected_and_withdrawn_on_the_page(desk: Client, lead: User) -> None:
    english(desk)
    builders.published("capacity", builders.capacity(), lead)
    old = ElementRow.objects.get()
    page = desk.get(reverse("publish:correct", args=["capacity", old.pk]))
    assert 'value="5000"' in text(page)
    form = page.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    answer = desk.post(
        reverse("publish:correct", args=["capacity", old.pk]),
        {**fields, "max_load_kva": "6000", "note_of_publication": "Mistake", "source": "Order 2"},
    )
    seen = text(desk.get(answer["Location"]))
    assert "Maximum load (kVA): <del>5,000</del> becomes <ins>6,000</ins>" in seen
    desk.post(f"{answer['Location']}publish/", {"base": "1"})
    now = ElementRow.objects.standing().get()
    assert now.max_load_kva == 6000
    answer = desk.post(
        reverse("publish:withdraw", args=["capacity", now.pk]), {"note": "Abolished"}
    )
    assert desk.post(f"{answer['Location']}publish/", {"base": "2"}).status_code == 302
    assert ElementRow.objects.standing().count() == 0


def test_an_overtaken_preview_is_shown_again(desk: Client, lead: User) -> None:
    address = upload(desk, "capacity", builders.capacity("A").encode())
    builders.published("capacity", builders.capacity("B"), lead)
    answer = english(desk).post(f"{address}publish/", {"base": "0"})
    assert answer.status_code == 412
    told = "Supply company lead published number 1 in the meantime"
    assert told in Page(answer).text
    assert "1 new, 0 corrected, 0 withdrawn." in Page(answer).text
    assert desk.post(f"{address}publish/", {"base": "1"}).status_code == 302


def test_a_draft_is_discarded(desk: Client) -> None:
    address = upload(desk, "capacity", builders.capacity().encode())
    assert desk.post(f"{address}discard/").status_code == 302
    assert Draft.objects.count() == 0
    assert desk.get(address).status_code == 404


def key_of(desk: Client, address: str) -> str:
    """The one key that every form of a page carries."""
    return Page(desk.get(address)).key()


def test_two_clicks_make_one_draft_and_throw_one_away(desk: Client, lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    table, old = reverse("publish:table", args=["fees"]), FeeItem.objects.get()
    correct = reverse("publish:correct", args=["fees", old.pk])
    form = desk.get(correct).context["form"]
    row = {name: form[name].value() or "" for name in form.fields} | {"rate": "13"}
    forms: list[tuple[str, str, dict[str, str]]] = [
        (table, reverse("publish:upload", args=["fees"]), {"source": "Order 2"}),
        (correct, correct, {**row, "source": "Order 2", "note_of_publication": "Mistake"}),
        (correct, reverse("publish:withdraw", args=["fees", old.pk]), {"note": "Abolished"}),
    ]
    Draft.objects.all().delete()
    for page, address, fields in forms:
        sent = {**fields, "idempotency_key": key_of(desk, page)}

        def click(address: str = address, sent: dict[str, str] = sent) -> str:
            file = SimpleUploadedFile("fees.csv", builders.fees().encode())
            more = {"file": file} if "upload" in address else {}
            return str(desk.post(address, {**sent, **more})["Location"])

        draft = reverse("publish:draft", args=[Draft.objects.get().pk]) if click() else ""
        assert click() == draft
        thrown = {"idempotency_key": key_of(desk, draft)}
        places = [desk.post(f"{draft}discard/", thrown)["Location"] for _ in range(2)]
        assert (places, Draft.objects.count()) == ([table] * 2, 0)
        assert (click(), Draft.objects.count()) == (table, 0)


def test_two_clicks_publish_once(desk: Client) -> None:
    address = upload(desk, "capacity", builders.capacity().encode())
    sent = {"base": "0", "idempotency_key": key_of(desk, address)}
    places = [desk.post(f"{address}publish/", sent)["Location"] for _ in range(2)]
    assert places == [reverse("publish:table", args=["capacity"])] * 2
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_as_a_file_can_be_uploaded_again(desk: Client, lead: User, kind: str) -> None:
    texts = {
        "fees": builders.fees(),
        "capacity": builders.capacity(),
        "outages": builders.outage(),
        "customers": builders.customers(),
    }
    builders.published(kind, texts[kind], lead)
    for language in ("zh-hans", "en"):
        desk.cookies["django_language"] = language
        file = desk.get(reverse("publish:file", args=[kind, "csv"])).content
        assert file.decode().startswith(BOM)
        address = upload(desk, kind, file)
        assert desk.get(address).context["seen"].same == 1
        template = desk.get(reverse("publish:template", args=[kind, "csv"])).content.decode()
        assert template.splitlines() == file.decode().splitlines()[:1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_pages_open_in_both_languages(desk: Client, lead: User, kind: str) -> None:
    for language in ("zh-hans", "en"):
        desk.cookies["django_language"] = language
        for name in ("publish:table", "publish:row"):
            assert desk.get(reverse(name, args=[kind])).status_code == 200
    assert desk.get(reverse("publish:index")).status_code == 200


PAGES: list[tuple[str, list[str]]] = [
    ("publish:index", []),
    ("publish:table", ["fees"]),
    ("publish:row", ["capacity"]),
    ("publish:template", ["outages", "csv"]),
    ("publish:file", ["customers", "csv"]),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_without_an_account_the_pages_lead_to_sign_in(
    people: dict[str, User], name: str, args: list[str]
) -> None:
    answer = Client().get(reverse(name, args=args))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (
        302,
        reverse("accounts:sign-in"),
    )


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize(
    "who", ["resident", "clerk", "manager", "planning", "regulator", "digital", "hall"]
)
def test_other_roles_are_refused(
    people: dict[str, User], who: str, name: str, args: list[str]
) -> None:
    answer = browser(people[who]).get(reverse(name, args=args))
    assert answer.status_code in {403, 404}


def test_others_neither_upload_nor_publish(people: dict[str, User]) -> None:
    desk = browser(people["supply-lead"])
    address = upload(desk, "capacity", builders.capacity().encode())
    stranger = browser(staff(Role.SUPPLY_LEAD, username="other-lead"))
    for suffix in ("", "publish/", "change/", "discard/"):
        method = stranger.post if suffix else stranger.get
        assert method(f"{address}{suffix}").status_code == 404
    clerk = browser(people["clerk"])
    assert clerk.post(f"{address}publish/").status_code in {403, 404}
    assert clerk.post(reverse("publish:upload", args=["fees"])).status_code in {403, 404}
    assert Publication.objects.count() == 0


def test_an_unknown_table_is_not_there(desk: Client) -> None:
    assert desk.get("/work/publish/tariffs/").status_code == 404


def test_the_table_page_asks_the_same_of_one_row_and_of_three(
    desk: Client, lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("publish:table", args=["capacity"])
    builders.published("capacity", builders.capacity("A"), lead)
    desk.get(address)
    # One of them counts the orders that wait for the reader, for the navigation.
    with django_assert_num_queries(8):
        desk.get(address)
    more = builders.capacity("B") + builders.capacity("C").splitlines()[1]
    builders.published("capacity", more, lead)
    with django_assert_num_queries(8):
        desk.get(address)


def test_of_two_who_correct_a_row_the_second_keeps_the_words_and_goes_on(
    desk: Client, lead: User
) -> None:
    english(desk)
    builders.published("fees", builders.fees(), lead)
    old = FeeItem.objects.get()
    form = desk.get(reverse("publish:correct", args=["fees", old.pk])).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "rate": "14", "note_of_publication": "My own reading", "source": "Order 3",
    }  # fmt: skip
    second = staff(Role.SUPPLY_LEAD)
    builders.published("fees", builders.fees().replace("12.5", "13"), second, note="Mistake")
    now = FeeItem.objects.standing().get()
    answer = desk.post(reverse("publish:correct", args=["fees", old.pk]), typed)
    page = Page(answer)
    assert (answer.status_code, Draft.objects.filter(publication=None).count()) == (409, 0)
    assert "Somebody was faster" in page.text
    assert "Supply company lead published number 2 in the meantime" in page.text
    assert "Rate: 12.5 → 13" in page.text
    assert "My own reading" in page.text
    address = reverse("publish:correct", args=["fees", now.pk])
    assert f'action="{address}"' in text(answer)
    answer = desk.post(address, {**typed, **page.carried()})
    assert "<del>13</del> becomes <ins>14</ins>" in text(desk.get(answer["Location"]))


def test_of_two_who_withdraw_a_row_the_second_is_told(desk: Client, lead: User) -> None:
    english(desk)
    builders.published("capacity", builders.capacity(), lead)
    old = ElementRow.objects.get()
    page = reverse("publish:withdraw", args=["capacity", old.pk])
    draft = actions.begin_withdrawal(row=old, kind="capacity", by=lead, note="Abolished")
    actions.publish(draft=draft, by=lead)
    answer = desk.post(page, {"note": "Not needed"})
    assert answer.status_code == 409
    assert "Somebody was faster" in text(answer)
    assert desk.get(reverse("publish:correct", args=["fees", old.pk])).status_code == 404


def test_a_long_file_is_shown_by_its_first_rows_and_uploaded_anew(desk: Client) -> None:
    english(desk)
    lines = builders.capacity("S0", open_kva=9000).splitlines()
    rows = [lines[1].replace("S0-1", f"S{n}").replace("S0", "x" * 60) for n in range(1500)]
    address = upload(desk, "capacity", "\n".join([lines[0], *rows]).encode())
    page = Page(desk.get(address))
    assert "1500 mistakes" in page.text
    assert "And 1200 more." in page.text
    assert "S19" in page.text
    for ext in ("csv", "xlsx"):
        file = desk.get(f"{address}draft.{ext}")
        assert file.status_code == 200
        content = file.content
    sent = {"file": SimpleUploadedFile("again.xlsx", content)}
    assert desk.post(f"{address}upload/", sent).status_code == 302
    draft = Draft.objects.get()
    assert (draft.file_name, draft.format, len(draft.text) > 100_000) == (
        "again.xlsx", "xlsx", True,
    )  # fmt: skip
    refused = desk.post(f"{address}upload/", {"file": SimpleUploadedFile("b.csv", b"PK\0")})
    assert (refused.status_code, "This is not a CSV file." in Page(refused).text) == (422, True)
    assert Draft.objects.get().file_name == "again.xlsx"


def test_every_change_can_be_looked_at(desk: Client, lead: User) -> None:
    english(desk)
    lines = builders.capacity("S").splitlines()
    numbered = [lines[1].replace("S-1", f"S{n:03d}") for n in range(150)]
    builders.published("capacity", "\n".join([lines[0], *numbered]), lead)
    changed = [line.replace(",5000,", ",5001,") for line in numbered[:130]]
    address = upload(desk, "capacity", "\n".join([lines[0], *changed]).encode(), whole="on")
    page = Page(desk.get(address)).text
    assert "New: 0. Corrected: 130. Withdrawn: 20. Unchanged: 0." in page
    assert "Look at all 130" in page
    last = Page(desk.get(f"{address}changes/?of=changed&from=100"))
    assert "Rows to be corrected: 101 to 130 of 130" in last.text
    assert "S129" in last.text
    gone = Page(desk.get(f"{address}changes/?of=withdrawn")).text
    assert ("S149" in gone, "1 to 20 of 20" in gone) == (True, True)
    for asked in ("of=other", "of=added&from=-1"):
        assert desk.get(f"{address}changes/?{asked}").status_code == 404


def test_files_of_a_workbook_are_read_again(desk: Client, lead: User) -> None:
    builders.published("outages", builders.outage(), lead)
    file = desk.get(reverse("publish:file", args=["outages", "xlsx"])).content
    address = upload(desk, "outages", file)
    assert desk.get(address).context["seen"].same == 1
    for ext in ("geojson", "pdf"):
        assert desk.get(reverse("publish:file", args=["outages", ext])).status_code == 404
    public = Client().get("/api/v1/disclosure/outages.xlsx")
    assert (public.status_code, public.content[:2]) == (200, b"PK")
    assert public.content == Client().get("/api/v1/disclosure/outages.xlsx").content
