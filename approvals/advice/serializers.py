"""The bodies of the acts of an advice, each declared once."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.bodies import Body, ChoiceField, WordsField
from core.problems import Text
from rules.names import Permit


class Verdict(TextChoices):
    """What a bureau says of a draft line; it binds nobody."""

    NO_OBJECTION = "no_objection", _("No objection")
    WITH_CHANGES = "with_changes", _("Possible with changes")
    OTHER_ROUTE = "other_route", _("Another route is advised")


class AskAdvice(Body):
    """A question about the line as it is prepared."""

    question = WordsField(
        label=_("What you ask"),
        help_text=_("The bureau reads it beside the line as it is prepared now."),
    )
    permit = ChoiceField(
        [str(code) for code in Permit],
        label=_("About which permit"),
        required=False,
        help_text="where left out, the first about which advice is given",
    )


class GiveAdvice(Body):
    """What the bureau says of the line that it was asked about."""

    verdict = ChoiceField(Verdict.choices, label=_("What you advise"))
    words = WordsField(
        label=_("In words"),
        help_text=_("What to change, or which route; needed unless there is no objection."),
        required=False,
    )

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if data.get("verdict") != Verdict.NO_OBJECTION and not data.get("words"):
            yield "words", _("Say what to change, or which route.")
