"""Which roads that may not be dug a line meets today, and which of them a government has approved.

Judged by the register as it stands and by what the company has sent; nothing of it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rest_framework import serializers

from approvals.packages.models import Package
from approvals.packages.route import Point
from approvals.roads.closure import Closure
from approvals.roads.models import Road, RoadApproval, approvals_among
from approvals.roads.nearness import come_near
from approvals.supplement.models import SupplementItem, files_of, is_answered
from core.bodies import refused
from core.templatetags.city import day
from documents.models import Document
from rules.limits import Quota, limits
from rules.names import Permit as PermitCode
from rules.works import Works, digs_municipal_road

if TYPE_CHECKING:
    from approvals.models import Permit

#: What a file is that shows such an approval, among the documents of the permit.
APPROVAL: Final = "road_approval"
#: The permit by which municipal roads are dug.
DIGGING: Final = PermitCode.MUNICIPAL_EXCAVATION


@dataclass(frozen=True, slots=True)
class Met:
    """A closed road that a line meets: `drawn`, by its route; `named`, by the company. `cleared`: a
    government's approval is here, as `approval`, or handed in where the bureau asked for it."""

    road: Road
    clause: object
    drawn: bool
    named: bool
    approval: RoadApproval | None
    cleared: bool


def standing(closure: Closure) -> list[Road]:
    """All that is closed today, in the order of the register."""
    found = Road.objects.standing().filter(closure.closed())
    return closure.told(list(found.order_by("district", "name", "id")))


def met(
    package: Package,
    works: Works | None,
    *,
    given: Iterable[Document] = (),
    asked_for: bool = False,
) -> list[Met]:
    """Closed roads that the works of a package meet; none where no municipal road is dug.

    Args:
        given: files beside the package among which an approval may be.
        asked_for: the bureau has asked for approvals, and has them.
    """
    says_where = package.route or package.roads
    if works is None or works.none or not digs_municipal_road(works) or not says_where:
        return []
    closure = Closure.now()
    approvals = approved([*package.attached, *given])
    found = []
    for road in standing(closure):
        drawn, named = comes_along(package.route, road), road.number in package.roads
        if drawn or named:
            approval = approvals.get(road.number)
            cleared = asked_for or approval is not None
            found.append(Met(road, closure.clause, drawn, named, approval, cleared))
    return found


def comes_along(route: Sequence[Point], road: Road) -> bool:
    near = limits().quotas[Quota.ROAD_METRES]
    return bool(route and road.route) and come_near(route, road.route, near)


def approved(files: Iterable[Document]) -> dict[str, RoadApproval]:
    """By the numbers of the roads; a file with a virus approves nothing."""
    found: dict[str, RoadApproval] = {}
    for approval in approvals_among(files):
        if approval.document.scan != Document.Scan.INFECTED:
            found |= dict.fromkeys(approval.roads, approval)
    return found


def met_by(permit: "Permit") -> list[Met]:
    """Of the permit by which they are dug, in the package of its round; none of any other, and none
    once it is decided: then the register of that day counted."""
    if permit.permit != DIGGING or permit.decided_at is not None:
        return []
    package = Package.objects.filter(round=permit.round_id).first()
    if package is None:
        return []
    return met(
        package,
        permit.round.works,
        given=given_to(permit),
        asked_for=handed_in(permit),
    )


def given_to(permit: "Permit") -> list[Document]:
    """Files of approvals that came with the permit's own acts."""
    found = Document.objects.filter(
        subject_kind="permit", subject_id=permit.pk, requirement=APPROVAL
    )
    return list(found.select_related("road_approval").order_by("id"))


def handed_in(permit: "Permit") -> bool:
    """Whether the bureau asked for an approval in its supplement, and a file was handed in that has
    no virus."""
    supplied = SupplementItem.objects.filter(permit=permit, supplied_at__isnull=False)
    asked = [item for item in supplied if item.document and item.document.code == APPROVAL]
    return bool(asked) and any(is_answered("", files) for files in files_of(asked).values())


def refuse_unapproved(permit: "Permit", *, field: str = "", not_dug: str = "") -> None:
    """Let no permit dig a closed road without its approval (城市道路管理条例 33).

    Args:
        field: at which a refusal is shown; empty: on top.
        not_dug: why the line digs none of those that only its drawing meets, as the bureau says.

    Raises:
        ValidationError: with the clause.
    """
    open_ones = [one for one in met_by(permit) if not one.cleared and (one.named or not not_dug)]
    if not open_ones:
        return
    told = [refused(unapproved_words(open_ones), open_ones[0].clause)]
    raise serializers.ValidationError({field: told} if field else told)


def unapproved_words(found: Iterable[Met]) -> str:
    reason = _(
        "This line digs roads that may not be dug, and no government's approval is here: %(roads)s."
    )
    return reason % {"roads": roads_words(found)}


def roads_words(found: Iterable[Met]) -> str:
    return pgettext("between the items of a list", ", ").join(
        _("%(road)s (until %(day)s)") % {"road": one.road, "day": day(one.road.closed_until)}
        for one in found
    )


class MetAnswer(serializers.Serializer[Any]):
    """A road that may not be dug and that the line meets: by its drawn route, or as named."""

    number = serializers.CharField(source="road.number")
    name = serializers.CharField(source="road.name")
    section = serializers.CharField(source="road.section")
    cause = serializers.CharField(source="road.cause")
    since = serializers.DateField(source="road.since")
    closed_until = serializers.DateField(source="road.closed_until")
    clause = serializers.CharField()
    drawn = serializers.BooleanField()
    named = serializers.BooleanField()
    approved = serializers.BooleanField(source="cleared")
