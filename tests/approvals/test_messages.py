"""What the supply company is told of its permits, and in which words."""

from django.utils import translation

from approvals.actions import PERMITS
from notifications.models import Outbox
from tests.approvals.people import Cast, bring, fresh, permit_of, post
from tools.scenarios import PLANNING_ONLY


def told(kind: str) -> list[int]:
    """Who has a message of a kind waiting, in order."""
    found = Outbox.objects.filter(kind=kind).order_by("recipient_id")
    return list(found.values_list("recipient_id", flat=True))


def test_the_managers_of_the_district_hear_what_is_asked_of_them(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    bring(people, permit, "awaiting_supplement")
    managers = sorted([people["manager"].party_id, people["project"].party_id])
    assert told("permit.supplement_requested") == managers


def test_a_refusal_and_a_suspension_are_told(people: Cast) -> None:
    bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "refused")
    assert len(told("permit.time_excluded")) == len(told("permit.refused")) == 2


def test_a_grant_is_told_only_with_its_conditions(people: Cast) -> None:
    bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "granted")
    assert told("permit.granted") == []
    other = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    body = {"conditions": "恢复路面"}
    PERMITS.perform(other, "grant", by=fresh(people["planning"]), body=body)
    assert len(told("permit.granted")) == 2


def test_a_message_leads_to_its_permit_in_the_readers_language(people: Cast) -> None:
    from notifications.models import Message
    from notifications.texts import shown

    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    row = Outbox.objects.filter(kind="permit.time_excluded").earliest("id")
    message = Message(kind=row.kind, subject_kind=row.subject_kind, subject_id=row.subject_id)
    message.context = row.context
    with translation.override("en"):
        found = shown(message)
    number = permit.line_works.application
    assert (found.title, found.url) == (
        f"Case {number}: a review is suspended by law",
        f"/work/permits/{permit.pk}/",
    )
