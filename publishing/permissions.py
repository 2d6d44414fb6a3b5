"""Who keeps the published tables: the supply company's lead, in the districts of the grant."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden
from publishing.tables import Table

KEEPER = Role.SUPPLY_LEAD


def keeps(user: User, table: Table) -> bool:
    """A table of the whole city asks for all districts."""
    if user.role_in(KEEPER) is None:
        return False
    return table.by_district or user.districts(KEEPER) is None


def must_keep(user: User, table: Table) -> None:
    """Raises Forbidden: no such role, or not in every district for a table of the whole city."""
    if not keeps(user, table):
        raise Forbidden(_("Only the supply company's lead publishes this table."))


def acting_district(user: User) -> str:
    """The district in whose name the record keeps an act; empty for a keeper of several."""
    districts = own_districts(user) or set()
    return next(iter(districts)) if len(districts) == 1 else ""


def own_districts(user: User) -> set[str] | None:
    """Codes of the districts whose rows the person keeps; None means all."""
    return user.districts(KEEPER)
