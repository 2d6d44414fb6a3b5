"""The verbs of a case, all run under its lock by `workflow.run`; filing is in `filing.py`."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import offers
from accounts.actor import SYSTEM
from accounts.mandates import Offer
from accounts.models import User
from accounts.queries import told_for
from applications import checklist, filing, notices, steps
from applications.advice.lapsing import lapse_advice_behind
from applications.appointments import actions as appointments
from applications.assignments import actions as assignments
from applications.begun import begun, case_or_draft
from applications.checklist import SUBJECT
from applications.contracts.signature import enter_signature, sign
from applications.correction import correct_phone
from applications.corrections import actions as corrections
from applications.counter import actions as counter
from applications.counter.confirming import decision_of
from applications.follow_ups import actions as follow_ups
from applications.inspections.actions import energise, review
from applications.line_works import routed
from applications.materials import actions as materials
from applications.models import Application, Draft, ExternalWorks, act_named, machine_of
from applications.plans import actions as plans
from applications.queries import applicants, may_see
from applications.rentals import actions as rentals
from applications.serializers import ACCEPTANCE
from applications.signals import broken_off
from applications.states import BROKEN_OFF, NOBODY, Holder, State, holder_in
from applications.supply import actions as supply
from applications.waiting.reminding import remind
from applications.who import as_applicant, as_signatory, represented
from approvals import rounds
from approvals.packages import actions as packages
from approvals.workflow import GOVERNMENT, LIVE_ROUTES
from core.clock import CityNow, city_now
from core.problems import Missing, WrongState
from deadlines import actions as clocks
from deadlines.models import Clock
from documents.actions import discard
from documents.queries import about, digest_of, on_file
from documents.scanning import scan_now
from ledger.record import NewEntry
from rules.registry import current
from workflow.machine import Act, arrows, state_words
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
    step.record(data={"channel": Application.Channel.ONLINE.value, "office": None})


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

    A round in which nothing is left to decide has joined already. The package that is named goes
    with it."""
    case, works, sha256 = step.thing, step.values["works"], step.values["package"]
    book = current()
    policy = case.in_force(book, city_now())
    live = [each for each in policy.route(works) if each.route in LIVE_ROUTES]
    package = packages.named(case.ref, sha256, policy, live) if sha256 else None
    if package and step.act.name == "change_line_works":
        packages.hold_on(package, works, routed(works, case).kept)
    step.values = {"live": bool(live)}

    def entry(holder: str) -> NewEntry:
        case.bureau_has_it = holder == GOVERNMENT
        with_it = packages.committed(package) if package else {}
        return step.prepare(data={"works": works.as_json()} | with_it)

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
    if package:
        packages.fix(package, round_)
    case.check_same_rules(book, policy, round_.opened_at)
    step.finish(round_.opened_at)
    if live and not round_.live:
        CASES.move(case, "join", SYSTEM, refused=False)


class CaseWorkflow(Workflow[Application]):
    model = Application
    overtaken = gettext_lazy("The case is in the state “%(state)s”.")
    not_mine = gettext_lazy("Cases of this kind do not have this step.")
    subject = SUBJECT
    circles = {"applicant": applicants, "desk": notices.desk_of}
    verbs = {
        "submit": filing.submit,
        **dict.fromkeys(
            ("supply_supplement", "submit_design", "request_inspection", "report_completion"),
            hand_in,
        ),
        **dict.fromkeys(("review_design", "inspect", "inspect_completion"), review),
        "post_line_works": enter_line_works,
        "change_line_works": enter_line_works,
        "accept": supply.accept,
        "reserve_supply": supply.reserve_supply,
        "reply_plan": plans.reply,
        "renew_plan": plans.reply,
        "confirm_plan": plans.answer,
        "propose_prolongation": plans.propose_prolongation,
        "answer_prolongation": plans.answer_prolongation,
        "finish_line": plans.finish,
        "sign_contract": sign,
        "energise": energise,
        "enter_signature": enter_signature,
        "rate": rate,
        "go_online": go_online,
        "confirm_decision": counter.confirm,
        "go_to_counter": counter.go_to_counter,
        "correct_phone": correct_phone,
        "correct_identity": corrections.propose,
        "decide_correction": corrections.decide,
        "take_back_correction": corrections.take_back,
        "hand_over": hand_over,
        "assign": assignments.assign,
        "remind": remind,
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

    def make_ready(self, thing: Application, name: str) -> None:
        """Nobody waits for the next round of the scanner with what was handed in just now."""
        if name in checklist.RESTING:
            scan_now(SUBJECT, thing.pk)

    def on_behalf(self, step: CaseStep) -> dict[str, Any]:
        """Name who is represented, and by what paper or code.

        Raises:
            Invalid: the customer of a counter has neither signed nor confirmed what the act needs.
        """
        if step.act.who not in (as_applicant, as_signatory):
            return {}
        represents = represented(step.thing, step.actor.party_id)
        return represents | decided(step)

    def fields(self, step: CaseStep) -> dict[str, Any]:
        """Give the case to its next holder, and return what the entry says of it."""
        case = step.thing
        before = case.holder
        if case.state != step.from_state:
            case.signed_papers, case.confirmed = [], {}
        elif need := case.signed_for().get(step.act.name):
            # What was signed for a step is spent with it.
            case.signed_papers = [code for code in case.signed_papers if code != need.code]
            case.confirmed = {act: of for act, of in case.confirmed.items() if act != step.act.name}
        case.holder = next_holder(case)
        if case.holder != before:
            step.stamps.append("held_since" if case.holder else "ended_at")
        # What has ended is corrected no more.
        case.correcting = case.correcting and case.holder != ""
        return {
            "holder": case.holder or NOBODY,
            "clock": clock_words(before, case.holder),
            "lineage": case.lineage,
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (notices.AT_WORK if circle == "desk" else self.subject), {}

    def follow(self, step: CaseStep) -> None:
        keep_clocks(step.thing, step.before["holder"], step.at)
        appointments.lapse_behind(step)
        lapse_advice_behind(step)
        materials.cancel_behind(step)
        supply.follow(step)
        rentals.lapse_behind(step)
        if step.thing.state in BROKEN_OFF and step.thing.state != step.from_state:
            broken_off.send(sender=None, case=step.thing)
        if step.thing.ended_at == step.at:
            assignments.end(step.thing, step.at)
            packages.discard(step.thing.ref)
        if step.before["correcting"] and not step.thing.holder:
            corrections.end_with(step.thing, step.at)


CASES = CaseWorkflow()


def decided(step: CaseStep) -> dict[str, Any]:
    """What an entry commits to of how the customer of a counter decided its act, by a code or by
    the paper that it needs; see `CaseWorkflow.on_behalf`."""
    case, act = step.thing, step.act.name
    need = case.signed_for().get(act)
    if need is None:
        return {}
    if act in case.confirmed and case.confirmed[act] == decision_of(case, act, step.said):
        return {"by": "code", "decision": case.confirmed[act]}
    checklist.demand(case, case.rules(city_now()), act)
    paper = about(SUBJECT, case.pk).filter(requirement=need.code).reverse()[0]
    return {"by": "paper", "documents": [digest_of(paper)]}


def next_holder(case: Application) -> str:
    return holder_in(
        case.kind,
        case.state,
        bureau_has_it=case.bureau_has_it,
        signed=signed_on(case),
        building=case.open_lines > 0,
    )


def signed_on(case: Application) -> bool:
    """Whether the customer of a counter has signed or confirmed a step that takes the case on or
    ends it; a correction leaves it where it is."""
    if not (case.signed_papers or case.confirmed):
        return False
    moving = {arrow.action for arrow in arrows(CASES.machine(case)) if arrow.source != arrow.target}
    return any(
        need.code in case.signed_papers or act in case.confirmed
        for act, need in case.signed_for().items()
        if act in moving
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
    """Let the clocks follow: handling time runs exactly while the supply company has the case, and
    that of a step where it has a limit."""
    if not case.holder:
        if before:
            clocks.stop_all(case_ref=case.ref, at=at)
        return
    steps.keep_clock(case, at)
    if before == case.holder:
        return
    if before == Holder.SUPPLIER:
        clocks.pause(case_ref=case.ref, kinds=HANDLING, at=at)
    elif case.holder == Holder.SUPPLIER:
        clocks.resume(case_ref=case.ref, kinds=HANDLING, at=at)
