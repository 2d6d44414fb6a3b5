"""How a file is refused."""

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid, Text

DAMAGED = _("The file is damaged or not complete. Make it once more and upload it again.")


def refused(reason: Text) -> Invalid:
    return Invalid([FieldError("/file", reason)])


def cut_off() -> Invalid:
    return refused(DAMAGED)
