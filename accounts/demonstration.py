"""The people of a demonstration. They are made up, marked so, and exist nowhere else."""

import tomllib
from collections import defaultdict
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
from rules.book import Book
from rules.city import city
from rules.names import Level

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
    #: The only one of whose office the person is.
    district: str = ""


def offices_of_districts() -> list[tuple[str, str]]:
    """Bureau and district of each office that decides permits of its district, by the rules."""
    rows = [row for row in Book.from_files().rows("permit.") if row.key.endswith(".level")]
    own = [row for row in rows if row.value == Level.DISTRICT]
    bureaus = {permit.code: permit.bureau for permit in city().permits}
    found = {(bureaus[row.key.split(".")[1]], row.origin.district or "") for row in own}
    return sorted(found)


def make_people() -> list[User]:
    """Makes those who are missing, for every district and the offices that decide in one, where
    nothing else is said of them; passwords and roles changed since stay so.

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
    people += [Somebody(**row) for row in cast["later"]]
    # One costly hash for all: they have one password, and it is printed on the screen.
    password = make_password(PASSWORD)
    found = []
    with transaction.atomic():
        offices, new = _offices(wanted, words["office"])
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
            for place in offices[somebody.office] if somebody.role else ():
                if (made or place in new) and somebody.district in ("", place.district):
                    role = Role(somebody.role)
                    actions.grant(
                        user=user, role=role, organisation=place, district=None, by=SYSTEM
                    )
            found.append(user)
    return found


def _offices(
    wanted: list[Office], words: dict[str, str]
) -> tuple[dict[str, list[Organisation]], list[Organisation]]:
    """By code, the city's first, and those that were missing."""
    found: dict[str, list[Organisation]] = defaultdict(list)
    new = []
    places = [(office, "") for office in wanted]
    for bureau, district in offices_of_districts():
        own, place = city().bureau(bureau).in_district, city().district(district).name
        names = words["zh"].format(own.zh, place.zh), words["en"].format(own.en, place.en)
        places.append((Office(KIND_BUREAU, bureau, *names), district))
    for office, district in places:
        row, made = Organisation.objects.get_or_create(
            kind=office.kind,
            code=office.code,
            district=district or None,
            defaults={"name_zh": office.zh, "name_en": office.en},
        )
        found[office.code].append(row)
        if made:
            new.append(row)
    return found, new
