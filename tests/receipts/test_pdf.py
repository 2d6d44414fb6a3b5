"""The receipt on paper: signed over the whole file, the receipt inside, and made by us alone."""

import json
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings as portal
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pytest_django import Settings

from accounts.models import User
from applications.models import Application
from applications.receipts import render
from applications.receipts.content import read
from applications.receipts.lookup import find
from ledger.paper import sign, typeset
from ledger.receipts import render as setting
from rules.names import Kind
from tests.builders import do, filed
from tests.people import browser
from tests.receipts.papers import attached, signature_of, signer_of
from tests.receipts.reading import entries, got

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people: dict[str, User]) -> Application:
    """A home's case that was just filed."""
    return filed(people, Kind.RESIDENTIAL)


def url_of(case: Application) -> str:
    return f"/api/v1/ledger/receipts/{case.number}-{entries(case)[-1].case_seq}.pdf"


def paper_of(case: Application) -> bytes:
    answer = browser(case.filed_by.user).get(url_of(case))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store, private"
    return answer.content


def test_it_is_signed_over_the_whole_file(case: Application) -> None:
    status = signature_of(paper_of(case))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert status.bottom_line


def test_one_changed_byte_is_seen(case: Application) -> None:
    pdf = paper_of(case)
    at = pdf.index(b"stream\n") + 50  # inside the first compressed stream
    assert not holds(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert not holds(pdf + b"\n% and more")
    assert holds(pdf)


def holds(pdf: bytes) -> bool:
    """Whether the signature is good; a file that cannot be read any more has none."""
    try:
        status = signature_of(pdf)
    except (PdfReadError, SignatureValidationError, SigningError, ValueError):
        return False
    return status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_the_receipt_is_inside(case: Application) -> None:
    inside = attached(paper_of(case))
    assert list(inside) == ["receipt.json"]
    found = json.loads(inside["receipt.json"])
    receipt = got(browser(case.filed_by.user), case, entries(case)[-1])
    found["standing"].pop("as_of")
    receipt["standing"].pop("as_of")
    assert found == receipt


def texts(value: Any) -> list[str]:
    """Every text of a structure."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value]


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "zh"), ("en", "en")])
def test_paper_and_page_say_the_same(case: Application, language: str, name: str) -> None:
    entry = entries(case)[-1]
    reading = read(find(case.number, entry.case_seq, case.filed_by.user))
    words = render.paper(reading, "https://tongdian.example/")["words"]
    client = browser(case.filed_by.user)
    client.cookies["django_language"] = language
    page = client.get(f"/account/cases/{case.number}/receipts/{entry.case_seq}/")
    html = page.content.decode()
    pairs = [*pairs_of(words["sections"]), *pairs_of(words["check"]), words["what"]]
    shown = [pair[name] or pair["zh"] for pair in pairs]
    assert len(shown) > 20
    missing = [text for text in shown if text not in ("", "digest") and text not in html]
    # An instant may tick between the two.
    assert [text for text in missing if not text.startswith(("截至", "As of"))] == []


def pairs_of(value: Any) -> list[dict[str, str]]:
    """Every pair of Chinese and English in a structure."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [pair for one in inner for pair in pairs_of(one)]


def test_no_other_host_is_asked(case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert holds(paper_of(case))


def test_the_same_receipt_is_set_the_same(case: Application) -> None:
    """Only the signature differs, which is new each time."""
    reading = read(find(case.number, entries(case)[-1].case_seq, case.filed_by.user))
    sheet = json.dumps(render.paper(reading, "https://tongdian.example/"))
    inputs = {"sheet": sheet, "receipt": "{}", "attached": "receipt.json"}
    at = reading.standing.as_of.replace(microsecond=0)
    assert typeset(render.TEMPLATE, inputs, at) == typeset(render.TEMPLATE, inputs, at)


def test_it_is_dated_at_the_instant_it_was_given(case: Application) -> None:
    pdf = paper_of(case)
    as_of = json.loads(attached(pdf)["receipt.json"])["standing"]["as_of"]
    given = datetime.fromisoformat(as_of).astimezone(UTC).replace(microsecond=0)
    assert f"<xmp:CreateDate>{given.isoformat()}".encode() in pdf


def test_a_rare_character_is_no_obstacle(people: dict[str, User], case: Application) -> None:
    rare = "老字号“㙍㐂”不办了 😀"
    do(people, case, "withdraw", reason=rare)
    pdf = paper_of(case)
    assert holds(pdf)
    opening = json.loads(attached(pdf)["receipt.json"])["opening"]
    assert json.loads(opening["data"])["reason"] == rare


def test_what_a_person_wrote_is_no_program(people: dict[str, User], case: Application) -> None:
    """Words are set as words: the typesetter neither reads a file nor counts for them."""
    hostile = '#read("receipt.typ") #panic("x") $x^2$ *b* <label> @ref \\u{41} //'
    do(people, case, "withdraw", reason=hostile)
    pdf = paper_of(case)
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    reading = read(find(case.number, entries(case)[-1].case_seq, case.filed_by.user))
    words = render.paper(reading, "https://tongdian.example/")["words"]
    assert {"zh": hostile, "en": ""} in pairs_of(words["sections"])


def test_an_ordinary_receipt_is_archival(case: Application) -> None:
    """PDF/A-3, which the plain one of a rare character is not."""
    assert b"<pdfaid:part>3</pdfaid:part>" in paper_of(case)


def test_the_typefaces_hold_what_a_city_writes(tmp_path: Path) -> None:
    """Archival PDF refuses a character that is missing; these are all of the city's and ours."""
    root = Path(portal.BASE_DIR)
    sources = [*root.glob("locale/*/zh_Hans/LC_MESSAGES/django.po"), *root.glob("rules/**/*.toml")]
    written = {char for path in sources for char in path.read_text(encoding="utf-8")}
    characters = "".join(sorted(char for char in written if char.isprintable()))
    assert len(characters) > 900
    page = tmp_path / "page.typ"
    page.write_text('#set text(font: "Noto Sans SC")\n#sys.inputs.all', encoding="utf-8")
    made = datetime(2026, 11, 23, tzinfo=UTC)
    assert typeset(page, {"all": characters}, made, archival=True)


def test_without_the_receipt_key_it_says_what_is_known(
    case: Application, settings: Settings, tmp_path: Path
) -> None:
    assert holds(paper_of(case))
    settings.RECORD_DIR = str(tmp_path / "empty")
    answer = browser(case.filed_by.user).get(url_of(case))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/receipt-not-signed")
    seq = entries(case)[-1].case_seq
    page = browser(case.filed_by.user).get(f"/account/cases/{case.number}/receipts/{seq}.json")
    assert page.status_code == 503
    assert "这一步已经记录在案" in page.content.decode()


def test_a_folder_of_keys_that_cannot_be_read_is_said_too(
    case: Application, settings: Settings, tmp_path: Path
) -> None:
    assert holds(paper_of(case))
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "keys").write_text("no folder")
    settings.RECORD_DIR = str(tmp_path / "record")
    answer = browser(case.filed_by.user).get(url_of(case))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/receipt-not-signed")


def test_a_certificate_that_cannot_be_opened_is_said_too(
    case: Application, settings: Settings, tmp_path: Path
) -> None:
    bought = tmp_path / "bought.p12"
    bought.write_bytes(b"no certificate")
    settings.RECEIPT_PDF_PKCS12 = str(bought)
    answer = browser(case.filed_by.user).get(url_of(case))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/receipt-not-signed")


# --- The key ------------------------------------------------------------------------------------


@pytest.fixture
def record(settings: Settings, tmp_path: Path) -> Path:
    """A folder of the record without any key."""
    settings.RECORD_DIR = str(tmp_path / "record")
    return tmp_path / "record"


def test_of_many_at_once_one_makes_the_key(record: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _turn: setting.key().path, range(8)))
    [path] = set(paths)
    assert [file.name for file in path.parent.iterdir()] == ["pdf.p12"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert setting.key().path.read_bytes() == before


def test_our_own_certificate_never_runs_out(record: Path) -> None:
    _key, certificate, _more = pkcs12.load_key_and_certificates(
        setting.key().path.read_bytes(), None
    )
    assert certificate
    assert certificate.not_valid_after_utc == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def bought(path: Path, password: bytes) -> None:
    """A certificate as an operator would buy one: RSA, behind a password."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Zigong seal")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    sealed = BestAvailableEncryption(password)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, made, None, sealed))


def test_a_bought_certificate_is_used(
    case: Application, settings: Settings, tmp_path: Path
) -> None:
    assert signer_of(paper_of(case)) == "Common Name: Tongdian receipts"
    settings.RECEIPT_PDF_PKCS12 = str(tmp_path / "seal.p12")
    settings.RECEIPT_PDF_PKCS12_PASSWORD = "open sesame"
    bought(tmp_path / "seal.p12", b"open sesame")
    pdf = paper_of(case)
    assert signer_of(pdf) == "Common Name: Zigong seal"
    assert signature_of(pdf).intact


def test_a_certificate_that_does_not_open_says_so(
    case: Application, settings: Settings, tmp_path: Path
) -> None:
    settings.RECEIPT_PDF_PKCS12 = str(tmp_path / "seal.p12")
    settings.RECEIPT_PDF_PKCS12_PASSWORD = "wrong"
    bought(tmp_path / "seal.p12", b"open sesame")
    with pytest.raises(ImproperlyConfigured, match="holds no key and certificate that open"):
        sign(b"%PDF-1.7", setting.key(), setting.FIELD)
