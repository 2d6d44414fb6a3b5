"""Under which role somebody takes a step of a case, and why not although the role is held."""

from typing import TYPE_CHECKING

from accounts.models import User
from accounts.roles import (
    BUREAU_ROLES,
    CASE_WORKERS,
    COUNTER,
    STAFF,
    SUPPLIERS,
    SUPPLY_DESK,
    Role,
)
from core.problems import Text
from workflow.machine import TWO_PEOPLE, Bar, own_case

if TYPE_CHECKING:
    from applications.models import Application


def as_applicant(case: "Application", user: User) -> Role | None:
    """The party that filed; at a counter any clerk, now, of the office that took the case in,
    whatever its district (异地通办): having filed gives no right."""
    if case.channel == "counter":
        return user.role_at(case.office_id, *COUNTER)
    return Role.APPLICANT if case.filed_by_id == user.party_id else None


def as_shown(case: "Application", user: User) -> Role | None:
    """The customer of a counter, who has shown the phone of the case by a code; nobody of the
    company, a hall or a bureau, whatever phone they hold."""
    if case.channel != "counter" or user.role_in(*STAFF):
        return None
    return Role.APPLICANT if user.shown_phone == bytes(case.phone_digest) else None


def as_rater(case: "Application", user: User) -> Role | None:
    """The customer alone: nobody of the company, a hall or a bureau ever rates."""
    if case.channel == "counter" or user.role_in(*SUPPLY_DESK, *BUREAU_ROLES):
        return None
    return as_applicant(case, user)


def intake(case: "Application", user: User) -> Role | None:
    return user.role_in(*CASE_WORKERS, district=case.district)


def supplier(case: "Application", user: User) -> Role | None:
    return user.role_in(*SUPPLIERS, district=case.district)


def as_supplier(case: "Application", user: User) -> Role | None:
    return None if case.concerns(user) else supplier(case, user)


def apart(act: str) -> Bar:
    """Not in a case of one's own, nor after a step that the rules keep apart from this one."""

    def bar(case: "Application", user: User) -> Text | None:
        return own_case(case, user) or (TWO_PEOPLE if user.pk in case.kept_from(act) else None)

    return bar
