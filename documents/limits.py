"""How large, how many. The contract names the size; settings may change it."""

from django.conf import settings

MEGABYTE = 1024 * 1024
#: Files of one case or permit: far more than any checklist asks for.
FILES_PER_SUBJECT = 60
#: Pixels of a picture. More is a trap for whoever opens it: 12 000 × 12 000 is a large camera's.
MOST_PIXELS = 150_000_000


def max_bytes() -> int:
    """The largest file taken, in bytes."""
    return int(getattr(settings, "DOCUMENT_MAX_BYTES", 20 * MEGABYTE))
