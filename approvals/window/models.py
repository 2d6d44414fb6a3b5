"""Whose window has a permit, what was given out there, and what stands in the way of it."""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from approvals.papers.models import PermitPaper
from workflow.machine import Guard

if TYPE_CHECKING:
    from approvals.models import Permit


class Receiver(models.TextChoices):
    """Who came for a permit; nobody is named."""

    COMPANY = "company", _("Supply company")
    APPLICANT = "applicant", _("Applicant")


class HandedOut(models.Model):
    """Of a permit: when its paper was given out at a window, once, and who came for it."""

    handed_out_at = models.DateTimeField(null=True)
    handed_out_to = models.CharField(max_length=9, choices=Receiver, blank=True)

    class Meta:
        abstract = True


CONSTRAINT: Final = models.CheckConstraint(
    condition=Q(handed_out_at=None, handed_out_to="")
    | Q(handed_out_at__gte=F("decided_at"), handed_out_to__in=["company", "applicant"]),
    name="permit_handed_out_to_somebody",
)
#: What a hall lists.
INDEX: Final = models.Index(
    fields=["office", "runs_out", "id"],
    condition=Q(state="granted", handed_out_at=None, office__isnull=False),
    name="permit_to_hand_out",
)


def at_window(permit: "Permit", user: User) -> Role | None:
    """A clerk of the service hall that has the permit's case."""
    return user.role_at(permit.office_id, Role.HALL_CLERK) if permit.office_id else None


def paper_made(permit: "Permit") -> bool:
    """Whether its PDF is kept, of whichever round that it holds in; as read with others, or now."""
    if "issued" in permit.__dict__:
        return permit.issued is not None and permit.issued.kept_at is not None
    papers = PermitPaper.objects.filter(permit__line_works=permit.line_works_id)
    own = papers.filter(permit__permit=permit.permit, permit__decided_at=permit.decided_at)
    return own.filter(kept_at__isnull=False).exists()


PAPER_MADE: Final = Guard(paper_made, _("The PDF of this permit is not made yet."))
NOT_HANDED_OUT: Final = Guard(
    lambda permit: permit.handed_out_at is None,
    _("This permit was handed out already: its page says when and to whom."),
)
OF_NEWEST_LINE: Final = Guard(
    lambda permit: permit.round.number == permit.line_works.round_number,
    _("The line was changed since: this permit is not handed out any more."),
)
