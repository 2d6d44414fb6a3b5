"""The people of a demonstration. They are made up, marked so, and exist nowhere else."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import actions
from accounts.actor import SYSTEM
from accounts.models import Organisation, User
from accounts.roles import Role
from core.demonstration import is_demonstration
from core.problems import Forbidden
from rules.city import city

PASSWORD = "tongdian-demo"  # noqa: S105 (known on purpose: for demonstration databases only)

Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation of the demonstration."""

    kind: Organisation.Kind
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the demonstration; without a role and an office, an applicant."""

    username: str
    zh: str
    role: Role | None = None
    office: str = ""


OFFICES = (
    Office(Kind.SUPPLIER, "supplier", "市供电公司", "City supply company"),
    Office(Kind.DIGITAL, "digital", "市政务服务和数字化管理局", "Digital bureau"),
    Office(Kind.REGULATOR, "regulator", "市经济和信息化局", "Economy and information bureau"),
    Office(
        Kind.LEAD_AGENCY, "lead-agency", "市发展和改革委员会", "Development and reform commission"
    ),
    Office(Kind.DISTRICT, "district", "区县人民政府", "District government"),
    Office(
        Kind.SYSTEM,
        "approval-system",
        "省工程建设项目审批管理系统",
        "Provincial approval system",
    ),
)

PEOPLE = (
    Somebody("resident", "居民"),
    Somebody("shop", "小微企业"),
    Somebody("factory", "高压用户"),
    Somebody("clerk", "营业厅受理员", Role.CLERK, "supplier"),
    Somebody("manager", "客户经理", Role.MANAGER, "supplier"),
    Somebody("project", "项目经理", Role.PROJECT, "supplier"),
    Somebody("supply-lead", "供电公司负责人", Role.SUPPLY_LEAD, "supplier"),
    Somebody("hall", "政务大厅受理员", Role.HALL_CLERK, "digital"),
    Somebody("digital", "数字化管理局", Role.DIGITAL, "digital"),
    Somebody("regulator", "监管员", Role.REGULATOR, "regulator"),
    Somebody("lead-agency", "牵头部门", Role.LEAD_AGENCY, "lead-agency"),
    Somebody("district-lead", "区县负责人", Role.DISTRICT_LEAD, "district"),
    Somebody("administrator", "管理员", Role.ADMINISTRATOR, "digital"),
    Somebody("approval-system", "审批管理系统", Role.MACHINE, "approval-system"),
)


def bureau_offices() -> list[Office]:
    """The city's bureaus, under the codes by which the rules route permits to them."""
    return [Office(Kind.BUREAU, b.code, b.name.zh, b.name.en) for b in city().bureaus]


def bureau_people() -> list[Somebody]:
    """An officer and a lead for each bureau."""
    people = []
    for bureau in city().bureaus:
        people.append(Somebody(bureau.code, f"{bureau.name.zh}经办人", Role.OFFICER, bureau.code))
        lead = f"{bureau.code}-lead"
        people.append(Somebody(lead, f"{bureau.name.zh}负责人", Role.BUREAU_LEAD, bureau.code))
    return people


def make_people() -> list[User]:
    """Makes the people of the demonstration who are missing, for every district.

    Again: changes nothing. Passwords and roles that somebody changed since stay changed.

    Returns:
        All of them.

    Raises:
        Forbidden: this is not a demonstration database.
    """
    if not is_demonstration():
        raise Forbidden("The people of the demonstration are for demonstration databases only.")
    with transaction.atomic():
        offices = {office.code: _office(office) for office in (*OFFICES, *bureau_offices())}
        # One costly hash for all: they have one password, and it is printed on the screen.
        password = make_password(PASSWORD)
        return [
            _person(somebody, offices, password, phone=f"1380000{number:04d}")
            for number, somebody in enumerate((*PEOPLE, *bureau_people()), start=1)
        ]


def _office(office: Office) -> Organisation:
    row, _made = Organisation.objects.get_or_create(
        kind=office.kind,
        code=office.code,
        defaults={"name_zh": office.zh, "name_en": office.en},
    )
    return row


def _person(
    somebody: Somebody, offices: dict[str, Organisation], password: str, phone: str
) -> User:
    user, made = User.objects.get_or_create(
        username=somebody.username,
        defaults={
            "name": f"{somebody.zh}（演示）",
            "phone": phone,
            "password": password,
            "synthetic": True,
        },
    )

    if made:
        _give(user, somebody, offices)
    return user


def _give(user: User, somebody: Somebody, offices: dict[str, Organisation]) -> None:
    if somebody.role is None:
        return
    actions.grant(
        user=user,
        role=somebody.role,
        organisation=offices[somebody.office],
        district=None,
        by=SYSTEM,
    )
