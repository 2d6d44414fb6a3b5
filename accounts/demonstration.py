"""The people of a demonstration. They are made up, marked so, and exist nowhere else."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models.functions import Now

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
    kind: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Without a role and an office, an applicant."""

    username: str
    zh: str
    role: str = ""
    office: str = ""


def make_people() -> list[User]:
    """Makes those who are missing, for every district; passwords and roles changed since stay so.

    Raises:
        Forbidden: this is not a demonstration database.
    """
    if not is_demonstration():
        raise Forbidden("The people of the demonstration are for demonstration databases only.")
    cast = tomllib.loads(CAST_FILE.read_text(encoding="utf-8"))
    words = cast["names"]
    wanted = [Office(**row) for row in cast["office"]]
    people = [Somebody(**row) for row in cast["person"]]
    for bureau in city().bureaus:
        # Under the codes by which the rules route permits to them.
        code, name = bureau.code, bureau.name.zh
        wanted.append(Office(KIND_BUREAU, code, name, bureau.name.en))
        people.append(Somebody(code, name + words["officer"], Role.OFFICER, code))
        people.append(Somebody(f"{code}-lead", name + words["lead"], Role.BUREAU_LEAD, code))
    # One costly hash for all: they have one password, and it is printed on the screen.
    password = make_password(PASSWORD)
    found, offices = [], {}
    with transaction.atomic():
        for office in wanted:
            offices[office.code], _made = Organisation.objects.get_or_create(
                kind=office.kind,
                code=office.code,
                defaults={"name_zh": office.zh, "name_en": office.en},
            )
        for number, somebody in enumerate(people, start=1):
            defaults = {
                "name": words["name"].format(somebody.zh),
                "phone": f"1380000{number:04d}",
                "password": password,
                "synthetic": True,
            }
            user, made = User.objects.get_or_create(username=somebody.username, defaults=defaults)
            if made:
                # Nobody is behind these numbers who could send a code back.
                user.party.contacts.update(confirmed_at=Now())
            if made and somebody.role:
                role, at = Role(somebody.role), offices[somebody.office]
                actions.grant(user=user, role=role, organisation=at, district=None, by=SYSTEM)
            found.append(user)
    return found
