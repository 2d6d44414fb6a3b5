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
    """To whom an order goes.

    Args:
        party: `SUPPLIER`, or the code of a bureau.
        district: code of the district.
    """

    party: str
    district: str

    @property
    def lead_role(self) -> Role:
        """The role that reads and answers its orders."""
        return Role.SUPPLY_LEAD if self.party == SUPPLIER else Role.BUREAU_LEAD

    def role_of(self, user: User) -> Role | None:
        """Return the role under which a person answers for the addressee; None for all others."""
        bureau = None if self.party == SUPPLIER else self.party
        return user.role_in(self.lead_role, district=self.district, bureau=bureau)

    def leads(self) -> list[int]:
        """Return the accounts of those who answer for it."""
        bureau = None if self.party == SUPPLIER else self.party
        return holders(self.lead_role, district=self.district, bureau=bureau)

    def words(self) -> str:
        """Return the party and its district, in the reader's language."""
        values = {
            "party": party_name(self.party), "district": city().district(self.district).name,
        }  # fmt: skip
        return _("%(party)s, %(district)s") % values


def party_name(party: str) -> str:
    return _("Supply company") if party == SUPPLIER else str(city().bureau(party).name)


def parties() -> list[tuple[str, Any]]:
    """Return every party with its name, the supply company first."""
    codes = [SUPPLIER, *(bureau.code for bureau in city().bureaus)]
    return [(code, party_name(code)) for code in codes]
