"""The people of a demonstration, and the first person of a real city."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.demonstration import make_people
from accounts.models import ApiToken, RoleGrant, User
from accounts.roles import Role
from core.fields import token_digest
from core.problems import Forbidden
from tests import people

pytestmark = pytest.mark.django_db

NAMED_IN_THE_CONTRACT = {
    "resident", "shop", "factory", "clerk", "manager", "project", "supply-lead", "planning",
    "planning-lead", "housing", "housing-lead", "police", "police-lead", "transport",
    "transport-lead", "city-management", "city-management-lead", "hall", "digital", "regulator",
    "lead-agency", "district-lead", "approval-system",
}  # fmt: skip


def test_everybody_of_the_contract_is_there_for_every_district() -> None:
    cast = people.open_demonstration()
    assert set(cast) == NAMED_IN_THE_CONTRACT | {
        "administrator", "planning-rong", "price-authority", "supply-lead-2",
    }  # fmt: skip
    assert all(user.synthetic and user.check_password("tongdian-demo") for user in cast.values())
    everywhere = RoleGrant.objects.exclude(user=cast["planning-rong"]).filter(district=None)
    assert everywhere.count() == len(cast) - len(("resident", "shop", "factory", "planning-rong"))
    assert cast["planning-rong"].districts(Role.OFFICER) == {"510321"}
    assert cast["planning-lead"].bureaus() == {"planning"}
    for district, level in (("510303", "city"), ("510321", "city"), ("510321", "district")):
        at = {"district": district, "bureau": "planning", "level": level}
        assert cast["planning"].role_in(Role.OFFICER, **at)
    assert cast["factory"].role_in(*(set(Role) - {Role.APPLICANT})) is None


def test_making_them_again_changes_nothing() -> None:
    cast = people.open_demonstration()
    cast["clerk"].set_password("changed by somebody")
    cast["clerk"].save()
    before = list(RoleGrant.objects.order_by("id").values())
    again = make_people()
    assert [user.pk for user in again] == [user.pk for user in cast.values()]
    assert list(RoleGrant.objects.order_by("id").values()) == before
    assert User.objects.get(username="clerk").check_password("changed by somebody")


def test_a_real_city_gets_none_of_them() -> None:
    people.open_real_city()
    with pytest.raises(Forbidden):
        make_people()
    assert User.objects.count() == 0


def test_the_first_person_is_administrator_and_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.open_real_city()
    secret = tmp_path / "password"
    secret.write_text("eine lange Reise\n")
    monkeypatch.setenv("PASSWORD_FILE", str(secret))
    call_command("first_person", "chen", stdout=StringIO())
    first = User.objects.get(username="chen")
    assert first.role_in(Role.ADMINISTRATOR) == Role.ADMINISTRATOR
    assert first.check_password("eine lange Reise")
    with pytest.raises(CommandError):
        call_command("first_person", "other", stdout=StringIO())
    assert User.objects.count() == 1


def test_the_first_person_needs_a_good_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.open_real_city()
    secret = tmp_path / "password"
    secret.write_text("12345678")
    monkeypatch.setenv("PASSWORD_FILE", str(secret))
    with pytest.raises(CommandError):
        call_command("first_person", "chen", stdout=StringIO())
    assert User.objects.count() == 0


def test_a_token_is_printed_in_a_demonstration() -> None:
    people.open_demonstration()
    out = StringIO()
    call_command("token", "manager", stdout=out)
    token = out.getvalue().strip()
    assert ApiToken.objects.get().digest == token_digest(token)
    answer = Client().delete(
        "/api/v1/tokens/current/", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 204


def test_no_token_is_printed_in_a_real_city() -> None:
    people.open_real_city()
    people.staff(Role.MANAGER, username="manager")
    with pytest.raises(CommandError):
        call_command("token", "manager", stdout=StringIO())
    assert ApiToken.objects.count() == 0
