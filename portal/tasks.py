from celery import shared_task
from django.core.management import call_command

from accounts import codes, offers
from applications.drafts import forget_old
from applications.enquiries.erasure import erase_answered
from applications.erasure import end_identities, erase_ended
from applications.licences.actions import settle_lost
from applications.referrals.actions import erase_ended as erase_referrals
from approvals.opinions.actions import forget_phones
from core.idempotency import forget_old_answers
from core.meters import forget_ended
from documents import uploads
from notifications import limiter
from notifications.bindings.actions import forget_codes
from notifications.delivery import forget_addresses
from oversight.interruptions.erasure import erase_ended as erase_interruptions
from portal import health
from reliability.following import actions as following
from reliability.reports.erasure import erase_closed


@shared_task
def heartbeat() -> None:
    health.beat("worker")


@shared_task
def tidy() -> None:
    forget_old_answers()
    forget_ended()
    forget_old()
    uploads.forget_old()
    erase_ended()
    end_identities()
    settle_lost()
    erase_referrals()
    erase_answered()
    erase_interruptions()
    erase_closed()
    codes.forget()
    offers.forget()
    forget_phones()
    forget_addresses()
    limiter.forget()
    forget_codes()
    following.forget_ended()
    call_command("clearsessions")
