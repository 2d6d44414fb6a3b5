"""Who keeps the published tables, in the districts of the grant: as each table declares."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden
from publishing.tables import Table, table_of, tables

#: The roles among which the keepers are.
KEEPERS: Final = (Role.SUPPLY_LEAD, Role.BUREAU_LEAD, Role.PRICE_AUTHORITY)


def keeps(user: User, table: Table) -> bool:
    """A table of the whole city asks for all districts."""
    if user.role_in(table.keeper.role, bureau=table.keeper.bureau()) is None:
        return False
    return table.by_district or own_districts(user, table) is None


def kept_by(user: User) -> list[Table]:
    return [table for table in tables() if keeps(user, table)]


def must_keep_any(user: User) -> None:
    """Raises Forbidden where the person keeps none of the tables."""
    if not kept_by(user):
        raise Forbidden(_("Only who keeps a published table publishes here."))


def kept_table(user: User, kind: str) -> Table:
    """Raises Missing where there is no such table, Forbidden where the person does not keep it."""
    found = table_of(kind)
    must_keep(user, found)
    return found


def must_keep(user: User, table: Table) -> None:
    """Raises Forbidden: no such role, or not in every district for a table of the whole city."""
    if not keeps(user, table):
        raise Forbidden(table.keeper.refusal)


def acting_district(user: User, table: Table) -> str:
    """The district in whose name the record keeps an act; empty for a keeper of several."""
    districts = own_districts(user, table) or set()
    return next(iter(districts)) if len(districts) == 1 else ""


def own_districts(user: User, table: Table) -> set[str] | None:
    """Codes of the districts whose rows the person keeps; None means all."""
    return user.districts(table.keeper.role, bureau=table.keeper.bureau())
