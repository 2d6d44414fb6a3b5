"""The moment a draft becomes a case: rules fixed, documents complete, clocks started."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from applications import checklist
from applications.assignments import actions as assignments
from applications.begun import body_of
from applications.declaration import pair_of
from applications.models import Application
from applications.states import ENDED, State
from core.clock import city_now
from core.fields import blind_index
from core.locks import lock_pair
from core.problems import Invalid, Text, WrongState
from deadlines import actions as clocks
from deadlines.models import Clock
from deadlines.queries import used_days
from documents.queries import on_file
from ledger.record import text_of
from rules.names import Measure
from rules.policy import Policy
from rules.registry import current
from workflow.run import Step


def submit(step: Step[Application]) -> None:
    """File a held draft: the kind, limits and documents of this instant stay with the case.

    Raises:
        Invalid: what is not filled in or refused, documents of the checklist that are missing.
        WrongState: the same person has an open case at the same address.
    """
    case, book = step.thing, current()
    if case.refusals:
        raise Invalid(list(case.refusals))
    policy = case.in_force(book, city_now())
    here = on_file(checklist.SUBJECT, case.pk)
    decision = case.kind_under(policy)
    case.kind, case.voltage = decision.kind, decision.voltage
    step.thing = case = case.workflow()
    checklist.demand(case, policy, step.act.name)
    before = filing_before(case)
    if before:
        # Filing again never starts again (plan 3(1)1): the lineage and its clocks go on.
        case.continues, case.lineage = before, before.lineage
        case.first_filed_at = before.first_filed_at
    case.rules_version = book.version
    step.stamps += ["filed_at"] if before else ["filed_at", "first_filed_at"]
    data = {"rules": book.version, "documents": here, **declared(case)}
    if remarks := case.remarks():
        data["remarks"] = [remark.value for remark in remarks]
    at = step.record(data=data)
    case.check_same_rules(book, policy, at)
    start_clocks(case, policy, before, at)
    assignments.begin(case, at)
    if case.draft:
        case.draft.delete()
        case.draft = None


#: What the entry says in the clear of the declaration, and what it commits to of it at all.
IN_THE_CLEAR = (
    "kind", "district", "statutory_district", "town", "applicant_type", "enterprise_size",
    "capacity_kw", "voltage", "sources", "purpose", "channel",
)  # fmt: skip
PERSONAL = ("address_line", "applicant_name", "id_number", "phone")


def declared(case: Application) -> dict[str, Any]:
    """What the entry of `submit` says of the declaration; what is personal only by a keyed digest,
    made for this case alone, over all of it."""
    found = {name: getattr(case, name) for name in IN_THE_CLEAR}
    return found | {"declaration": declaration_digest(case)}


def declaration_digest(case: Application) -> str:
    names = (*IN_THE_CLEAR, *PERSONAL)
    values = {name: getattr(case, name) for name in names}
    values["capacity_kw"] = f"{case.capacity_kw:.2f}"
    return blind_index(text_of(values), f"declaration {case.ref}").hex()


def filing_before(case: Application) -> Application | None:
    """Return the withdrawn case that this one files again, by the same person and address.

    Raises:
        WrongState: that case is still open.
    """
    lock_pair(case.id_digest, case.address_digest)
    last = last_filed(bytes(case.id_digest), bytes(case.address_digest))
    if last is None or last.state == State.ENERGISED:
        return None
    if last.state != State.WITHDRAWN:
        raise WrongState(already_open_words(case, last))
    return last


def last_filed(id_digest: bytes, address_digest: bytes) -> Application | None:
    """Return the open case of a person at an address, else the one that ended last."""
    pair = Application.objects.filter(
        id_digest=id_digest, address_digest=address_digest, filed_at__isnull=False
    )
    return pair.order_by(F("ended_at").desc(nulls_first=True), "-id").first()


def already_open(case: Application) -> Application | None:
    """Return the open case that a draft cannot be filed beside, as soon as person and address are
    said: before anything is uploaded."""
    pair = pair_of(body_of(case.draft)) if case.draft else None
    last = last_filed(*pair) if pair else None
    return last if last and last.state not in ENDED else None


def already_open_words(case: Application, last: Application) -> Text:
    if last.filed_by_id != case.filed_by_id:
        # The number would tell one account of another's case.
        return _("This applicant already has an open case at this address.")
    text = _("This applicant already has the open case %(number)s at this address.")
    return text % {"number": last.number}


def start_clocks(
    case: Application, policy: Policy, before: Application | None, at: datetime
) -> None:
    carried = used_days(before.ref, Clock.Kind.HANDLING, at) if before else 0
    clocks.start(clocks_of(case, policy, carried), at=at)


def clocks_of(case: Application, policy: Policy, carried: int) -> list[clocks.NewClock]:
    """The two clocks of a case: one of them has its limit, the other only measures."""
    limit = policy.limit(case.kind)
    common: dict[str, Any] = {
        "case_ref": case.ref,
        "district": case.district,
        "rules_version": case.rules_version,
    }
    return [
        clocks.NewClock(
            kind=Clock.Kind.WHOLE_PROCESS,
            limit=limit if limit.measure == Measure.WHOLE_PROCESS else None,
            started_at=case.first_filed_at,
            **common,
        ),
        clocks.NewClock(
            kind=Clock.Kind.HANDLING,
            limit=limit if limit.measure == Measure.HANDLING else None,
            carried_days=carried,
            **common,
        ),
    ]
