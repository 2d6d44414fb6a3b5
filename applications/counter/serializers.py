"""The bodies of what a customer confirms at a counter."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, WordsField
from core.identifiers import plain

#: Of a code as a person may write it, with spaces.
CODE_MAX = 20


class CodeField(WordsField):
    """The figures of a code, however they are spelled."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=CODE_MAX, one_line=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return plain(super().to_internal_value(data))


class Decided(Body):
    """What the customer decides: the act, and its body as it will be sent."""

    action = WordsField(one_line=True)
    body = serializers.DictField(
        required=False, default=dict, error_messages={"not_a_dict": _("This must be an object.")}
    )


class DecidedByCode(Decided):
    """The same with the code that the customer was sent for exactly this."""

    code = CodeField()
