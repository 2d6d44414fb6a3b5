"""Who may see a finding or an order, and their files; who may do what, the machine says.

What was said may name people, so both are read by those who watch over the district and by the
lead of the addressee, and by nobody else. What is public of them is their count.
"""

from django.db.models import Q

from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from core.ways import EVERYTHING, NOTHING
from oversight.addressees import DISTRICT, SUPPLIER, Addressee
from oversight.models import Matter
from rules.city import city


def watches(user: User, matter: Matter) -> bool:
    return user.role_in(*SUPERVISORS, district=matter.district) is not None


def may_see(user: User, matter: Matter) -> bool:
    return reads_as(user, matter) is not None


def reads_as(user: User, matter: Matter) -> Role | None:
    watching = user.role_in(*SUPERVISORS, district=matter.district)
    return watching or matter.addressee.role_of(user)


def opens_as(kind: type[Matter], subject_id: int, user: User) -> Role | None:
    """Whoever may read what they belong to."""
    matter = kind._default_manager.filter(pk=subject_id).first()
    return reads_as(user, matter) if matter else None


def watched(user: User) -> Q:
    return _in(user.districts(*SUPERVISORS))


def addressed_to(user: User) -> Q:
    found = Q(party=SUPPLIER) & _in(user.districts(Role.SUPPLY_LEAD))
    found |= Q(party=DISTRICT) & _in(user.districts(Role.DISTRICT_LEAD))
    if user.role_in(Role.BUREAU_LEAD) is None:
        return found
    codes = [district.code for district in city().districts]
    for bureau in sorted(user.bureaus()):
        led = {code for code in codes if Addressee(bureau, code).role_of(user)}
        found |= Q(party=bureau) & _in(led)
    return found


def _in(districts: set[str] | None) -> Q:
    """None means every one."""
    if districts is None:
        return EVERYTHING
    return Q(district__in=sorted(districts)) if districts else NOTHING
