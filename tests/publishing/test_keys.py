"""Keys that a spreadsheet has spoilt, and files with a damaged byte."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from publishing import actions
from publishing.keys import rest_of
from publishing.preview import preview
from publishing.sheets import decoded
from tests.publishing import builders

POWER = (
    "A spreadsheet has turned this number into a power of ten, and digits of it are lost. Format "
    "the column as text, enter it again, and save as CSV."
)


@pytest.mark.parametrize("key", ["2.02611E+15", "2,02611E+15", "1e5", "２.02611Ｅ＋15"])
def test_a_power_of_ten_is_no_key(key: str) -> None:
    text = builders.outage(f'"{key}"')
    assert builders.troubles("outages", text) == [f"Row 2, column “Outage number”: {POWER}"]
    fees = builders.fees().replace("HR-10", f'"{key}"')
    assert builders.troubles("fees", fees) == [f"Row 2, column “Item number”: {POWER}"]


@pytest.mark.parametrize(
    ("known", "written", "asked"),
    [
        ("00123", "123", True),
        ("20261123000000017", "20261123000000000", True),
        ("123", "123.0", True),
        ("123", "1230", False),
        ("P-00123", "P-123", False),
    ],
)
def test_a_new_number_like_a_damaged_known_one_is_asked_about(
    lead: User, known: str, written: str, asked: bool
) -> None:
    builders.published("outages", builders.outage(known), lead)
    draft = actions.begin(kind="outages", by=lead, text=builders.outage(written), source="s")
    with override("en"):
        found = [each.text for each in preview(draft=draft, by=lead).questions]
    question = (
        f"Row 2, column “Outage number”: “{written}” is new and looks like “{known}”, which is "
        "published, after a spreadsheet has dropped zeros or digits of it."
    )
    assert found == ([question] if asked else [])


def test_the_known_number_itself_is_a_correction_and_no_question(lead: User) -> None:
    builders.published("outages", builders.outage("00123"), lead)
    again = builders.outage("00123", customers=7)
    assert builders.published("outages", again, lead, note="Counted again").changed == 1


def test_only_numbers_are_spoilt_by_spreadsheets() -> None:
    assert [rest_of(key) for key in ("000", "P-1", "", "0012.50")] == ["0", "", "", ""]


DAMAGED = "区县,线路\r\n自流井区,演示一线\r\n贡井区,演示二线\r\n".encode().replace(
    "二".encode(), b"\xe4\xba"
)


def test_one_bad_byte_is_found_by_row_and_column_and_never_made_other_words() -> None:
    with pytest.raises(ValidationError) as refused:
        decoded(DAMAGED)
    with override("en"):
        said = str(refused.value.message)
    assert said == (
        "Row 3, column 2: a character there is damaged (byte 0xE4). The rest reads as UTF-8. Mend "
        "that cell and save the sheet again. Is the file GB18030? Then choose that as its encoding."
    )


def test_whoever_says_the_encoding_is_believed() -> None:
    text = "区县,线路\r\n自流井区,演示一线\r\n"
    assert decoded(text.encode("gb18030"), said="gb18030") == text
    with pytest.raises(ValidationError) as refused:
        decoded(text.encode("gb18030"), said="utf-8-sig")
    with override("en"):
        reason = str(refused.value.message)
    assert reason == (
        "Row 1, column 1: what is there is no UTF-8 (byte 0xC7). Mend that cell and save the sheet "
        "again."
    )


def uploaded(lead: User, content: bytes) -> str:
    browser = Client()
    browser.force_login(lead)
    address = reverse("publish:upload", args=["capacity"])
    file = SimpleUploadedFile("t.csv", content)
    body = {"file": file, "source": "s", "idempotency_key": "k"}
    return browser.post(address, body, follow=True).content.decode()


def test_a_file_read_by_guess_says_so(lead: User) -> None:
    assert "第 3 行第 2 列" in uploaded(lead, DAMAGED)
    text = "区县,变电站\r\n自流井区,演示变电站\r\n"
    assert "此文件按 GB18030 读取" in uploaded(lead, text.encode("gb18030"))
    assert "此文件按 GB18030 读取" not in uploaded(lead, text.encode())


def test_the_page_asks_and_publishes_once_it_is_confirmed(lead: User) -> None:
    browser = Client()
    browser.force_login(lead)
    text = builders.outage(kind="fault", off="1926-11-20 08:00")
    draft = actions.begin(kind="outages", by=lead, text=text, source="s")
    assert "逐条看过" in browser.get(reverse("publish:draft", args=[draft.pk])).content.decode()
    address = reverse("publish:publish", args=[draft.pk])
    assert browser.post(address, {"base": "0"}).status_code == 422
    assert browser.post(address, {"base": "0", "sure": "yes"}).status_code == 302
