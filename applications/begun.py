"""A draft as the case that it would become by the rules of now; such a case is not stored."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.declaration import Declaration
from applications.models import Application, Draft
from applications.states import Holder, State
from core.bodies import read
from core.clock import city_now
from core.identifiers import plain
from core.problems import FieldError, Invalid
from core.reading import decimal_number
from rules.city import city
from rules.registry import current

OTHER_KIND = _("By the rules this is “%(kind)s”.")


def body_of(draft: Draft) -> dict[str, Any]:
    """What was typed so far, in the shape of the contract's body."""
    body: dict[str, Any] = json.loads(draft.typed) if draft.typed else {}
    return {"applicant": {}, "address": {}} | body | {"channel": draft.channel}


def answered(draft: Draft, now: datetime | None = None) -> dict[str, Any]:
    """What was typed, and what follows from it."""
    return follows(body_of(draft), now)


def follows(body: dict[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """A body that may be unfinished, with what need not be asked: a home is a person's; a home, and
    whoever is within the threshold of the three zeros, is connected at low voltage, which has one
    supply."""
    home = body.get("purpose") == Application.Purpose.RESIDENTIAL
    if home and not body["applicant"].get("type"):
        body["applicant"] |= {"type": Application.ApplicantType.PERSON}
    if not body.get("voltage") and (home or _within(body, now)):
        body["voltage"] = Application.Voltage.LOW
    if not body.get("sources") and body.get("voltage") == Application.Voltage.LOW:
        body["sources"] = 1
    return body


def _within(body: Mapping[str, Any], now: datetime | None) -> bool:
    """Whether the capacity is within the threshold of the three zeros where it is needed."""
    address, capacity = body["address"], decimal_number(str(body.get("capacity_kw") or ""))
    if capacity is None or not address.get("district"):
        return False
    statutory = address.get("statutory_district") or ""
    place = Application(district=address["district"], statutory_district=statutory)
    try:
        policy = place.in_force(current(), now or city_now())
    except LookupError:  # no district of the city
        return False
    return capacity <= policy.three_zero_kw().number


def finished(draft: Draft, now: datetime | None = None) -> Application:
    """Return it with its kind, and the voltage that goes with that (plan 3(3)1).

    Args:
        now: where the city's time is known already.

    Raises:
        Invalid: what is not filled in, or refused, all at one time.
    """
    case = _bare(draft)
    columns = read(Declaration, answered(draft, now))
    wanted = columns.pop("kind")
    for column, value in columns.items():
        setattr(case, column, value)
    decision = case.kind_under(case.in_force(current(), now or city_now()))
    if wanted and wanted != decision.kind:
        raise Invalid([FieldError("/kind", OTHER_KIND % {"kind": decision.kind}, decision.clause)])
    case.kind, case.voltage = decision.kind, decision.voltage
    return case.workflow()


def as_case(draft: Draft, now: datetime | None = None) -> Application:
    """As `finished`, but of no kind as long as something is to be filled in or mended."""
    if draft.discarded_at is not None:
        return _bare(draft).workflow()
    try:
        return finished(draft, now)
    except Invalid as problem:
        case = _bare(draft)
        address = body_of(draft)["address"]
        case.refusals = [*problem.errors, *_misplaced(address, problem.errors)]
        case.address_line = str(address.get("line") or "")
        return case.workflow()


def _misplaced(address: Mapping[str, Any], known: Iterable[FieldError]) -> Iterable[FieldError]:
    """What does not go together of an address, beside what is refused of it; a declaration tells it
    only when nothing else is to be mended."""
    if {"/address/district", "/address/statutory_district"} & {error.pointer for error in known}:
        return ()
    try:
        city().check_place(
            district=address.get("district") or "", statutory=address.get("statutory_district")
        )
    except Invalid as problem:
        return problem.errors
    return ()


def as_cases(drafts: Iterable[Draft]) -> list[Application]:
    """Each as `as_case` has it, at one time."""
    found = list(drafts)
    now = city_now() if found else None
    return [as_case(draft, now) for draft in found]


def begun(**which: Any) -> Application | None:
    draft = Draft.objects.filter(**which).first()
    return as_case(draft) if draft else None


def numbered(number: str) -> Application | None:
    return begun(number=plain(number))


def case_or_draft(
    case: Callable[[], Application | None], draft: Callable[[], Application | None]
) -> Application | None:
    """A case, or what is begun; filed between the two looks, it is looked for once more."""
    return case() or draft() or case()


def _bare(draft: Draft) -> Application:
    over = draft.discarded_at is not None
    case = Application(
        id=draft.pk,
        number=draft.number,
        ref=draft.ref,
        state=State.WITHDRAWN if over else State.DRAFT,
        holder="" if over else Holder.APPLICANT,
        held_since=draft.created_at,
        filed_by_id=draft.filed_by_id,
        office_id=draft.office_id,
        channel=draft.channel,
        customer_party=draft.office_id is None,
        created_at=draft.created_at,
        version=draft.version,
    )
    case.draft = draft
    return case


def merged(before: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said before, and over it what is said now; groups are merged, not replaced."""
    found = dict(before)
    for name, value in said.items():
        group = found.get(name)
        if isinstance(value, Mapping) and isinstance(group, Mapping):
            found[name] = merged(group, value)
        else:
            found[name] = value
    return found
