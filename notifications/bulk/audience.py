"""Who still follows what a broadcast tells of: the app that owns the subject says so."""

from collections.abc import Callable, Collection

from notifications.bulk.models import Broadcast

Still = Callable[[Broadcast, Collection[int]], set[int]]
_by_kind: dict[str, Still] = {}


def register(subject_kind: str, still: Still) -> None:
    """Says by which read those parties are found that follow a subject of that kind still."""
    _by_kind[subject_kind] = still


def still_following(broadcast: Broadcast, parties: Collection[int]) -> set[int]:
    """Of these parties those that have not left; in one statement."""
    return _by_kind[broadcast.subject_kind](broadcast, parties)
