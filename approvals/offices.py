"""Which office of a bureau decides a permit, the city's or that of its district (区县相关单位):
by the rules of its receipt; who decides it there, and who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, Role
from core.problems import Text
from core.ways import EVERYTHING
from rules.city import city
from rules.names import OFFICES, Level

if TYPE_CHECKING:
    from approvals.advice.models import Advice
    from approvals.models import Permit

LEVELS: Final[dict[str, Text]] = {
    Level.CITY.value: gettext_lazy("The city's office"),
    Level.DISTRICT.value: gettext_lazy("The district's own office"),
}


#: Between the bureau and the district in the code of an office of a district.
SLASH: Final = "/"


def office_code(bureau: str, district: str | None) -> str:
    """The office's code in published tables: the bureau's own where it is the city's office."""
    return f"{bureau}{SLASH}{district}" if district else bureau


def office_choices() -> list[tuple[str, Text]]:
    """The city's office of each bureau, with those in the districts after it."""
    named = lazy(office_name, str)
    places = [None, *(district.code for district in city().districts)]
    return [
        (
            office_code(bureau.code, place),
            named(bureau.code, Level.DISTRICT if place else Level.CITY, place),
        )
        for bureau in city().bureaus
        for place in places
    ]


def offices_led(user: User) -> set[str]:
    """Codes of the offices that somebody leads."""
    return {office_code(*office) for office in user.bureau_offices(Role.BUREAU_LEAD)}


def role_in_office(thing: "Permit | Advice", user: User, *roles: Role) -> Role | None:
    """The first of `roles` that somebody holds at the office that decides a permit."""
    return user.role_in(*roles, district=thing.district, bureau=thing.bureau, level=thing.level)


def reads_as(permit: "Permit", user: User, *roles: Role) -> Role | None:
    """The first of `roles` by which somebody reads a permit: at its office, or at the city's."""
    return role_in_office(permit, user, *roles) or user.role_in(
        *roles, district=permit.district, bureau=permit.bureau, level=Level.CITY
    )


def holders_in_office(thing: "Permit | Advice", *roles: Role) -> list[int]:
    """Parties of those who hold any of `roles` at the office that decides a permit."""
    return holders(*roles, district=thing.district, bureau=thing.bureau, level=thing.level)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody is an officer or a lead of one bureau: for its office in the city, and for
    those of districts; None means every district."""

    bureau: str
    in_city: set[str] | None
    in_districts: set[str] | None

    def decides(self, permit: str = "") -> Q:
        """`permit`: by which path a row reaches its permit, with the underscores behind it."""
        in_city = Q(**{f"{permit}level": Level.CITY}) & within(self.in_city)
        in_districts = Q(**{f"{permit}level": Level.DISTRICT}) & within(self.in_districts)
        return Q(bureau=self.bureau) & (in_city | in_districts)

    def reads(self) -> Q:
        """The city's office reads what those of its districts decide, and not the other way."""
        in_districts = Q(level=Level.DISTRICT) & within(self.in_districts)
        return Q(bureau=self.bureau) & (within(self.in_city) | in_districts)

    def only_reads(self) -> Q:
        """What offices of districts decide of which the person is none."""
        in_city, own = (
            {district.code for district in city().districts} if found is None else found
            for found in (self.in_city, self.in_districts)
        )
        return Q(bureau=self.bureau, level=Level.DISTRICT, district__in=sorted(in_city - own))

    def places(self) -> Q:
        """Where what it reads can lie."""
        return within(self.in_city) | within(self.in_districts)


def desks(user: User) -> Iterator[Desk]:
    for bureau in sorted(user.bureaus()):
        in_city, in_districts = (_districts(user, bureau, level) for level in OFFICES)
        yield Desk(bureau, in_city, in_districts)


def _districts(user: User, bureau: str, level: Level) -> set[str] | None:
    everywhere = {district.code for district in city().districts}
    held = {
        code
        for code in everywhere
        if user.role_in(*BUREAU_ROLES, district=code, bureau=bureau, level=level) is not None
    }
    return None if held == everywhere else held


def within(districts: set[str] | None) -> Q:
    """None means every one."""
    return EVERYTHING if districts is None else Q(district__in=sorted(districts))


def office_of(thing: "Permit | Advice") -> str:
    """The office that decides a permit, in words."""
    return office_name(thing.bureau, thing.level, thing.district)


def office_name(bureau: str, level: str, district: str | None) -> str:
    """The bureau, or its office in a district as the city's file calls it."""
    named = city().bureau(bureau)
    if level != Level.DISTRICT or not district:
        return str(named.name)
    return _("%(bureau)s (%(district)s)") % {
        "bureau": str(named.in_district),
        "district": str(city().district(district).name),
    }
