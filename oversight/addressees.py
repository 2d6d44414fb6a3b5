"""Who an order goes to: the supply company, one bureau or the government, of one district."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from rules.city import city

#: The parties that are no bureau; bureaus go by their codes.
SUPPLIER, DISTRICT = "supplier", "district"
_LEADS = {SUPPLIER: Role.SUPPLY_LEAD, DISTRICT: Role.DISTRICT_LEAD}


@dataclass(frozen=True, slots=True)
class Addressee:
    """`party` is `SUPPLIER`, `DISTRICT`, or the code of a bureau."""

    party: str
    district: str

    @property
    def lead_role(self) -> Role:
        return _LEADS.get(self.party, Role.BUREAU_LEAD)

    @property
    def bureau(self) -> str | None:
        return None if self.party in _LEADS else self.party

    def role_of(self, user: User) -> Role | None:
        return user.role_in(self.lead_role, district=self.district, bureau=self.bureau)

    def leads(self) -> list[int]:
        return holders(self.lead_role, district=self.district, bureau=self.bureau)

    def words(self) -> str:
        values = {
            "party": party_name(self.party), "district": city().district(self.district).name,
        }  # fmt: skip
        return _("%(party)s, %(district)s") % values


def party_name(party: str) -> str:
    if party in _LEADS:
        return _("Supply company") if party == SUPPLIER else _("District government")
    return str(city().bureau(party).name)


def parties() -> list[tuple[str, Any]]:
    """Those who take steps in cases and permits, and so are awaited, and explain findings."""
    codes = [SUPPLIER, *(bureau.code for bureau in city().bureaus)]
    return [(code, party_name(code)) for code in codes]


def addressees() -> list[tuple[str, Any]]:
    """Those to whom an order can go."""
    return [*parties(), (DISTRICT, party_name(DISTRICT))]
