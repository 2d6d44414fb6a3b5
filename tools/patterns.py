"""Cases brought by real actions to the states that cases are met in; `tools.bulk` copies them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from accounts.actor import SYSTEM
from accounts.models import User
from applications import drafts
from applications.actions import CASES
from applications.models import Application
from approvals.actions import PERMITS
from approvals.models import Permit
from documents.models import Document
from oversight.actions import issue
from tools.scenarios import (
    BODIES,
    DISTRICT,
    FOUR_REVIEWS,
    KINDS,
    NO_WORKS,
    PERMIT_BODIES,
    address,
    declaration,
)


@dataclass(frozen=True)
class Pattern:
    """How often, of a thousand open or a thousand ended cases, a case like this one is met.

    Args:
        days: it was filed up to so many days ago where it is open; longer ago where it ended.
        late: its limits are passed.
    """

    name: str
    kind: str
    acts: tuple[str, ...]
    share: int
    ended: bool = False
    days: int = 25
    late: bool = False
    permits: tuple[str, ...] = ()
    works: Mapping[str, Any] | None = None


_LOW = ("submit", "accept", "sign_contract")
_ENDED = (*_LOW, "start_works", "energise")
_GRANTED = ("accept", "grant")
PATTERNS: Final = (
    Pattern("waits for us", "residential", ("submit",), 250),
    Pattern("waits for the customer", "residential", ("submit", "accept"), 100),
    Pattern("waits long", "residential", ("submit", "accept", "remind"), 50, days=120),
    Pattern("to be asked for more", "hv_single", ("submit",), 100, days=2),
    Pattern("permits to accept", "lv_small", _LOW, 150, days=2, works=FOUR_REVIEWS),
    Pattern("permits to decide", "lv_small", _LOW, 150, False, 2, False, ("accept",), FOUR_REVIEWS),
    Pattern(
        "papers are wanted", "lv_other", _LOW, 60, False, 2, False, ("request_supplement",),
        FOUR_REVIEWS,
    ),
    Pattern(
        "one is refused", "lv_other", _LOW, 20, False, 2, False, ("accept", "refuse"), FOUR_REVIEWS
    ),
    Pattern("in works", "lv_small", (*_LOW, "start_works"), 110, days=2, works=NO_WORKS),
    Pattern("late", "lv_small", _LOW, 10, days=40, late=True, works=FOUR_REVIEWS),
    Pattern("a home ended", "residential", _ENDED, 780, ended=True, works=NO_WORKS),
    Pattern("a shop ended", "lv_small", _ENDED, 140, True, 25, False, _GRANTED, FOUR_REVIEWS),
    Pattern("withdrawn", "lv_small", ("submit", "withdraw"), 40, ended=True),
    # Withdrawn by its applicant, and laid as the supply company closes it (`bulk`).
    Pattern("closed", "residential", ("submit", "accept", "remind", "withdraw"), 20, ended=True),
    Pattern("ended late", "lv_small", _ENDED, 20, True, 25, True, _GRANTED, FOUR_REVIEWS),
)  # fmt: skip


#: Open ones of a city.
ORDERS: Final = 60


def patterns() -> dict[str, Application]:
    """One case of each, by name; and orders, of which a regulator has as many as people follow."""
    people = {user.username: user for user in User.objects.all()}
    for number in range(ORDERS):
        place = {"party": "supplier", "district": DISTRICT, "days": 5 + number % 9}
        issue(
            place | {"text": "Return the fee that was taken, and report within five days."},
            by=people["regulator"],
        )
    return {one.name: _brought(one, place, people) for place, one in enumerate(PATTERNS, 9000)}


def _brought(pattern: Pattern, place: int, people: Mapping[str, User]) -> Application:
    who = people[KINDS[pattern.kind][0]]
    case = drafts.draft(body=declaration(pattern.kind, address(place)), by=who)
    add_documents(case.pk, case.ref, who.party_id, ("identity", "property", "project_approval"))
    for action in pattern.acts:
        if action == "remind":
            with transaction.atomic():
                case = CASES.move(CASES.hold(case), action, SYSTEM).thing
            continue
        by = who if action in ("submit", "sign_contract", "withdraw") else people["manager"]
        case = CASES.perform(case, action, by=by, body=BODIES.get(action, {}))
        if action == "sign_contract" and pattern.works is not None:
            works = dict(pattern.works)
            body = works if works.get("none") else works | {"voltage": case.voltage}
            case = CASES.perform(case, "post_line_works", by=people["manager"], body=body)
            _decide(case, pattern.permits, people)
            case.refresh_from_db()
            case = Application.objects.get(pk=case.pk).workflow()
    return case


def _decide(case: Application, acts: tuple[str, ...], people: Mapping[str, User]) -> None:
    found = list(
        Permit.objects.filter(case_ref=case.ref).select_related("line_works").order_by("id")
    )
    for action in acts:
        # One that is refused, or asked papers for, is enough.
        for permit in found[:1] if action in PERMIT_BODIES else found:
            body = PERMIT_BODIES.get(action, {})
            PERMITS.perform(permit, action, by=people[permit.bureau], body=body)


def add_documents(
    subject_id: int,
    case_ref: Any,
    party_id: int,
    requirements: tuple[str, ...] = ("identity", "property"),
) -> None:
    """The rows that uploads leave; no file is written."""
    Document.objects.bulk_create(
        Document(
            subject_kind="application",
            subject_id=subject_id,
            case_ref=case_ref,
            requirement=requirement,
            stored_name=f"{case_ref}-{requirement}",
            size=1,
            content_type="application/pdf",
            sha256="0" * 64,
            uploaded_by_id=party_id,
        )
        for requirement in requirements
    )
