"""Why a file is not taken."""

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid, Problem, Text


def refused(reason: Text) -> Invalid:
    """The refusal of an uploaded file."""
    return Invalid([FieldError("/file", reason)])


class NoRoom(Problem):
    """507: the file could not be written to the end; nothing of it is kept."""

    type = "no-room"
    status = 507
    title = _("The file could not be kept")

    def __init__(self) -> None:
        super().__init__(
            _("There is no room for the file at the moment. Nothing was changed; try again later.")
        )
