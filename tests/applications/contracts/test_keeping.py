"""Keeping a contract: stamped where a service is configured, waiting where it fails, never lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from asn1crypto import pem  # type: ignore[import-untyped]
from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
from django.db.models.functions import Now
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pytest_django import Settings

from accounts.models import User
from applications.contracts import keeping, paper
from applications.contracts.models import Contract
from applications.tasks import keep_contracts
from ledger import seal
from rules.contract import ContractTemplate, contract_template
from rules.names import Kind
from tests.applications.contracts import stamps
from tests.applications.contracts.test_contracts import kept, page_of, said, signed
from tests.applications.pages import of
from tests.receipts.papers import attached, signature_of
from tests.receipts.test_pdf import bought

pytestmark = pytest.mark.django_db
TROUBLE = Contract.Trouble


@pytest.fixture
def at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[stamps.Stamps]:
    """A time stamp service that is configured, and waited for a short time."""
    template = contract_template()
    short: ContractTemplate = replace(template, keeping=replace(template.keeping, wait=1))
    monkeypatch.setattr(paper, "contract_template", lambda: short)
    with stamps.stamping() as service:
        settings.CONTRACT = settings.CONTRACT | {"tsa_url": service.url}
        yield service


def due_again(case: Any) -> None:
    """As if its pause were over."""
    Contract.objects.filter(pk=case.pk).update(due_at=Now())


def test_the_time_stamp_is_in_the_file_and_holds(
    people: dict[str, User], at: stamps.Stamps
) -> None:
    case = signed(people)
    assert keep_contracts() == 1
    status = signature_of(kept(case))
    assert status.intact
    assert status.timestamp_validity
    assert (status.timestamp_validity.intact, status.timestamp_validity.valid) == (True, True)
    contract = Contract.objects.get(pk=case.pk)
    assert contract.stamped_at == status.timestamp_validity.timestamp
    assert abs(contract.stamped_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert said(case, "case.contract_kept")["stamped"] is True


def roots(*known: Certificate) -> bytes:
    return b"".join(pem.armor("CERTIFICATE", one.dump()) for one in known)


def test_where_roots_are_set_the_file_holds_what_validates_it_for_good(
    people: dict[str, User], at: stamps.Stamps, settings: Settings, tmp_path: Path
) -> None:
    key, load = paper.seal().key(), cast("Any", SimpleSigner.load_pkcs12)
    assert key
    own = load(str(key.path))
    known = [own.signing_cert, at.certificate]
    settings.CONTRACT = settings.CONTRACT | {"trust": str(tmp_path / "roots.pem")}
    # The stamp's issuer is not among those whom the city trusts.
    (tmp_path / "roots.pem").write_bytes(roots(own.signing_cert))
    case = signed(people)
    assert keep_contracts() == 0
    assert Contract.objects.get(pk=case.pk).trouble == TROUBLE.TIME
    (tmp_path / "roots.pem").write_bytes(roots(*known))
    due_again(case)
    assert keep_contracts() == 1
    reader = PdfFileReader(BytesIO(kept(case)))
    [signature] = reader.embedded_regular_signatures
    believed = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=known),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    told = asyncio.run(
        ades_lta_validation(
            signature, PdfSignatureValidationSpec(SignatureValidationSpec(believed))
        )
    )
    assert told.ades_subindic == AdESPassed.OK
    assert len(reader.embedded_timestamp_signatures) == 1


@pytest.mark.parametrize(
    "how", [stamps.SILENT, stamps.BUSY, stamps.GARBAGE, stamps.ANOTHER, stamps.REFUSING]
)
def test_without_a_stamp_that_holds_it_waits_says_so_and_is_tried_again(
    people: dict[str, User], at: stamps.Stamps, how: str
) -> None:
    case = signed(people)
    at.how = how
    assert keep_contracts() == 0
    waiting = Contract.objects.get(pk=case.pk)
    assert (waiting.trouble, waiting.tries, waiting.kept_at) == (TROUBLE.TIME, 1, None)
    page = of(people, "resident").get(f"{page_of(case)}contract/").content.decode()
    assert "时间戳服务没有回应，或者回应不正确。" in page
    draft = of(people, "resident").get(f"{page_of(case)}contract.pdf").content
    assert attached(draft) == {"contract.json": waiting.text.encode()}
    assert keep_contracts() == 0, "not before its pause is over"
    at.how = stamps.WELL
    due_again(case)
    assert keep_contracts() == 1
    assert signature_of(kept(case)).timestamp_validity


def test_the_pauses_grow_and_it_is_never_given_up(
    people: dict[str, User], at: stamps.Stamps
) -> None:
    case, found = signed(people), []
    at.how = stamps.BUSY
    for _ in range(7):
        due_again(case)
        keep_contracts()
        waiting = Contract.objects.get(pk=case.pk)
        assert waiting.due_at
        found.append(round((waiting.due_at - timezone.now()).total_seconds(), -1))
    assert found == [30, 60, 300, 900, 3600, 3600, 3600]


def test_a_try_that_was_lost_is_taken_up_when_its_lease_is_over(people: dict[str, User]) -> None:
    case = signed(people)
    assert keeping.CONTRACTS.claim(), "and the process that had it is killed"
    assert keep_contracts() == 0, "it has the contract to itself"
    due_again(case)
    assert keep_contracts() == 1
    assert kept(case)


def test_one_that_cannot_be_made_does_not_stop_the_others(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = signed(people), signed(people, Kind.LV_SMALL)
    real = paper.sealed_pdf

    def broken(contract: Contract) -> seal.Sealed:
        if contract.pk == first.pk:
            raise ValueError
        return real(contract)

    monkeypatch.setattr(keeping, "sealed_pdf", broken)
    assert (keep_contracts(), keep_contracts()) == (0, 1)
    assert Contract.objects.get(pk=first.pk).trouble == TROUBLE.FAILED
    assert kept(second)


def test_a_seal_that_does_not_open_waits_and_the_right_one_names_its_owner(
    people: dict[str, User], settings: Settings, tmp_path: Path
) -> None:
    case = signed(people)
    bought(tmp_path / "seal.p12", b"open sesame")
    settings.CONTRACT = settings.CONTRACT | {"pkcs12": str(tmp_path / "seal.p12")}
    assert keep_contracts() == 0
    assert Contract.objects.get(pk=case.pk).trouble == TROUBLE.SEAL
    settings.CONTRACT = settings.CONTRACT | {"pkcs12_password": "open sesame"}
    due_again(case)
    assert keep_contracts() == 1
    assert Contract.objects.get(pk=case.pk).sealed_by == "Zigong seal"


def test_a_real_city_without_a_seal_keeps_it_unsigned_and_says_so(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(people)
    monkeypatch.setattr(seal, "is_demonstration", lambda: False)
    assert keep_contracts() == 1
    assert said(case, "case.contract_kept")["sealed"] is False
    page = of(people, "resident").get(f"{page_of(case)}contract/").content.decode()
    assert "没有电子印章：供电公司还没有在这里设置。" in page
