"""Roles: who holds what, where, from when to when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.dispatch import receiver
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import disable, enable, end_role, grant, role_changed
from accounts.actor import SYSTEM, Actor
from accounts.models import RoleGrant, User
from accounts.queries import holders
from accounts.roles import Role
from core.problems import Forbidden, Invalid, WrongState
from ledger.models import Entry
from ledger.record import CITY_REF
from tests import people

pytestmark = pytest.mark.django_db

ZILIUJING, GONGJING = "510302", "510303"


def test_everybody_signed_in_is_an_applicant_and_nothing_else() -> None:
    user = people.applicant()
    assert user.role_in(Role.APPLICANT) == Role.APPLICANT
    assert [role for role in Role if user.role_in(role)] == [Role.APPLICANT]
    assert user.is_staff is False


def test_a_role_in_one_district_holds_there_only() -> None:
    manager = people.staff(Role.MANAGER, district=ZILIUJING)
    assert manager.role_in(Role.MANAGER, district=ZILIUJING) == Role.MANAGER
    assert manager.role_in(Role.MANAGER, district=GONGJING) is None
    assert manager.role_in(Role.MANAGER) == Role.MANAGER
    assert manager.districts(Role.MANAGER) == {ZILIUJING}


def test_a_role_without_district_holds_in_all() -> None:
    clerk = people.staff(Role.CLERK)
    assert clerk.role_in(Role.CLERK, district=GONGJING) == Role.CLERK
    assert clerk.districts(Role.CLERK) is None
    assert clerk.districts(Role.MANAGER) == set()


def test_the_first_of_the_roles_asked_for_is_given() -> None:
    user = people.staff(Role.CLERK)
    company = people.office("supplier", "supplier-office")
    grant(user=user, role=Role.MANAGER, organisation=company, district=None, by=SYSTEM)
    user = people.again(user)
    assert user.role_in(Role.MANAGER, Role.CLERK) == Role.MANAGER
    assert user.role_in(Role.PROJECT, Role.CLERK, Role.MANAGER) == Role.CLERK


def test_an_officer_decides_for_the_own_bureau_only() -> None:
    officer = people.staff(Role.OFFICER, bureau="housing")
    assert officer.bureaus() == {"housing"}
    assert officer.role_in(Role.OFFICER, bureau="housing") == Role.OFFICER
    assert officer.role_in(Role.OFFICER, bureau="planning") is None


def test_grants_are_read_once_for_an_account() -> None:
    user = people.staff(Role.MANAGER)
    with CaptureQueriesContext(connection) as queries:
        user.role_in(Role.MANAGER, Role.CLERK, district=GONGJING)
        user.bureaus()
        user.districts(Role.MANAGER)
        assert user.is_staff is True
    assert len(queries) == 1


def test_an_ended_role_is_gone_at_the_next_request_and_stays_on_record() -> None:
    user = people.staff(Role.MANAGER)
    held = RoleGrant.objects.get(user=user)
    end_role(grant=held, by=SYSTEM)
    assert people.again(user).role_in(Role.MANAGER) is None
    held.refresh_from_db()
    assert held.to_at is not None
    assert held.from_at < held.to_at


def test_a_role_of_the_future_is_not_held_yet() -> None:
    company = RoleGrant.objects.get(user=people.staff(Role.MANAGER)).organisation
    user, later = people.staff(Role.CLERK, username="later"), timezone.now() + timedelta(hours=1)
    RoleGrant.objects.create(user=user, role=Role.MANAGER, organisation=company, from_at=later)
    assert people.again(user).role_in(Role.MANAGER) is None


def test_a_closed_account_holds_nothing() -> None:
    user = people.staff(Role.MANAGER)
    disable(user=user, by=SYSTEM)
    assert [role for role in Role if people.again(user).role_in(role)] == []
    assert people.again(user).districts(Role.MANAGER) == set()
    enable(user=people.again(user))
    assert people.again(user).role_in(Role.MANAGER) == Role.MANAGER


def test_every_change_of_a_role_is_told_inside_its_transaction() -> None:
    told: list[tuple[str, bool, Actor, bool]] = []

    @receiver(role_changed)
    def hear(grant: RoleGrant, granted: bool, by: Actor, **_: object) -> None:
        told.append((grant.role, granted, by, connection.in_atomic_block))

    by = Actor(user_id=None, role="administrator", district="")
    user = people.applicant()
    office = people.office("office", "office-office")
    held = grant(user=user, role=Role.CLERK, organisation=office, district=None, by=by)
    end_role(grant=held, by=by)
    assert told == [("clerk", True, by, True), ("clerk", False, by, True)]


def test_every_change_of_a_role_is_in_the_record_without_saying_whose() -> None:
    by = Actor(user_id=None, role="administrator", district="")
    user, office = people.applicant(), people.office("office", "office-office")
    held = grant(user=user, role=Role.CLERK, organisation=office, district=None, by=by)
    end_role(grant=held, by=by)
    entries = Entry.objects.filter(case_ref=CITY_REF).order_by("id")
    assert list(entries.values_list("type", "actor_role")) == [
        ("role.granted", "administrator"),
        ("role.revoked", "administrator"),
    ]


def test_what_hears_of_a_role_can_stop_it() -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("the record cannot be written")

    role_changed.connect(refuse)
    user, office = people.applicant(), people.office("office", "office-office")
    try:
        with pytest.raises(RuntimeError):
            grant(user=user, role=Role.CLERK, organisation=office, district=None, by=SYSTEM)
    finally:
        role_changed.disconnect(refuse)
    assert RoleGrant.objects.count() == 0


def test_a_role_is_not_given_twice() -> None:
    user = people.staff(Role.CLERK)
    office = people.office("office", "office-office")
    with pytest.raises(WrongState):
        grant(user=user, role=Role.CLERK, organisation=office, district=None, by=SYSTEM)
    grant(user=user, role=Role.CLERK, organisation=office, district=ZILIUJING, by=SYSTEM)
    assert RoleGrant.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.SYSTEM, "supplier"),
        (Role.APPLICANT, "supplier"),
        (Role.OFFICER, "supplier"),
        (Role.MANAGER, "bureau"),
        (Role.MANAGER, "regulator"),
        (Role.CLERK, "supplier"),
        (Role.HALL_CLERK, "digital"),
        (Role.REGULATOR, "supplier"),
        (Role.ADMINISTRATOR, "supplier"),
        (Role.MACHINE, "digital"),
    ],
)
def test_a_role_that_does_not_fit_is_refused(role: Role, kind: str) -> None:
    user = people.applicant()
    with pytest.raises(Invalid):
        grant(user=user, role=role, organisation=people.office(kind, "x"), district=None, by=SYSTEM)


def test_nobody_gives_a_role_to_the_own_account() -> None:
    user = people.staff(Role.ADMINISTRATOR)
    supplier = people.office("supplier", "x")
    by = user.acting_as(Role.ADMINISTRATOR)
    with pytest.raises(Forbidden):
        grant(user=user, role=Role.MANAGER, organisation=supplier, district=None, by=by)
    held = RoleGrant.objects.filter(user=user).values_list("role", flat=True)
    assert list(held) == [Role.ADMINISTRATOR]


def test_the_last_administrator_stays() -> None:
    user = people.staff(Role.ADMINISTRATOR)
    held = RoleGrant.objects.get(user=user)
    with pytest.raises(WrongState):
        end_role(grant=held, by=SYSTEM)
    with pytest.raises(WrongState):
        disable(user=user, by=SYSTEM)
    people.staff(Role.ADMINISTRATOR, username="second")
    end_role(grant=held, by=SYSTEM)
    assert people.again(user).role_in(Role.ADMINISTRATOR) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"to_at": timezone.now() - timedelta(days=400)},
        {"district": ""},
    ],
)
def test_the_database_refuses_an_impossible_grant(broken: dict[str, object]) -> None:
    held = RoleGrant.objects.get(user=people.staff(Role.CLERK))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            user=held.user, role=Role.MANAGER, organisation=held.organisation, **broken
        )


def test_no_grant_can_be_deleted() -> None:
    user = people.staff(Role.CLERK)
    with pytest.raises(ProgrammingError), transaction.atomic():
        RoleGrant.objects.filter(user=user).delete()
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_holders_are_those_to_whom_a_message_goes() -> None:
    here = people.staff(Role.OFFICER, username="here", district=ZILIUJING, bureau="housing")
    people.staff(Role.OFFICER, username="elsewhere", district=GONGJING, bureau="housing")
    people.staff(Role.OFFICER, username="other", bureau="police")
    everywhere = people.staff(Role.OFFICER, username="everywhere", bureau="housing")
    closed = people.staff(Role.OFFICER, username="closed", bureau="housing")
    disable(user=closed, by=SYSTEM)
    found = holders(Role.OFFICER, district=ZILIUJING, bureau="housing")
    assert found == [here.party_id, everywhere.party_id]


def test_phone_and_name_are_sealed_and_the_phone_is_found_by_its_digest() -> None:
    user = people.applicant()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM accounts_user WHERE id = %s", [user.pk])
        stored = cursor.fetchone()
    assert not any("13800001234" in text or "王小明" in text for text in stored)
    assert people.again(user).phone == "13800001234"
    assert User.objects.get(phone_index=user.phone_index) == user


@pytest.mark.parametrize("username", ["Wang", "wang ", "王", "a/b", ".x", ""])
def test_the_database_takes_plain_usernames_only(username: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username=username)
