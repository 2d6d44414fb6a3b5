"""The people of a demonstration. They are made up, marked so, and exist nowhere else."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import actions
from accounts.actor import SYSTEM
from accounts.models import Organisation, User
from accounts.roles import Role
from core.demonstration import is_demonstration
from core.problems import Forbidden
from rules.city import city

PASSWORD = "tongdian-demo"  # noqa: S105 (known on purpose: for demonstration databases only)

CAST_FILE = Path(__file__).with_suffix(".toml")
KIND_BUREAU = Organisation.Kind.BUREAU.value


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation of the demonstration."""

    kind: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the demonstration; without a role and an office, an applicant."""

    username: str
    zh: str
    role: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything there is; read from demonstration.toml."""

    name: str
    officer: str
    lead: str
    offices: tuple[Office, ...]
    people: tuple[Somebody, ...]


def _bureau_people(cast: Cast) -> Iterator[Somebody]:
    """An officer and a lead for each bureau."""
    for bureau in city().bureaus:
        yield Somebody(bureau.code, bureau.name.zh + cast.officer, Role.OFFICER, bureau.code)
        lead = f"{bureau.code}-lead"
        yield Somebody(lead, bureau.name.zh + cast.lead, Role.BUREAU_LEAD, bureau.code)


def make_people() -> list[User]:
    """Makes the people of the demonstration who are missing, for every district.

    Again: changes nothing. Passwords and roles that somebody changed since stay changed.

    Returns:
        All of them.

    Raises:
        Forbidden: this is not a demonstration database.
    """
    if not is_demonstration():
        raise Forbidden("The people of the demonstration are for demonstration databases only.")
    with transaction.atomic():
        raw = tomllib.loads(CAST_FILE.read_text(encoding="utf-8"))
        cast = Cast(
            **raw["names"],
            offices=tuple(Office(**office) for office in raw["office"]),
            people=tuple(Somebody(**somebody) for somebody in raw["person"]),
        )
        # Under the codes by which the rules route permits to them.
        bureaus = [Office(KIND_BUREAU, b.code, b.name.zh, b.name.en) for b in city().bureaus]
        offices = {}
        for office in (*cast.offices, *bureaus):
            offices[office.code], _made = Organisation.objects.get_or_create(
                kind=office.kind,
                code=office.code,
                defaults={"name_zh": office.zh, "name_en": office.en},
            )
        # One costly hash for all: they have one password, and it is printed on the screen.
        password = make_password(PASSWORD)
        return [
            _person(somebody, cast.name, offices, password, phone=f"1380000{number:04d}")
            for number, somebody in enumerate((*cast.people, *_bureau_people(cast)), start=1)
        ]


def _person(
    somebody: Somebody, name: str, offices: dict[str, Organisation], password: str, phone: str
) -> User:
    user, made = User.objects.get_or_create(
        username=somebody.username,
        defaults={
            "name": name.format(somebody.zh),
            "phone": phone,
            "password": password,
            "synthetic": True,
        },
    )

    if made and somebody.role:
        office = offices[somebody.office]
        role = Role(somebody.role)
        actions.grant(user=user, role=role, organisation=office, district=None, by=SYSTEM)
    return user
