"""The approval of a city's government to dig a road that may not be dug: its body, and keeping it
with the file that shows it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from rest_framework import serializers

from accounts.models import User
from approvals.packages.serializers import DayField
from approvals.roads.fields import RoadsField
from approvals.roads.meeting import APPROVAL
from approvals.roads.models import NAME_MAX, RoadApproval
from core.bodies import NEEDED, Body, WordsField
from core.clock import city_now, local_date
from core.problems import FieldError, Invalid
from documents.actions import store
from documents.models import Document
from documents.queries import digest_of
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit


#: The act by which one is handed in after the package was sent.
GIVE_APPROVAL: Final = "give_approval"


class ApprovalBody(Body):
    """What an approval says, and which roads of the register it names."""

    approved_roads = RoadsField(
        label=_("Roads that it names"),
        help_text=_("Their numbers in the register of roads that may not be dug."),
        allow_empty=False,
    )
    approval_number = WordsField(
        label=_("Number of the document"), one_line=True, max_length=NAME_MAX
    )
    government = WordsField(
        label=_("Government that approved it"),
        help_text=_("Of a city or county; a bureau's own letter does not do."),
        one_line=True,
        max_length=NAME_MAX,
    )
    approved_on = DayField(
        label=_("Day of the approval"),
        allow_null=False,
        default=serializers.empty,
        error_messages=dict.fromkeys(("required", "null"), NEEDED),
    )

    def validate_approved_on(self, day: date) -> date:
        if day > local_date(city_now()):
            raise serializers.ValidationError([str(_("This day is still to come."))])
        return day


def approval_lines(said: Mapping[str, Any]) -> list[str]:
    """What an entry commits to of an approval, in words."""
    roads = pgettext("between the items of a list", ", ").join(said["roads"])
    return [f"{said['government']} {said['number']}, {said['approved_on']}: {roads}"]


def keep(document: Document, said: Mapping[str, Any]) -> RoadApproval:
    """Note what a file says."""
    return RoadApproval.objects.create(
        document=document,
        roads=said["approved_roads"],
        number=said["approval_number"],
        government=said["government"],
        approved_on=said["approved_on"],
    )


def give_approval(step: "Step[Permit]") -> None:
    """Hand in an approval after the package was sent; what was sent stays as it is.

    Raises:
        Invalid: no file, more than one, or none that is taken.
    """
    said = step.values
    if len(step.uploads) != 1:
        raise Invalid([FieldError("/files", _("Hand in the approval as one file."))])
    document = store(
        subject_kind=step.workflow.subject,
        subject_id=step.thing.pk,
        case_ref=step.thing.case_ref,
        requirement=APPROVAL,
        upload=step.uploads[0],
        by=User.objects.get(pk=step.actor.user_id or 0),
    )
    kept = keep(document, said)
    step.values = {}
    step.record(data={"approval": kept.said(), "documents": [digest_of(document)]})
