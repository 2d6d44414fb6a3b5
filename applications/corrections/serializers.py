"""The bodies of a correction's acts, and how one is told to programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.corrections.models import IdentityCorrection
from applications.serializers import NAME_MAX
from core.answers import Instant, MaybeChoice, MaybeInstant, MaybeText
from core.bodies import Body, IdentityField, WordsField, YesNoField
from core.problems import Text


class Proposal(Body):
    """Name and number as they should be, and why; with a document that shows them."""

    name = WordsField(
        label=_("Name as it should be"),
        help_text=_("As it stands in the document, even where only the number is wrong."),
        max_length=NAME_MAX,
        one_line=True,
    )
    id_number = IdentityField(
        label=_("Identity number or credit code as it should be"),
        help_text=_("As it stands in the document, even where only the name is wrong."),
    )
    reason = WordsField(
        label=_("What is wrong, and why"), help_text=_("Such as: one figure was mistyped.")
    )


class CorrectionDecision(Body):
    """Yes to a proposed correction, or no with the reason."""

    agree = YesNoField(label=_("Do the new name and number agree with the document?"))
    reason = WordsField(
        label=_("Why not"),
        help_text=_("The applicant reads it as it stands. Say what would be needed."),
        required=False,
    )

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if data.get("agree") is False and not data.get("reason"):
            yield "reason", _("Say why it is refused: the applicant reads it.")


class CorrectionDocument(serializers.Serializer[Any]):
    """A file that came with a proposal; it is opened at `/documents/{ref}/`."""

    ref = serializers.UUIDField()
    sha256 = serializers.CharField()


class CorrectionAnswer(serializers.ModelSerializer[IdentityCorrection]):
    """A proposed correction. Name and number are told with those of the case, for a reason
    (`POST …/identity/`); `outcome` is null while it waits."""

    proposed_at = Instant()
    outcome = MaybeChoice(IdentityCorrection.Outcome.choices)
    ended_at = MaybeInstant()
    answer = MaybeText(help_text="Why it was refused.")
    documents = CorrectionDocument(many=True, source="files")

    class Meta:
        model = IdentityCorrection
        fields = ("id", "proposed_at", "reason", "outcome", "answer", "ended_at", "documents")
