"""The bodies of calls and messages, and what the API gives of them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.serializers import Serializer

from applications.correspondence.models import Attempt, CaseMessage
from core.answers import Instant, MaybeInstant, MaybeText
from core.bodies import NEEDED, Body, ChoiceField, WordsField, refuse
from rules.city import OTHER_REASON, city


class NewMessage(Body):
    """A message about a case."""

    text = WordsField(
        label=_("Your message"),
        help_text=_("No passwords and no codes: nobody of ours will ever ask you for them."),
    )


class CallReason(Body):
    """Why somebody must see the phone of an applicant: one of the city's reasons, or another one in
    words."""

    reason = ChoiceField(
        [(code, lazystr(words)) for code, words in city().call_reasons.items()],
        label=_("Why you call"),
        help_text=_("It is kept in the record; the applicant and the regulator read it."),
    )
    text = WordsField(
        label=_("In words"),
        help_text=_("Needed where it is something else."),
        max_length=300,
        required=False,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["reason"] == OTHER_REASON and not attrs["text"]:
            raise refuse("text", NEEDED)
        return attrs


def reason_words(said: Mapping[str, Any]) -> str:
    """For what an applicant was called, as the entry says it; one of before there was a list says
    it in words alone."""
    known, text = city().call_reasons, str(said.get("text", ""))
    code = str(said.get("reason", ""))
    if code == OTHER_REASON and text:
        return text
    return " · ".join(filter(None, [str(known.get(code, code)), text]))


class NewAttempt(Body):
    """What came of a call to the applicant."""

    outcome = ChoiceField(Attempt.Outcome.choices, label=_("What came of the call"))
    text = WordsField(
        label=_("What was said, or how you tried"),
        help_text=_("The applicant finds it in the copy of their data."),
        required=False,
    )


class Phone(Serializer[Any]):
    """The number under which the applicant is reached, in full."""

    name = serializers.CharField(source="applicant_name")
    phone = serializers.CharField()


class AttemptMade(Serializer[Any]):
    """A call without what was said: the answer to its entering, which is kept in plain."""

    at = Instant()
    role = serializers.CharField()
    outcome = serializers.ChoiceField(Attempt.Outcome.choices)


class AttemptRow(AttemptMade):
    """A call to the applicant, as whoever works on the case reads it."""

    text = MaybeText()


class MessageMade(Serializer[Any]):
    """A message without its words: the answer to its sending, which is kept in plain."""

    id = serializers.IntegerField(source="pk")
    at = Instant()
    side = serializers.ChoiceField(CaseMessage.Side.choices)
    role = serializers.CharField()
    answered_at = MaybeInstant()


class MessageRow(MessageMade):
    """A message about a case; `answered_at` of one from the applicant is null as long as the supply
    company owes an answer."""

    text = MaybeText()
