"""The roles of the portal, in the words of the contract."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person or a machine may be here; what each may do is said by the app concerned."""

    APPLICANT = "applicant", _("Applicant")
    CLERK = "clerk", _("Counter clerk")
    MANAGER = "manager", _("Customer manager")
    PROJECT = "project", _("Project manager")
    SUPPLY_LEAD = "supply_lead", _("Supply company lead")
    OFFICER = "officer", _("Bureau officer")
    BUREAU_LEAD = "bureau_lead", _("Bureau lead")
    HALL_CLERK = "hall_clerk", _("Service hall clerk")
    DIGITAL = "digital", _("Government service and digital bureau")
    REGULATOR = "regulator", _("Regulator")
    LEAD_AGENCY = "lead_agency", _("Lead agency")
    DISTRICT_LEAD = "district_lead", _("District lead")
    MACHINE = "machine", _("Machine client")
    ADMINISTRATOR = "administrator", _("Administrator")
    SYSTEM = "system", _("System")


#: Everybody who is signed in has it; it is never granted.
EVERYBODY = Role.APPLICANT

#: Roles that are held by people at a desk: these need a second factor.
STAFF = frozenset(Role) - {Role.APPLICANT, Role.MACHINE, Role.SYSTEM}

#: Roles that an administrator can grant: the system is nobody, everybody is an applicant.
GRANTABLE = STAFF | {Role.MACHINE}

BUREAU_ROLES = frozenset({Role.OFFICER, Role.BUREAU_LEAD})


def role_words(role: str) -> str:
    """Return the word for who did a step."""
    return str(Role(role).label) if role in Role.values else role
