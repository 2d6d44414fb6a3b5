"""What this app tells the apps below it once, when the process starts: its events, its files, its
links, its side of the permits, and which of their signals it hears."""

from django.urls import reverse

from accounts.actions import role_changed
from applications import documents, events, lateness, notices
from applications.appointments import actions as appointments
from applications.appointments import events as of_appointments
from applications.assignments import events as of_assignments
from applications.assignments.actions import role_ended
from applications.contracts import queries as contracts
from applications.corrections import actions as corrections
from applications.corrections import events as of_corrections
from applications.correspondence import events as of_correspondence
from applications.counter import events as of_counters
from applications.enquiries import actions as enquiries
from applications.enquiries import events as of_enquiries
from applications.field import actions as field
from applications.field import events as of_field
from applications.follow_ups import actions as follow_ups
from applications.mandates import events as of_mandates
from applications.materials import actions as materials
from applications.materials import events as of_materials
from applications.plans import events as of_plans
from applications.referrals import actions as referrals
from applications.referrals import events as of_referrals
from applications.rentals import actions as rentals
from applications.rentals import events as of_rentals
from applications.seam import CasesOfOutages, CasesOfPermits
from applications.supply import events as of_supply
from applications.timings import events as of_timings
from applications.waiting import events as of_waiting
from approvals.seam import seam
from core.events import declare
from deadlines.signals import breached, recalculated, warned
from notifications.texts import register_link
from reliability.outages.seam import seam as of_outages

CATALOGUE = (
    events, of_appointments, of_assignments, of_corrections, of_correspondence, of_counters,
    of_enquiries, of_field, of_mandates, of_materials, of_plans, of_referrals, of_rentals,
    of_supply, of_timings, of_waiting,
)  # fmt: skip


def wire() -> None:
    declare([event for module in CATALOGUE for event in module.EVENTS])
    seam.cases = CasesOfPermits()
    of_outages.cases = CasesOfOutages()
    for module in (
        documents, contracts, corrections, notices, follow_ups, appointments, referrals, enquiries,
        materials, field, rentals,
    ):  # fmt: skip
        module.wire()
    role_changed.connect(role_ended, dispatch_uid="applications.assignments.role_ended")
    breached.connect(lateness.tell_of_breaches, dispatch_uid="applications.tell_of_breaches")
    warned.connect(lateness.tell_of_warnings, dispatch_uid="applications.tell_of_warnings")
    for name, clocks in (("follow_ups", follow_ups), ("enquiries", enquiries)):
        breached.connect(clocks.tell_late, dispatch_uid=f"applications.{name}.tell_late")
        warned.connect(
            clocks.tell_of_warnings, dispatch_uid=f"applications.{name}.tell_of_warnings"
        )
        recalculated.connect(
            clocks.tell_of_recalculations,
            dispatch_uid=f"applications.{name}.tell_of_recalculations",
        )
    register_link(
        "application",
        lambda _case, context: reverse("applications:case", args=[context["number"]]),
    )
