"""The names of clocks and parties in a list of what is late."""

from django.utils.translation import gettext as _

from deadlines.explain import KIND_NAMES, role_name
from disclosure.oversight.loaded import LoadedVersion
from disclosure.oversight.queries import SET, SUPPLIER, LateClock
from rules.city import city


def party_name(party: str) -> str:
    """Return who answers for a limit."""
    if party == SUPPLIER:
        return _("Supply company")
    if party == SET:
        return _("All bureaus of the set")
    return str(city().bureau(party).name)


def parties() -> list[tuple[str, str]]:
    """Return every party with its name, the supply company first."""
    codes = [SUPPLIER, *(bureau.code for bureau in city().bureaus), SET]
    return [(code, party_name(code)) for code in codes]


def clock_name(row: LateClock) -> str:
    """Return which limit was passed: of the case, of a permit, of the whole set."""
    if row.permit:
        return str(city().permit(row.permit).name)
    return str(KIND_NAMES[row.kind])


def who_approved(row: LoadedVersion) -> str:
    """Return whose word let a version in."""
    if row.entry is None:
        return _("Before the record began")
    return role_name(row.approved_role) if row.approved_role else _("The system")
