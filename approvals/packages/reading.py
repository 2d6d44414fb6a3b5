"""A package in words, on every page that shows one and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Permit
from approvals.packages.drawing import drawn
from approvals.packages.models import Package
from approvals.packages.needs import document_name
from approvals.packages.route import length_of
from approvals.packages.serializers import PackageAnswer
from approvals.packages.sight import shown
from approvals.roads.meeting import Met, met_by
from approvals.seam import seam
from approvals.wording import metres
from approvals.workflow import coordinator, officer, supplier
from core.templatetags.city import day, figure
from documents.models import Document
from rules.packages import lengths_differ
from rules.policy import Policy
from rules.works import Works


@dataclass(frozen=True, slots=True)
class Seen:
    """A package as one reader sees it: the files that are theirs to see; `contact` and `phone` are
    of whoever builds, for those who work on the line; `met`, closed roads that it meets."""

    package: Package
    application: str
    files: Sequence[Document]
    address: str = ""
    contact: str = ""
    phone: str = ""
    missing: list[str] = field(default_factory=list)
    met: Sequence[Met] = ()


def seen_for(permit: Permit, user: User) -> Seen | None:
    """Return what a permit looks at of the package of its round; None where none was sent."""
    package = Package.objects.filter(round=permit.round_id).select_related("round").first()
    if package is None:
        return None
    works_on_it = officer(permit, user) or supplier(permit, user) or coordinator(permit, user)
    return Seen(
        package=package,
        application=permit.line_works.application,
        files=shown(permit, package.attached),
        address=seam.cases.address(permit.case_ref),
        contact=package.contact if works_on_it else "",
        phone=package.phone if works_on_it else "",
        met=met_by(permit),
    )


def whole(
    package: Package, application: str, missing: list[str] | None = None, met: Sequence[Met] = ()
) -> Seen:
    """As the company that prepares it sees it."""
    return Seen(
        package=package,
        application=application,
        files=package.attached,
        address=seam.cases.address(package.case_ref),
        contact=package.contact,
        phone=package.phone,
        missing=missing or [],
        met=met,
    )


def package_json(seen: Seen) -> dict[str, Any]:
    return dict(PackageAnswer(seen).data)


def package_words(seen: Seen, works: Works | None, policy: Policy) -> dict[str, Any]:
    """What `approvals/package/_package.html` draws.

    Args:
        works: as declared, for the length beside the drawn one; None while none is.
    """
    package = seen.package
    drawn_m = length_of(package.route) if package.route else None
    declared = works.length_m if works and not works.none else None
    differs = drawn_m is not None and declared is not None
    return {
        "sent_at": package.sent_at,
        "drawing": drawn(package.route),
        "points": points_table(package.route),
        "rows": rows_of(seen, drawn_m=drawn_m, declared=declared),
        "differs": differs and lengths_differ(policy, declared, drawn_m),  # type: ignore[arg-type]
        "files": [{"name": document_name(file.requirement), "file": file} for file in seen.files],
        "roads": seen.met,
        "roads_open": any(not one.cleared for one in seen.met),
    }


def rows_of(seen: Seen, *, drawn_m: Any, declared: Any) -> list[dict[str, str]]:
    package = seen.package
    begins, ends = day(package.begins_on), day(package.ends_on)
    spans = {"begins": begins or "–", "ends": ends or "–"}
    found = (
        (_("Address"), seen.address),
        (_("Length, as declared"), "" if declared is None else metres(declared)),
        (_("Length, as drawn"), "" if drawn_m is None else metres(drawn_m)),
        (_("Works planned"), _("%(begins)s to %(ends)s") % spans if begins or ends else ""),
        (_("Company that builds"), package.contractor),
        (_("Whom to ask there"), " ".join(filter(None, (seen.contact, seen.phone)))),
    )
    return [{"key": key, "value": value} for key, value in found if value]


def points_table(route: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {
        "caption": _("Points of the route (CGCS2000)"),
        "columns": [
            {"label": _("Point"), "numeric": True},
            {"label": _("Longitude"), "unit": "°", "numeric": True},
            {"label": _("Latitude"), "unit": "°", "numeric": True},
        ],
        "rows": [
            [figure(number), f"{longitude:.7f}", f"{latitude:.7f}"]
            for number, (longitude, latitude) in enumerate(route, 1)
        ],
    }
