"""The line that an advice is about: a copy of the draft, as far as its permit looks at it."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.utils.functional import cached_property

from approvals.advice.models import Advice
from approvals.models import Round
from approvals.packages.actions import newest_sent
from approvals.packages.models import Package
from approvals.packages.reading import Seen
from approvals.seam import seam
from core.api import digest_of
from documents.models import Document
from rules.names import Route
from rules.packages import permit_package, route_documents
from rules.works import MEASURES, Works

#: What is copied, besides works and files: nobody is named in it.
COPIED: Final = ("route", "begins_on", "ends_on", "contractor")


class Line:
    """A line in a package, prepared or sent, as the permit of an advice looks at it.

    Args:
        works: as they were declared; None while they are not.
    """

    def __init__(self, package: Package, works: Works | None, advice: Advice) -> None:
        self.package, self.works, self.advice = package, works, advice

    @cached_property
    def files(self) -> list[Document]:
        """Those that the permit looks at: no identity paper is among them."""
        rules, permit = self.advice.rules(), self.advice.permit
        looked_at = permit_package(rules, permit, Route.REVIEW).looked_at
        codes = {document.code for document in looked_at}
        return [
            file
            for file in self.package.attached
            if file.requirement in codes and file.scan != Document.Scan.INFECTED
        ]

    @property
    def shows_a_route(self) -> bool:
        """As points or as a drawing: else there is nothing to look at."""
        drawings = set(route_documents(self.advice.rules()))
        return bool(self.package.route or drawings & {file.requirement for file in self.files})

    def digest(self, *, with_works: bool = True) -> str:
        """What it is known by: SHA-256 over all that the bureau sees of it."""
        days = [day and day.isoformat() for day in (self.package.begins_on, self.package.ends_on)]
        said = {
            "route": self.package.route,
            "contractor": self.package.contractor,
            "days": days,
            "works": plain(self.works) if self.works and with_works else None,
            "files": sorted((file.requirement, file.sha256) for file in self.files),
        }
        return digest_of(said).hex()

    @property
    def is_changed(self) -> bool:
        """Whether it is another one than was asked about; works that were declared only since then
        do not count."""
        return self.digest(with_works=self.advice.works is not None) != self.advice.sha256

    def ask_about(self) -> None:
        """Copy it; its files follow once the advice has its number."""
        for name in COPIED:
            setattr(self.advice, name, getattr(self.package, name))
        self.advice.works = self.works and self.works.as_json()
        self.advice.sha256 = self.digest()


def plain(works: Works) -> dict[str, Any]:
    """As they are compared: 800 m and 800.00 m are the same."""
    numbers = {name: getattr(works, name) for name in MEASURES if getattr(works, name) is not None}
    return works.as_json() | {name: f"{value.normalize():f}" for name, value in numbers.items()}


def declared(package: Package) -> Works | None:
    """Of a draft; None while they are not."""
    return Works.of(package.works) if package.works else None


def changed_since(case_ref: UUID, advices: Iterable[Advice]) -> set[int]:
    """The ids of those of a case whose line is another one by now, in its draft or as it was sent
    last; three queries however many there are."""
    drafts = Package.objects.filter(case_ref=case_ref, sent_at=None)
    now = drafts.first() or newest_sent(case_ref)
    if now is None:
        return set()
    works = now.round.works if now.round else declared(now)
    return {advice.pk for advice in advices if Line(now, works, advice).is_changed}


def changed_until(advice: Advice, round_: Round, package: Package | None) -> bool:
    """Whether a round was opened for another line; without a package it has only its works."""
    sent = package or Package(case_ref=advice.case_ref, district=advice.district)
    return Line(sent, round_.works, advice).is_changed


def as_asked(advice: Advice) -> Seen:
    """As the bureau sees it."""
    package = Package(case_ref=advice.case_ref, district=advice.district)
    for name in COPIED:
        setattr(package, name, getattr(advice, name))
    package.attached = advice.files
    return Seen(
        package=package,
        application=advice.application,
        files=advice.files,
        address=seam.cases.address(advice.case_ref),
    )


def works_of(advice: Advice) -> Works | None:
    return Works.of(advice.works) if advice.works else None
