"""Who keeps the published tables, in the districts of the grant: as each table declares."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import holders, party_names
from accounts.roles import Role
from core.problems import Forbidden
from publishing.models import Draft
from publishing.tables import Table, table_of, tables

#: The roles among which the keepers are.
KEEPERS: Final = (
    Role.SUPPLY_LEAD,
    Role.LEAD_AGENCY,
    Role.BUREAU_LEAD,
    Role.PRICE_AUTHORITY,
    Role.DISTRICT_LEAD,
)
#: Those among whom somebody checks what another one prepared.
CHECKERS: Final = (Role.SUPPLY_LEAD, Role.LEAD_AGENCY, Role.BUREAU_LEAD)


def keeps(user: User, table: Table) -> bool:
    """A table that is not divided among its keepers asks for all districts."""
    if user.role_in(*table.keeper.roles, bureau=table.keeper.bureau()) is None:
        return False
    parts = own_parts(user, table)
    return bool(parts) if table.keeper.part else table.by_district or parts is None


def acting_role(user: User, table: Table) -> Role:
    """Under which somebody publishes; somebody who keeps the table no more, under its first."""
    held = user.role_in(*table.keeper.roles, bureau=table.keeper.bureau())
    return held or table.keeper.roles[0]


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


def must_have_prepared(user: User, draft: Draft) -> None:
    """Raises Forbidden: somebody else prepared the draft, or the person does not keep the table."""
    must_keep(user, table_of(draft.kind))
    if draft.by_id != user.pk:
        raise Forbidden(_("Only whoever prepared a draft does this."))


def must_publish(user: User, draft: Draft) -> None:
    """Raises Forbidden: the person does not keep the table; or prepared what somebody else must
    check."""
    if table_of(draft.kind).checked:
        must_check(user, draft)
    else:
        must_keep(user, table_of(draft.kind))


def may_publish(user: User, draft: Draft) -> bool:
    """Where a draft must be checked, the second person alone publishes it; else who prepared it."""
    other = draft.by_id != user.pk
    return other == table_of(draft.kind).checked and keeps_rows_of(user, draft)


def must_check(user: User, draft: Draft) -> None:
    """Raises Forbidden: the person does not keep the table; or is no second person, for they
    prepared the draft themselves: who else could."""
    must_keep(user, table_of(draft.kind))
    if draft.by_id != user.pk:
        if not keeps_rows_of(user, draft):
            raise Forbidden(_("Only somebody who keeps the same rows checks them."))
        return
    if names := publishers(draft):
        words = _("You prepared it: somebody else who keeps this table checks it: {names}.")
        raise Forbidden(words.format(names=" · ".join(names)))
    raise Forbidden(
        _(
            "You prepared it, and nobody else keeps this table: an administrator has to give the "
            "role to a second person."
        )
    )


def second_persons(draft: Draft) -> list[int]:
    """Parties of those who could check a draft: everybody else who keeps its rows."""
    table = table_of(draft.kind)
    keeper = table.keeper
    # Without a district: those who hold the role in all of them.
    district = None if table.part else ""
    found = holders(*keeper.roles, district=district, bureau=keeper.bureau())
    others = [party for party in found if party != draft.by.party_id]
    if not table.part:
        return others
    users = User.objects.filter(party__in=others).order_by("party_id")
    return [user.party_id for user in users if keeps_rows_of(user, draft)]


def keeps_rows_of(user: User, draft: Draft) -> bool:
    """Whether somebody keeps all rows that a draft may be about."""
    table = table_of(draft.kind)
    return keeps(user, table) and set(draft.share) <= set(share_of(user, table))


def share_of(user: User, table: Table) -> list[str]:
    """The values of the column that divides a table among its keepers whose rows somebody keeps;
    none where nothing divides it but districts."""
    return sorted(own_parts(user, table) or ()) if table.keeper.part else []


def parts_of(draft: Draft, by: User) -> set[str] | None:
    """The values of `table.part` whose rows a draft may change in somebody's hands, which are the
    same in its author's and in those of whoever checks it; None means all."""
    parts = own_parts(by, table_of(draft.kind))
    return parts & set(draft.share) if parts and table_of(draft.kind).keeper.part else parts


def publishers(draft: Draft) -> list[str]:
    """Names of those who may publish a draft, once it is offered where it must be checked."""
    checked = table_of(draft.kind).checked
    return list(party_names(second_persons(draft) if checked else [draft.by.party_id]).values())


def acting_district(user: User, table: Table) -> str:
    """The district in whose name the record keeps an act; empty for a keeper of several."""
    districts = _districts(user, table) or set()
    return next(iter(districts)) if len(districts) == 1 else ""


def own_parts(user: User, table: Table) -> set[str] | None:
    """The values of `table.part` whose rows the person keeps; None means all."""
    return table.keeper.parts(user) if table.keeper.part else _districts(user, table)


def _districts(user: User, table: Table) -> set[str] | None:
    return user.districts(*table.keeper.roles, bureau=table.keeper.bureau())
