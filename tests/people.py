"""The cast: who appears in tests, made by the same actions by which a city makes its people.

`open_demonstration` gives the people of contract.md, each with a role in every district;
`staff` gives one more with a role of your choice, `applicant` one without.
"""

from django.test import Client

from accounts import sign_in
from accounts.actions import create_person, grant
from accounts.actor import SYSTEM
from accounts.demonstration import make_people
from accounts.models import HOMES, Organisation, User
from accounts.roles import BUREAU_ROLES, Role
from applications.assignments.demonstration import make_cells
from core import demonstration
from ledger.actions import open_city

PASSWORD = "tongdian-demo"


def open_demonstration() -> dict[str, User]:
    """Opens the database as a demonstration and returns its people by username.

    In a database in which they stand ready (`with_people`) they are found.
    """
    demonstration._known.clear()
    ready = {user.username: user for user in User.objects.filter(synthetic=True)}
    if ready:
        return ready
    open_city(demonstration=True)
    people = {user.username: user for user in make_people()}
    make_cells(people)
    return people


def open_real_city() -> None:
    """Opens the database as a real city: nobody in it yet, second factors required."""
    demonstration._known.clear()
    open_city(demonstration=False)


def applicant(username: str = "wang") -> User:
    """Somebody who holds no role."""
    return create_person(username=username, password=PASSWORD, name="王小明", phone="13800001234")


def office(kind: str, code: str) -> Organisation:
    """An organisation of the whole city, made once."""
    row, _made = Organisation.objects.get_or_create(
        kind=kind, code=code, district=None, defaults={"name_zh": code, "name_en": code}
    )
    return row


def staff(
    role: Role, *, username: str = "", district: str | None = None, bureau: str = "planning"
) -> User:
    """Somebody who holds `role`, in one district or in all; bureau roles at `bureau`."""
    kind = HOMES[role]
    code = bureau if role in BUREAU_ROLES else f"{kind}-office"
    user = create_person(username=username or f"{role}-1", password=PASSWORD, name="李工")
    grant(user=user, role=role, organisation=office(kind, code), district=district, by=SYSTEM)
    return again(user)


def again(user: User) -> User:
    """The same account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def browser(user: User | None = None) -> Client:
    """A browser in which `user` is signed in, with a second factor shown."""
    client = Client()
    if user is not None:
        client.force_login(user)
        session = client.session
        session[sign_in.SECOND_FACTOR] = True
        session.save()
    return client
