"""Personal data at rest: sealed per column, found by a keyed digest, readable by nobody else."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from applications.models import Application
from core.fields import blind_index, seal, unseal
from rules.names import Kind
from tests.builders import declaration, filed
from tests.ledger.entries import run
from tools.scenarios import PHONE, SHOP

PURPOSE = "applications_application.phone"


@given(st.text())
def test_what_is_sealed_is_opened_again(text: str) -> None:
    assert unseal(seal(text, purpose=PURPOSE), purpose=PURPOSE) == text


def test_the_same_text_never_looks_the_same() -> None:
    sealed = {seal("13800001234", purpose=PURPOSE) for _ in range(50)}
    assert len(sealed) == 50
    assert not any("138" in base64.b64decode(one.partition(":")[2]).decode("latin1")
                   for one in [seal("13800001234" * 4, purpose=PURPOSE)])  # fmt: skip


def test_another_column_s_value_is_refused() -> None:
    with pytest.raises(InvalidTag):
        unseal(seal("13800001234", purpose="accounts_user.phone"), purpose=PURPOSE)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_changed_byte_is_refused(place: int) -> None:
    key_id, _, body = seal("13800001234", purpose=PURPOSE).partition(":")
    raw = bytearray(base64.b64decode(body))
    raw[place] ^= 1
    with pytest.raises(InvalidTag):
        unseal(f"{key_id}:{base64.b64encode(raw).decode()}", purpose=PURPOSE)


def test_keys_are_rotated_row_by_row() -> None:
    with override_settings(FIELD_KEYS=["old"]):
        before = seal("甲", purpose=PURPOSE)
    with override_settings(FIELD_KEYS=["new", "old"]):
        assert unseal(before, purpose=PURPOSE) == "甲"
        after = seal("甲", purpose=PURPOSE)
    assert before.partition(":")[0] != after.partition(":")[0]
    with override_settings(FIELD_KEYS=["new"]):
        assert unseal(after, purpose=PURPOSE) == "甲"
        with pytest.raises(KeyError):
            unseal(before, purpose=PURPOSE)


def test_a_digest_depends_on_value_purpose_and_key() -> None:
    digest = blind_index("510302199003070013", "id_number")
    assert len(digest) == 32
    assert digest == blind_index("510302199003070013", "id_number")
    assert digest != blind_index("510302199003070014", "id_number")
    assert digest != blind_index("510302199003070013", "phone")
    with override_settings(BLIND_INDEX_KEY="another"):
        assert digest != blind_index("510302199003070013", "id_number")
    # Value and purpose cannot be shifted into each other.
    assert blind_index("b", "a") != blind_index("", "a\0b")


@pytest.mark.django_db
def test_nothing_is_readable_in_the_table(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    line = declaration(Kind.LV_OTHER)["address"]["line"]
    [(row,)] = run("SELECT a::text FROM applications_application a WHERE id = %s", [case.pk])
    case = Application.objects.get(pk=case.pk)
    for value in (case.applicant_name, case.id_number, case.phone, case.address_line):
        assert value
        assert value not in row
        assert value.encode().hex() not in row
    assert case.phone == PHONE
    assert case.applicant_name != SHOP["name"]
    assert case.address_line[:3] == line[:3]


@pytest.mark.django_db
def test_a_value_moved_to_another_column_does_not_open(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    move = "UPDATE applications_application SET rating_comment = id_number WHERE id = %s"
    run(move, [case.pk])
    with pytest.raises(InvalidTag):
        Application.objects.get(pk=case.pk)


@pytest.mark.django_db
def test_an_empty_text_stays_empty(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    [(stored,)] = run(
        "SELECT rating_comment FROM applications_application WHERE id = %s", [case.pk]
    )
    assert (stored, Application.objects.get(pk=case.pk).rating_comment) == ("", "")
