"""Files that come with an act."""

from typing import Any

from accounts.models import User
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
        by=User.objects.get(pk=step.actor.user_id or 0),
    )
