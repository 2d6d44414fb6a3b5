"""Who an order goes to: the supply company or one bureau, in one district."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from rules.city import city

#: The party that is no bureau; bureaus go by their codes.
SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Addressee:
    """`party` is `SUPPLIER`, or the code of a bureau."""

    party: str
    district: str

    @property
    def lead_role(self) -> Role:
        return Role.SUPPLY_LEAD if self.party == SUPPLIER else Role.BUREAU_LEAD

    def role_of(self, user: User) -> Role | None:
        bureau = None if self.party == SUPPLIER else self.party
        return user.role_in(self.lead_role, district=self.district, bureau=bureau)

    def leads(self) -> list[int]:
        bureau = None if self.party == SUPPLIER else self.party
        return holders(self.lead_role, district=self.district, bureau=bureau)

    def words(self) -> str:
        values = {
            "party": party_name(self.party), "district": city().district(self.district).name,
        }  # fmt: skip
        return _("%(party)s, %(district)s") % values


def party_name(party: str) -> str:
    return _("Supply company") if party == SUPPLIER else str(city().bureau(party).name)


def parties() -> list[tuple[str, Any]]:
    codes = [SUPPLIER, *(bureau.code for bureau in city().bureaus)]
    return [(code, party_name(code)) for code in codes]
