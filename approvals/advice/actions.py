"""The verbs of an advice, run under the lock of its case. No clock and no holder moves."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM
from accounts.models import User
from approvals.actions import company
from approvals.advice.line import Line, declared
from approvals.advice.models import ADVICE as FILES
from approvals.advice.models import Advice
from approvals.advice.workflow import ASKING, BUREAU, AdviceState
from approvals.notices import deciding
from approvals.offices import office_of
from approvals.packages.actions import prepared
from approvals.wording import permit_name
from core.problems import Faster, FieldError, Invalid, WrongState
from documents.actions import store_copy
from documents.queries import digest_of
from ledger.queries import last_step
from notifications.texts import both, register_link
from rules.advice import advised_permits
from rules.policy import Policy
from workflow.run import Step, Workflow

AdviceStep = Step[Advice]
#: What messages are about: the bureau's page, and that of the package.
AT_DESK, AT_WORK = "advice_at_desk", "advice_at_work"
NO_ROUTE: Final = _(
    "There is no route to look at yet. Prepare it first, as coordinates or as a drawing."
)


def ask(step: AdviceStep) -> None:
    """Ask about the draft as it is now: the copy of it is what the answer is about.

    Raises:
        Invalid: of this permit no advice is given. WrongState: it is asked already, or there is
        nothing to look at.
    """
    advice, question = step.thing, step.values["question"]
    advice.permit = chosen(step.values["permit"], advice.rules())
    if waiting := open_request(advice):
        raise already(step, waiting)
    line = drafted(advice)
    if not line.shows_a_route:
        raise WrongState(NO_ROUTE)
    line.ask_about()
    bureau, level = advice.office()
    step.values = {"question": question, "bureau": bureau, "level": level}
    files = [digest_of(file) for file in line.files]
    step.record(data={"question": question, "line": advice.sha256, "documents": files})
    by = User.objects.get(pk=step.actor.user_id or 0)
    for file in line.files:
        store_copy(file, subject_kind=FILES, subject_id=advice.pk, by=by)


def chosen(permit: str, policy: Policy) -> str:
    """The permit that is asked about; where none is said, the first of which advice is given."""
    advised = advised_permits(policy)
    if not advised or (permit and permit not in advised):
        reason = _("About this permit no advice is given before the application.")
        raise Invalid([FieldError("/permit", reason)])
    return permit or advised[0]


def drafted(advice: Advice) -> Line:
    """The line as it is prepared now."""
    draft = prepared(advice.case_ref, advice.district)
    return Line(draft, declared(draft), advice)


def open_request(advice: Advice) -> Advice | None:
    """The one that waits already, about the same permit."""
    waiting = Advice.objects.filter(case_ref=advice.case_ref, state=AdviceState.ASKED)
    return waiting.filter(permit=advice.permit).first()


def already(step: AdviceStep, waiting: Advice) -> WrongState:
    """It is asked for already; by whom, where it was somebody else."""
    text = _("Advice is asked for already, and the bureau has not answered yet.")
    last = last_step(waiting.case_ref, waiting.ref)
    if last is None or last.actor_id in (None, step.actor.user_id):
        return WrongState(text)
    return Faster(text, winner={"role": last.role, "at": last.at.isoformat()})


def lapse(case_ref: UUID) -> None:
    """End what is asked about a line that is no draft any more; its case is held."""
    for advice in Advice.objects.filter(case_ref=case_ref, state=AdviceState.ASKED):
        ADVICE.move(advice, "lapse", SYSTEM)


class AdviceWorkflow(Workflow[Advice]):
    """A part of its case's record."""

    model = Advice
    verbs = {"ask": ask}
    overtaken = _(
        "Somebody has dealt with this request for advice before you: it is now “%(state)s”."
    )
    subject = AT_WORK
    circles = {BUREAU: deciding, ASKING: company}

    def ref(self, thing: Advice) -> tuple[UUID, UUID | None]:
        return thing.case_ref, thing.ref

    def read_anew(self, thing: Advice) -> Advice:
        """One that is asked for just now is not there yet."""
        return thing if thing._state.adding else super().read_anew(thing)  # noqa: SLF001 (Django's documented API)

    def identity(self, thing: Advice) -> dict[str, Any]:
        return {"number": thing.application, "permit": thing.permit, "bureau": thing.bureau}

    def context(self, thing: Advice) -> dict[str, Any]:
        return {
            "number": thing.application,
            "what": both(partial(permit_name, thing.permit)),
            "bureau": both(partial(office_of, thing)),
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (AT_DESK if circle == BUREAU else AT_WORK), {}


ADVICE: Final = AdviceWorkflow()


def wire() -> None:
    """Say where messages about an advice lead."""
    register_link(AT_DESK, lambda pk, _context: reverse("bureau:advice", args=[pk]))
    register_link(AT_WORK, lambda _pk, context: reverse("work:package", args=[context["number"]]))
