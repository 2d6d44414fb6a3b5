"""The verbs of a case, all run under its lock by `workflow.run`; filing is in `filing.py`."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import offers
from accounts.actor import SYSTEM
from accounts.mandates import Offer
from accounts.models import User
from accounts.queries import told_for
from accounts.roles import SUPPLIERS, Role
from applications import checklist, filing, notices
from applications.appointments import actions as appointments
from applications.assignments import actions as assignments
from applications.assignments.queries import with_assigned
from applications.begun import begun, case_or_draft
from applications.checklist import SUBJECT
from applications.contracts.signature import enter_signature, sign
from applications.correction import correct_phone
from applications.follow_ups import actions as follow_ups
from applications.models import Application, Draft, ExternalWorks, act_named, machine_of
from applications.queries import applicants, may_see, own
from applications.serializers import ACCEPTANCE
from applications.states import HIGH, NOBODY, Holder, State, holder_in
from applications.who import as_applicant, as_signatory, left_to, represented
from approvals import rounds
from approvals.models import Permit
from approvals.seam import Face
from approvals.workflow import GOVERNMENT, LIVE_ROUTES
from core.clock import CityNow, city_now
from core.problems import Missing, Text, WrongState
from core.statements import Given, Read
from core.street import street_of
from core.templatetags.city import masked_name
from deadlines import actions as clocks
from deadlines.models import Clock
from documents.actions import discard
from documents.queries import about, digest_of, on_file
from ledger.record import NewEntry
from rules.registry import current
from workflow.machine import Act, state_words
from workflow.run import Step, Workflow, record_together

HANDLING = [Clock.Kind.HANDLING]
CaseStep = Step[Application]


def hand_in(step: CaseStep) -> None:
    """Hand in the documents of a stage, or what was asked for; the entry commits to all digests.

    Raises:
        Invalid: documents that are missing.
    """
    case = step.thing
    checklist.demand(case, case.rules(city_now()), step.act.name)
    step.record(data={**step.values, "documents": on_file(SUBJECT, case.pk)})


def review(step: CaseStep) -> None:
    """Record a review or inspection: what is not there cannot have been passed (plan 3(2)2).

    Raises:
        Invalid: passed without the documents of its stage.
    """
    if step.values["passed"]:
        checklist.demand(step.thing, step.thing.rules(city_now()), step.act.name)
    step.record()


def rate(step: CaseStep) -> None:
    """Record how the customer found the acceptance, or all of it once the power is on; a low rating
    opens its follow-up.

    Raises:
        WrongState: the end is rated before there is one, or the acceptance a second time.
    """
    case = step.thing
    if step.values["stage"] == ACCEPTANCE:
        if case.acceptance_rating is not None:
            raise WrongState(_("The acceptance was rated already."))
        step.act = replace(step.act, event="case.acceptance_rated")
    elif case.state != State.ENERGISED:
        raise WrongState(
            _("All of it is rated once the power is on; until then the acceptance can be rated.")
        )
    said = {"level": step.values["level"], "comment": step.values["comment"]}
    opened = follow_ups.obliged(case, step.values["stage"], said["level"], at=city_now())
    step.record(data=said | ({"follow_up": opened.ref} if opened else {}))
    if opened:
        follow_ups.enter(opened, step)


def go_online(step: CaseStep) -> None:
    """Hand a case of a counter to the party of the customer who has shown its phone."""
    step.values = {"party": step.actor.party_id}
    step.record(data={"channel": Application.Channel.ONLINE.value})


def hand_over(step: CaseStep) -> None:
    """Give a case, or what is begun, to the party of who takes the offer of it.

    Raises:
        WrongState: the offer is answered, withdrawn or too old, or of who has the case no more.
    """
    case, former = step.thing, told_for(step.thing.filed_by_id, step.thing.ref)
    offer, party = offers.held(step.values["offer"]), int(step.actor.party_id or 0)
    if (offer.right, offer.case_ref, offer.party_id) != (
        Offer.HAND_OVER, case.ref, case.filed_by_id,
    ):  # fmt: skip
        raise WrongState(_("Whoever offered this case does not have it any more."))
    if party == case.filed_by_id:
        raise WrongState(_("You have this case already."))
    offers.answer(offer, Offer.Outcome.ACCEPTED)
    step.values = {"party": party}
    if case.draft:
        case.draft.filed_by_id, case.draft.version = party, case.version + 1
        case.draft.save(update_fields=["filed_by", "version"])
        case.filed_by_id, case.version = party, case.draft.version
    else:
        step.record(data={})
    notices.tell_of_hand_over(case, set(former) - {party})


def withdraw(step: CaseStep) -> None:
    """End the case and its open permits at one instant; what was only begun is thrown away."""
    if step.thing.draft:
        throw_away(step.thing, step.thing.draft)
        return
    case_ref = step.thing.ref
    at = record_together(step, *rounds.endings(case_ref, step.actor))
    rounds.withdrawn(case_ref, at)


def throw_away(case: Application, draft: Draft) -> None:
    """What was typed and its documents go; it is in no record."""
    discard(SUBJECT, draft.pk)
    draft.typed, draft.discarded_at, draft.changed_at = "", CityNow(), CityNow()
    draft.version += 1
    draft.save(update_fields=["typed", "discarded_at", "changed_at", "version"])
    case.withdraw(reason="")  # type: ignore[attr-defined]
    case.holder, case.version = "", draft.version


def enter_line_works(step: CaseStep) -> None:
    """Open the next round of permits, all received at one instant: all entries are one statement.

    A round in which nothing is left to decide has joined already."""
    case, works = step.thing, step.values["works"]
    book = current()
    policy = case.in_force(book, city_now())
    live = any(decision.route in LIVE_ROUTES for decision in policy.route(works))
    step.values = {"live": live}

    def entry(holder: str) -> NewEntry:
        case.bureau_has_it = holder == GOVERNMENT
        return step.prepare(data={"works": works.as_json()})

    common: dict[str, Any] = {
        "case_ref": case.ref,
        "works": works,
        "by": step.actor,
        "rules": policy,
        "case_entry": entry,
    }
    if step.act.name == "change_line_works":
        round_ = rounds.open_change(**common)
    else:
        round_ = rounds.open_round(
            application=case.number,
            district=case.district,
            statutory_district=case.statutory_district,
            voltage=case.voltage,
            **common,
        )
        ExternalWorks.objects.create(application=case, line_works=round_.line_works)
    case.check_same_rules(book, policy, round_.opened_at)
    step.finish(round_.opened_at)
    if live and not round_.live:
        CASES.move(case, "join", SYSTEM, refused=False)


class CaseWorkflow(Workflow[Application]):
    model = Application
    overtaken = gettext_lazy("The case is in the state “%(state)s”.")
    not_mine = gettext_lazy("Cases of this kind do not have this step.")
    subject = SUBJECT
    circles = {"applicant": applicants}
    verbs = {
        "submit": filing.submit,
        **dict.fromkeys(
            ("supply_supplement", "submit_design", "request_inspection", "report_completion"),
            hand_in,
        ),
        **dict.fromkeys(("review_design", "inspect", "inspect_completion"), review),
        "post_line_works": enter_line_works,
        "change_line_works": enter_line_works,
        "sign_contract": sign,
        "enter_signature": enter_signature,
        "rate": rate,
        "go_online": go_online,
        "correct_phone": correct_phone,
        "hand_over": hand_over,
        "assign": assignments.assign,
        "withdraw": withdraw,
    }

    def ref(self, thing: Application) -> tuple[UUID, UUID | None]:
        return thing.ref, None

    def machine(self, thing: Application) -> type[Application]:
        return machine_of(thing.kind)

    def read_anew(self, thing: Application) -> Application:
        found = case_or_draft(lambda: self.row.first(thing.pk), lambda: begun(pk=thing.pk))
        if found is None:
            raise Missing
        return found.workflow()

    def may_see(self, thing: Application, user: User) -> bool:
        return may_see(thing, user)

    def foreign(self, thing: Application, name: str) -> Act:
        return act_named(name)

    def not_now(self, thing: Application, said: Act) -> str:
        return _("The case is in the state “%(state)s”.") % {"state": state_words(thing)}

    def identity(self, thing: Application) -> dict[str, Any]:
        return {"number": thing.number}

    def context(self, thing: Application) -> dict[str, Any]:
        return {"number": thing.number, "state": thing.state, "variant": thing.voltage}

    def on_behalf(self, step: CaseStep) -> dict[str, Any]:
        """Name who is represented, and by what paper.

        Raises:
            Invalid: the customer of a counter has not signed what the act needs.
        """
        if step.act.who not in (as_applicant, as_signatory):
            return {}
        represents = represented(step.thing, step.actor.party_id)
        return represents | signed(step.thing, step.act.name)

    def fields(self, step: CaseStep) -> dict[str, Any]:
        """Give the case to its next holder, and return what the entry says of it."""
        case = step.thing
        before = case.holder
        if case.state != step.from_state:
            case.signed_papers = []
        case.holder = next_holder(case)
        if case.holder != before:
            step.stamps.append("held_since" if case.holder else "ended_at")
        return {
            "holder": case.holder or NOBODY,
            "clock": clock_words(before, case.holder),
            "lineage": case.lineage,
        }

    def follow(self, step: CaseStep) -> None:
        keep_clocks(step.thing, step.before["holder"], step.at)
        appointments.lapse_behind(step)
        if step.thing.ended_at == step.at:
            assignments.end(step.thing, step.at)


CASES = CaseWorkflow()


def signed(case: Application, act: str) -> dict[str, Any]:
    """What an entry commits to of the paper that its act needs; see `CaseWorkflow.on_behalf`."""
    need = case.signed_for().get(act)
    if need is None:
        return {}
    checklist.demand(case, case.rules(city_now()), act)
    paper = about(SUBJECT, case.pk).filter(requirement=need.code).reverse()[0]
    return {"documents": [digest_of(paper)]}


def next_holder(case: Application) -> str:
    return holder_in(
        case.kind,
        case.state,
        bureau_has_it=case.bureau_has_it,
        signed=bool(case.signed_papers),
    )


def clock_words(before: str, after: str) -> str:
    """Return what a change of holder does to the handling clock, in the record's words."""
    if before == after:
        return ""
    if not after:
        return "all stopped"
    if Holder.SUPPLIER in (before, after):
        return "handling paused" if before == Holder.SUPPLIER else "handling resumed"
    return ""


def keep_clocks(case: Application, before: str, at: datetime) -> None:
    """Let the clocks follow: handling time runs exactly while the supply company has the case."""
    if before == case.holder:
        return
    if not case.holder:
        clocks.stop_all(case_ref=case.ref, at=at)
    elif before == Holder.SUPPLIER:
        clocks.pause(case_ref=case.ref, kinds=HANDLING, at=at)
    elif case.holder == Holder.SUPPLIER:
        clocks.resume(case_ref=case.ref, kinds=HANDLING, at=at)


_by_ref = Read(lambda: Application.objects.filter(ref=Given()))
#: By which a case is known as somebody's own.
KNOWN_BY = ("ref", "channel", "filed_by", "phone_digest")
_whose = Read(lambda: _by_ref.rows().only(*KNOWN_BY))


class CasesOfPermits:
    """What permits ask of their case (`approvals.seam`); each runs under the case's lock."""

    def own(self, user: User) -> QuerySet[Any, Any]:
        return Application.objects.filter(own(user)).values("ref")

    def concerns(self, case_ref: UUID, user: User) -> bool:
        [case] = _whose(case_ref)
        return case.concerns(user)

    def applicants(self, case_ref: UUID) -> list[int]:
        [case] = _by_ref(case_ref)
        return applicants(case)

    def concerned(self, case_refs: Collection[UUID], user: User) -> Collection[UUID]:
        found = Application.objects.filter(ref__in=case_refs).only(*KNOWN_BY)
        return {case.ref for case in found if case.concerns(user)}

    def left(self, case_refs: Collection[UUID], user: User) -> Mapping[UUID, Text]:
        if user.role_in(*SUPPLIERS) is None:
            return {}
        found = Application.objects.filter(ref__in=case_refs).only(*KNOWN_BY, "kind", "district")
        cases = with_assigned(case for case in found if case.kind in HIGH)
        bar = left_to(Role.PROJECT)
        return {case.ref: reason for case in cases if (reason := bar(case, user))}

    def faces(self, case_refs: Collection[UUID]) -> Mapping[UUID, Face]:
        cases = Application.objects.filter(ref__in=case_refs)
        found = cases.only("ref", "address_line", "applicant_name")
        return {
            case.ref: Face(street_of(case.address_line), masked_name(case.applicant_name))
            for case in found
        }

    def follow(self, case_ref: UUID, at: datetime, *, bureau_has_it: bool) -> None:
        [case] = _by_ref(case_ref)
        before = case.holder
        case.holder = holder_in(case.kind, case.state, bureau_has_it=bureau_has_it)
        if case.holder == before:
            return
        case.held_since, case.version = at, case.version + 1
        case.save(update_fields=["holder", "held_since", "version"])
        keep_clocks(case, before, at)

    def join(self, case_ref: UUID, *, refused: bool) -> None:
        [case] = _by_ref(case_ref)
        CASES.move(case.workflow(), "join", SYSTEM, refused=refused)

    def time_excluded(self, permit: Permit, said: Mapping[str, Any]) -> None:
        case = Application.objects.get(ref=permit.case_ref)
        notices.tell_of_excluded_time(permit, case, said)
