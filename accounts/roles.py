from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What each may do is said by the app concerned."""

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
    # Sets the retail prices of electricity: keeps their published table, and sees no case.
    PRICE_AUTHORITY = "price_authority", _("Price authority")
    MACHINE = "machine", _("Machine client")
    ADMINISTRATOR = "administrator", _("Administrator")
    # Of a registered office, which has no account here (applications/referrals).
    OTHER_CITY = "other_city", _("Office of another city")
    # Asked for an opinion by a bureau, without an account (approvals/opinions).
    CONSULTED = "consulted", _("Asked for an opinion")
    SYSTEM = "system", _("System")


#: Everybody who is signed in has it; it is never granted.
EVERYBODY = Role.APPLICANT

#: Roles that are held by people at a desk: these need a second factor.
STAFF = frozenset(Role) - {
    Role.APPLICANT,
    Role.MACHINE,
    Role.OTHER_CITY,
    Role.CONSULTED,
    Role.SYSTEM,
}

#: Roles that an administrator can grant: the system is nobody, everybody is an applicant.
GRANTABLE = STAFF | {Role.MACHINE}

# Named sets. Their order counts: `User.role_in` answers the first that is held, and under that one
# an act is done.

#: The contract's "supplier": acts on a case once it is taken in.
SUPPLIERS = (Role.MANAGER, Role.PROJECT)
#: Looks through what was filed: accepts it or asks for a supplement.
CASE_WORKERS = (Role.CLERK, *SUPPLIERS)
#: Everybody of the supply company.
COMPANY = (*CASE_WORKERS, Role.SUPPLY_LEAD)
#: Files for a customer who comes in person.
COUNTER = (Role.CLERK, Role.HALL_CLERK)
#: Has a list of cases: the company's people by district, the hall's clerk what he took in.
SUPPLY_DESK = (*COMPANY, Role.HALL_CLERK)

#: Decides for a bureau; held at that bureau only.
BUREAU_ROLES = (Role.OFFICER, Role.BUREAU_LEAD)
#: Has a list of permits: a bureau its own, the digital bureau all of its districts, the hall those
#: of the cases that its counter has.
BUREAU_DESK = (*BUREAU_ROLES, Role.DIGITAL, Role.HALL_CLERK)

#: Coordinates the permits of a district: sees whole sets, and chases whoever is awaited.
COORDINATORS = (Role.DIGITAL, Role.DISTRICT_LEAD)

#: Reads every order and finding of a district.
SUPERVISORS = (Role.REGULATOR, Role.LEAD_AGENCY, Role.DISTRICT_LEAD)
#: Opens the pages of oversight.
OVERSIGHT = (Role.REGULATOR, Role.LEAD_AGENCY, Role.DIGITAL, Role.DISTRICT_LEAD)
#: Reads every case and permit of a district.
CASE_READERS = (*COMPANY, Role.DIGITAL, *SUPERVISORS)
#: Read how a customer of a district rated the service, where they took no step in the case.
RATING_READERS = (Role.SUPPLY_LEAD, Role.REGULATOR, Role.LEAD_AGENCY)
#: Reads and answers the findings of the own side.
EXPLAINERS = (Role.SUPPLY_LEAD, Role.BUREAU_LEAD)
#: Reads and answers the orders of the own side.
LEADS = (*EXPLAINERS, Role.DISTRICT_LEAD)
#: Issues orders in a district, the first held first.
ISSUERS = (Role.REGULATOR, Role.DISTRICT_LEAD)

#: Whose word lets new rules in.
RULES_APPROVERS = (Role.ADMINISTRATOR, Role.REGULATOR)
#: Whose word gives up a part of what was signed: nobody who runs the machines.
RECORD_APPROVERS = (Role.REGULATOR, Role.LEAD_AGENCY, Role.DIGITAL)


def role_words(role: str) -> str:
    return str(Role(role).label) if role in Role.values else role
