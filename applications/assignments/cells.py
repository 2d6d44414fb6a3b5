"""Grid cells, kept by the supply company's lead, each change in the record: by them cases go to
people."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from applications.assignments.models import OPEN, CellMember, CellTown, GridCell
from applications.assignments.queries import holders, led_by
from applications.assignments.serializers import Cell
from core.bodies import read
from core.clock import CityNow
from core.problems import FieldError, Forbidden, Invalid, Missing, Stale
from ledger.models import Entry, Salt
from ledger.record import CITY_REF, NewEntry, append
from rules.city import city

KEPT: Final = "grid_cell.kept"
#: The people of a body, by the role that they have in the cell.
PEOPLE: Final = {"managers": Role.MANAGER, "projects": Role.PROJECT}


def keep(cell: GridCell | None, body: Any, *, by: User, version: int | None = None) -> GridCell:
    """Make a cell, or change one (`serializers.Cell`); its district stays.

    Raises:
        Forbidden: for anybody but the lead of the district. Stale: it has changed since `version`.
        Invalid: refused values; a town of another cell.
    """
    said = read(Cell, body)
    said["district"] = cell.district if cell else said["district"]
    if said["district"] not in {each.code for each in city().districts}:
        raise Invalid([FieldError("/district", _("The city has no such district."))])
    actor = _lead(by, said["district"])
    _check(said)
    try:
        with transaction.atomic():
            kept = (
                _held(cell, version, by) if cell else GridCell(district=said["district"], version=0)
            )
            kept.name, kept.version = said["name"], kept.version + 1
            kept.save(update_fields=["name", "version"] if cell else None)
            _lay_towns(kept, said["towns"])
            for field, role in PEOPLE.items():
                _lay_members(kept, role, set(said[field]))
            data = {"cell": kept.pk, **said}
            append(NewEntry(CITY_REF, KEPT, actor, data=data))
    except IntegrityError as error:
        raise Invalid([_clash(error, said)]) from error
    return kept


def end(cell: GridCell, *, by: User) -> None:
    """Its towns are free for others; cases that it gave to its people stay theirs. Ended twice is
    ended once."""
    actor = _lead(by, cell.district)
    with transaction.atomic():
        if GridCell.objects.filter(OPEN, pk=cell.pk).update(ended_at=CityNow()):
            cell.towns.all().delete()
            cell.members.filter(OPEN).update(ended_at=CityNow())
            append(NewEntry(CITY_REF, "grid_cell.ended", actor, data={"cell": cell.pk}))


def led(pk: int, user: User) -> GridCell:
    """A cell in a district of the lead, ended or not; raises Missing."""
    cell = GridCell.objects.filter(led_by(user), pk=pk).first()
    if cell is None:
        raise Missing
    return cell


def _lead(user: User, district: str) -> Actor:
    if user.role_in(Role.SUPPLY_LEAD, district=district) is None:
        raise Forbidden(_("Only the supply company's lead in the district keeps its grid cells."))
    return user.acting_as(Role.SUPPLY_LEAD, district)


def _check(said: Mapping[str, Any]) -> None:
    """Towns must be of the district, people must hold their role there."""
    errors = []
    if not {town.code for town in city().towns_of(said["district"])}.issuperset(said["towns"]):
        errors.append(FieldError("/towns", _("The district has no such township.")))
    for field, role in PEOPLE.items():
        wanted = set(said[field])
        if holders(role, said["district"]).filter(pk__in=wanted).count() < len(wanted):
            reason = _("Somebody named here does not hold this role in the district.")
            errors.append(FieldError(f"/{field}", reason))
    if errors:
        raise Invalid(errors)


def _held(cell: GridCell, version: int | None, by: User) -> GridCell:
    held = GridCell.objects.select_for_update().get(pk=cell.pk)
    if held.ended_at is not None:
        raise Missing
    if version is not None and held.version != version:
        raise Stale(winner=_winner(held, by))
    return held


def _winner(cell: GridCell, by: User) -> dict[str, str] | None:
    """Who kept a cell last, and when; None where it was the same person."""
    entries = Entry.objects.filter(case_ref=CITY_REF, type=KEPT).order_by("-case_seq")
    for entry in entries.iterator():
        salt = Salt.objects.filter(ref=entry.salt_ref).first()
        if salt is None or json.loads(salt.data)["cell"] != cell.pk:
            continue
        if salt.actor_id == by.pk:
            return None
        return {"role": entry.actor_role, "at": entry.at.isoformat()}
    return None


def _lay_towns(cell: GridCell, towns: list[str]) -> None:
    """None named: all of the district that no other cell has."""
    cell.towns.all().delete()
    wanted = sorted(set(towns)) or [""]
    CellTown.objects.bulk_create(
        CellTown(cell=cell, district=cell.district, town=town) for town in wanted
    )


def _lay_members(cell: GridCell, role: Role, wanted: set[int]) -> None:
    there = cell.members.filter(OPEN, role=role)
    there.exclude(user__in=wanted).update(ended_at=CityNow())
    new = wanted - set(there.values_list("user", flat=True))
    CellMember.objects.bulk_create(CellMember(cell=cell, user_id=pk, role=role) for pk in new)


def _clash(error: IntegrityError, said: Mapping[str, Any]) -> FieldError:
    if "grid_cell_once" in str(error):
        return FieldError("/name", _("There is a cell of this name in the district."))
    if said["towns"]:
        return FieldError("/towns", _("One of these towns belongs to another cell."))
    return FieldError("/towns", _("Another cell has the rest of the district: name the towns."))
