"""What the one application package of a line must have, by permit, and who looks at what of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rules.city import PermitDocument
from rules.files import Clause
from rules.policy import PermitDecision, Policy


@dataclass(frozen=True, slots=True)
class PermitPackage:
    """Of one permit.

    Attributes:
        needed: attachments without which the package is not sent.
        looked_at: attachments that its officers see; nothing else of a package.
        given: documents of the applicant's checklist that are given once for it too.
        clause: by which `needed` is needed.
    """

    needed: tuple[PermitDocument, ...]
    looked_at: tuple[PermitDocument, ...]
    given: frozenset[str]
    clause: Clause | None


def permit_package(policy: Policy, permit: str, route: str) -> PermitPackage:
    asked = policy.permit_documents(permit, route)
    listed = asked.listed if asked else policy.city.permit_documents
    needed = policy.get(f"permit.{permit}.package")
    beside = policy.get(f"permit.{permit}.looks_at")
    codes = dict.fromkeys(document.code for document in listed)
    codes |= dict.fromkeys((*route_documents(policy), *(beside.codes if beside else ())))
    return PermitPackage(
        needed=tuple(
            policy.city.permit_document(code) for code in (needed.codes if needed else ())
        ),
        looked_at=tuple(policy.city.permit_document(code) for code in codes),
        given=frozenset(code for document in listed for code in document.given_as),
        clause=needed.clause if needed else None,
    )


def route_documents(policy: Policy) -> tuple[str, ...]:
    """Attachments that show the route, in place of coordinates or beside them."""
    row = policy.get("permit.package.route")
    return row.codes if row else ()


def by_document(
    policy: Policy, decisions: Iterable[PermitDecision], *, needed: bool = False
) -> dict[PermitDocument, list[str]]:
    """Each attachment with the permits that look at it, or that need it, in the fixed order."""
    found: dict[PermitDocument, list[str]] = {}
    for decision in decisions:
        package = permit_package(policy, decision.permit, decision.route)
        for document in package.needed if needed else package.looked_at:
            # What the applicant has given is not given once more.
            if not document.given_as:
                found.setdefault(document, []).append(str(decision.permit))
    return found


def lengths_differ(policy: Policy, declared: Decimal, drawn: Decimal) -> bool:
    """Whether they differ by more than the rules say, of the declared one: a remark, no refusal."""
    row = policy.get("permit.package.length_percent")
    return row is not None and abs(drawn - declared) * 100 > declared * row.number
