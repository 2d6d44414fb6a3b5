"""The verbs of opinions, run under the lock of their case; sending the link; forgetting phones."""

from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import limits
from accounts.models import User
from accounts.parties import Party
from accounts.visits import LINK_LASTS
from approvals.notices import deciding
from approvals.offices import office_of
from approvals.opinions.models import Opinion
from approvals.queries import permits
from approvals.wording import permit_name
from approvals.workflow import DECIDING
from core.clock import CityNow, city_now, end_of, local_date
from core.fields import blind_index, link_token, text_digest, token_digest
from core.links import public_address
from core.problems import Busy, QuotaReached
from core.templatetags.city import day
from documents.models import Document
from documents.queries import digest_of
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from notifications.texts import both, register_link
from rules.delivery import Channel
from rules.limits import Meter, Quota
from rules.limits import limits as rules_of_limits
from workflow.run import Step, Workflow

OpinionStep = Step[Opinion]
#: What messages about an opinion are about: the page of its permit.
SUBJECT: Final = "opinion"
NO_SMS: Final = gettext_lazy(
    "No SMS is sent at the moment, and without its code nobody could open the question."
)


def token_of(ref: object) -> str:
    """What the link to an opinion holds."""
    return link_token(ref, "opinion link")


def person_digest(name: str, phone: str) -> str:
    """What the record commits to of whoever was asked: keyed, for there are few enough phones to
    try them all."""
    return blind_index(f"{name}\0{phone}", "opinion").hex()


def ask(step: OpinionStep) -> None:
    """Ask somebody outside, and send the link.

    Raises:
        Busy: no SMS is carried.
        QuotaReached, TooMany: as many were asked about this permit, or at this phone, as may be.
    """
    opinion, said = step.thing, dict(step.values)
    if not is_open(Channel.SMS):
        raise Busy(NO_SMS)
    most = rules_of_limits().quotas[Quota.OPINIONS]
    if Opinion.objects.filter(permit=opinion.permit).count() >= most:
        reason = _("As many opinions were asked for about this permit as may be: %(count)d.")
        raise QuotaReached(reason % {"count": most})
    limits.spend(Meter.OPINION_PHONE, said["phone"])
    until = local_date(city_now()) + timedelta(days=said.pop("days"))
    opinion.party, opinion.link = Party.objects.create(), token_digest(token_of(opinion.ref))
    step.values = said | {"expires_at": end_of(until)}
    shown = Document.objects.filter(ref__in=said["files"]).order_by("id")
    step.record(
        data={
            "asked": person_digest(said["name"], said["phone"]),
            "question": text_digest(said["question"]),
            "parts": said["parts"],
            "documents": [digest_of(document) for document in shown],
            "until": until.isoformat(),
        }
    )
    send_link(opinion, "opinion.link_sent")


def remind(step: OpinionStep) -> None:
    """Send the link once more. Raises TooMany, Busy: see `ask`."""
    limits.spend(Meter.OPINION_PHONE, step.thing.phone)
    step.record()
    send_link(step.thing, "opinion.link_sent_again")


def answer(step: OpinionStep) -> None:
    """Keep what somebody outside thinks; nothing of the permit moves."""
    said = step.values
    words = said["words"] and text_digest(said["words"])
    step.record(data={"position": said["position"], "words": words})


def send_link(opinion: Opinion, kind: str) -> None:
    """Raises Busy: nobody carries SMS."""
    link = public_address(reverse("opinion:follow", args=[token_of(opinion.ref)]))
    send_code(
        Address(Channel.SMS, opinion.phone),
        kind=kind,
        secret={"link": link},
        context={
            "bureau": both(partial(office_of, opinion.permit)),
            "until": both(partial(day, opinion.answer_by)),
        },
        lasts=LINK_LASTS,
        language=User.Language.ZH,
    )


class OpinionWorkflow(Workflow[Opinion]):
    """A part of its case's record; it moves neither the permit nor any clock or holder."""

    model = Opinion
    verbs = {"ask": ask, "remind": remind, "answer": answer}
    overtaken = gettext_lazy(
        "Somebody has dealt with this question before you: it is now “%(state)s”."
    )
    subject = SUBJECT
    circles = {DECIDING: lambda opinion: deciding(opinion.permit)}

    def ref(self, thing: Opinion) -> tuple[UUID, UUID | None]:
        return thing.permit.case_ref, thing.ref

    def read_anew(self, thing: Opinion) -> Opinion:
        """With its permit; of one that is not there yet, the permit alone."""
        now = thing if thing._state.adding else super().read_anew(thing)  # noqa: SLF001 (Django's documented API)
        now.permit = permits().get(pk=now.permit_id)
        return now

    def district(self, thing: Opinion) -> str:
        return thing.permit.district

    def identity(self, thing: Opinion) -> dict[str, Any]:
        permit = thing.permit
        number = permit.line_works.application
        return {"number": number, "permit": permit.permit, "bureau": permit.bureau}

    def context(self, thing: Opinion) -> dict[str, Any]:
        return {
            "number": thing.permit.line_works.application,
            "what": both(partial(permit_name, thing.permit.permit)),
            "permit_id": thing.permit_id,
        }


OPINIONS: Final = OpinionWorkflow()


def forget_phones() -> int:
    """Empty the phones of those who let their time pass, and return how many; whoever has answered
    gave it up then."""
    over = Opinion.objects.filter(expires_at__lt=CityNow()).exclude(phone="")
    return over.update(phone="")


def wire() -> None:
    """Say where messages about an opinion lead."""
    register_link(
        SUBJECT, lambda _pk, context: reverse("bureau:permit", args=[context["permit_id"]])
    )
