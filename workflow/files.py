"""Files that come with an act."""

from typing import Any

from accounts.actor import Actor
from accounts.models import User
from accounts.parties import Party
from accounts.visitor import visitor
from documents.actions import store_all
from documents.queries import Digest
from workflow.run import Step


def keep_files(step: Step[Any], requirement: str) -> list[Digest]:
    """Keep what came with an act; return what its entry commits to.

    Raises:
        Invalid: one that is not taken.
    """
    if not step.uploads:
        return []
    return store_all(
        subject_kind=step.workflow.subject,
        subject_id=step.thing.pk,
        case_ref=step.workflow.ref(step.thing)[0],
        requirement=requirement,
        uploads=step.uploads,
        by=_person(step.actor),
    )


def _person(actor: Actor) -> User:
    """Whoever has no account is below zero."""
    if actor.party_id and (actor.user_id or 0) < 0:
        return visitor(Party.objects.get(pk=actor.party_id))
    return User.objects.get(pk=actor.user_id or 0)
