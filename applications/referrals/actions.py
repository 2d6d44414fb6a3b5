"""Taking in an application for another city and passing it on; the verbs about it, run under the
lock of its own record; reminding, and erasing what has been passed on for long enough."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.queries import holders
from accounts.roles import COUNTER
from applications.declaration import phone_digest
from applications.referrals import package
from applications.referrals.declaration import NewReferral
from applications.referrals.models import Referral, RegisteredOffice
from applications.referrals.package import PAPER, SIGNED_CONSENT, SUBJECT
from applications.referrals.workflow import ReferralState, counter, office
from core.bodies import read
from core.clock import city_now, end_of
from core.fields import token_digest
from core.identifiers import is_mobile
from core.locks import each_held
from core.problems import Busy, FieldError, Forbidden, Invalid
from documents import storage
from documents.actions import store_all
from documents.queries import register
from ledger.record import NewEntry, append
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from notifications.texts import register_link
from rules.delivery import Channel
from rules.registry import calendar, policy
from rules.values import Valued
from workflow.run import Step, Workflow

#: A message about a referral is given up after this long; the link itself stays good.
MESSAGE_LASTS: Final = timedelta(days=1)
#: Those of which the customer is told.
TOLD: Final = (ReferralState.ACKNOWLEDGED, ReferralState.DECLINED)
#: What the numbers of referrals begin with.
SERIES: Final = "ZGK"
NUMBER: Final = f"""
SELECT nextval(pg_get_serial_sequence('applications_referral', 'id')),
    '{SERIES}' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('applications_referral_number')::text, 6, '0')
"""


def remind_after(at: datetime) -> datetime:
    """When the office has had the working days of the rules to answer, without the day of `at`."""
    days = int(policy().value("referral.remind.days").number)
    return end_of(calendar().due(at, days).date)


# Sending


def send(
    body: Any,
    *,
    papers: Sequence["UploadedFile[Any]"],
    consent: "UploadedFile[Any] | None" = None,
    site: str,
    by: User,
) -> Referral:
    """Take in an application for another city, and send its office the way to it.

    Args:
        body: `NewReferral`.
        papers: what was scanned for it.
        consent: the customer's signed consent; None: by a code that the phone has just shown.
        site: scheme and host of the pages, for the link.

    Raises:
        Forbidden: the person is no clerk of a counter.
        Busy: no SMS is carried: the office could get no code.
        Malformed, Invalid: refused values or files, no paper, no consent.
    """
    place = next(iter(by.organisations(*COUNTER)), None)
    role = by.role_at(place, *COUNTER)
    if place is None or role is None:
        raise Forbidden(_("Only a clerk at a counter takes in applications for another city."))
    if not is_open(Channel.SMS):
        raise Busy(_("No SMS is sent at the moment, and without its code no office could open it."))
    said = read(NewReferral, body)
    whom = RegisteredOffice.objects.filter(pk=said.pop("office"), ended_at=None).first()
    if whom is None:
        raise Invalid([FieldError("/office", _("There is no such registered office."))])
    if not papers:
        raise Invalid([FieldError("/papers", _("Scan what the customer has brought."))])
    if consent is None and not package.has_consented(whom, said["phone"]):
        reason = _(
            "Without the customer's consent nothing is passed on: a signed paper, or a code."
        )
        raise Invalid([FieldError("/consent", reason)])
    with transaction.atomic():
        new = Referral(
            counter_id=place,
            office=whom,
            language=said.pop("language"),
            content=json.dumps(said, ensure_ascii=False),
            phone_digest=phone_digest(said["phone"]),
            site=site.rstrip("/"),
            consent=Referral.Consent.PAPER if consent else Referral.Consent.CODE,
        )
        new.link = token_digest(package.token_of(new.ref))
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            new.pk, new.number = cursor.fetchone()
        keep = partial(store_all, subject_kind=SUBJECT, subject_id=new.pk, case_ref=new.ref, by=by)
        kept = keep(requirement=PAPER, uploads=papers)
        if consent:
            kept += keep(requirement=SIGNED_CONSENT, uploads=[consent])
        data = {
            "number": new.number,
            "city": whom.city_zh,
            "office": whom.name_zh,
            "consent": new.consent,
            "consent_text": package.consent_digest(whom),
            "declaration": package.content_digest(new),
            "documents": kept,
        }
        entry = NewEntry(
            new.ref, "referral.sent", Actor(by.pk, role, "", by.party_id),
            to_state=ReferralState.SENT, data=data,
        )  # fmt: skip
        new.sent_at = append(entry)[0].at
        new.remind_at = remind_after(new.sent_at)
        new.save(force_insert=True)
        send_link(new)
        tell_customer(new)
    return new


def send_link(referral: Referral) -> None:
    """Send the office the way to a referral: to its mailbox, else to its phone."""
    to = referral.office
    by_mail = bool(to.email) and is_open(Channel.EMAIL)
    path = reverse("referral:follow", args=[package.token_of(referral.ref)])
    _send(
        Address(Channel.EMAIL, to.email) if by_mail else Address(Channel.SMS, to.mobile),
        referral,
        kind="referral.link_sent",
        secret={"link": referral.site + path},
    )


def tell_customer(referral: Referral) -> None:
    """Send the customer word of where it stands; a fixed line gets none."""
    phone = package.declared(referral)["phone"]
    if is_mobile(phone):
        _send(Address(Channel.SMS, phone), referral, kind="referral.customer_told")


def _send(
    address: Address, referral: Referral, *, kind: str, secret: dict[str, str] | None = None
) -> None:
    """Nothing is left where nobody carries it: the row says what is due."""
    if is_open(address.channel):
        send_code(
            address,
            kind=kind,
            secret=secret or {},
            context=REFERRALS.context(referral) | {"state": str(referral.state)},
            lasts=MESSAGE_LASTS,
            language=User.Language.ZH if secret else referral.language,
        )


# What becomes of it


def remind(step: Step[Referral]) -> None:
    """Let the next days begin, and send the way once more."""
    step.thing.remind_at = remind_after(city_now())
    step.record()
    send_link(step.thing)


class ReferralWorkflow(Workflow[Referral]):
    """It is no case: no kind, no clock of ours, no holder."""

    model = Referral
    verbs = {"remind": remind}
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = SUBJECT
    circles: dict[str, Callable[[Referral], list[int]]] = {
        "counter": lambda referral: holders(*COUNTER, organisation=referral.counter_id)
    }

    def ref(self, thing: Referral) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def may_see(self, thing: Referral, user: User) -> bool:
        return (counter(thing, user) or office(thing, user)) is not None

    def district(self, thing: Referral) -> str:
        """It lies in none of ours."""
        return ""

    def identity(self, thing: Referral) -> dict[str, Any]:
        return {"number": thing.number}

    def context(self, thing: Referral) -> dict[str, Any]:
        to = thing.office
        return {"number": thing.number, "city": {"zh": to.city_zh, "en": to.city_en}}

    def follow(self, step: Step[Referral]) -> None:
        if step.thing.state in TOLD:
            tell_customer(step.thing)


REFERRALS: Final = ReferralWorkflow()


def wire() -> None:
    """Say who opens the papers here, and where messages about a referral lead."""
    register(SUBJECT, lambda pk, user: counter(Referral.objects.get(pk=pk), user))
    register_link(SUBJECT, lambda _pk, context: reverse("referrals:one", args=[context["number"]]))


# By the worker


def remind_due() -> int:
    """Remind the offices whose days have passed, the longest first; return how many."""
    due = Referral.objects.select_related("office").filter(remind_at__lte=city_now())
    return each_held(due.order_by("remind_at"), _remind)


def _remind(held: Referral) -> None:
    REFERRALS.move(held, "remind", SYSTEM)


def retention() -> Valued | None:
    """The days after its end for which a referral is kept; None where no rule says, and then
    nothing is erased."""
    return policy().get("referral.retention.days")


def erase_ended() -> int:
    """Erase the persons of some referrals that ended long enough ago; return how many."""
    kept = retention()
    if kept is None:
        return 0
    before = city_now() - timedelta(days=int(kept.number))
    old = Referral.objects.filter(ended_at__lt=before, erased_at=None).order_by("ended_at")
    return each_held(old, _erase)


def _erase(held: Referral) -> None:
    append(NewEntry(held.ref, "referral.erased", SYSTEM, data={"number": held.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_referral(%s)", [held.ref])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        transaction.on_commit(partial(storage.delete, name))
