"""What is asked of somebody outside, and what may be answered; each body once."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, ChoiceField, MobileField, WholeField, WordsField, refused
from core.problems import Text
from rules.limits import Keeping, limits

NAME_MAX: Final = 120
FILES_MAX: Final = 20


class Part(TextChoices):
    """What somebody outside may be shown of a permit; nothing of the applicant is among it."""

    ROUTE = "route", _("Plan of the route")
    AREA = "area", _("District and street, without the house")
    WORKS = "works", _("The works as they were declared")
    SCHEDULE = "schedule", _("When the works are planned, and who builds")


SHOWN_FIRST: Final = (Part.ROUTE, Part.AREA)


class Position(TextChoices):
    FAVOURABLE = "favourable", _("Favourable")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")
    NO_VIEW = "no_view", _("No view")


class NewOpinion(Body):
    """Somebody outside is asked for an opinion, and shown what the question needs."""

    name = WordsField(
        one_line=True,
        max_length=NAME_MAX,
        label=_("Who is asked"),
        help_text=_("The organisation, and the person there."),
    )
    phone = MobileField(
        label=_("Mobile phone"),
        help_text=_("The link goes there by SMS, and so does the code without which it opens "
                    "nothing."),
    )  # fmt: skip
    question = WordsField(
        label=_("Question to them"),
        help_text=_("Name nobody: the applicant is no part of it."),
    )
    days = WholeField(
        min_value=1,
        label=_("Days for an answer"),
        help_text=_("An answer after the last day is not taken. Nothing waits for it."),
    )
    parts = serializers.ListField(
        child=ChoiceField(Part.choices),
        required=False,
        default=lambda: [str(part) for part in SHOWN_FIRST],
        label=_("What is shown"),
    )
    files = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=FILES_MAX,
        label=_("Attachments that are shown"),
        help_text=_("Of those of the package that this permit looks at."),
    )

    def validate_days(self, days: int) -> int:
        most = limits().days[Keeping.OPINIONS]
        if days > most:
            raise serializers.ValidationError(
                str(_("At most %(days)d days.") % {"days": most}), code="refused"
            )
        return days

    def validate_parts(self, parts: list[str]) -> list[str]:
        return list(dict.fromkeys(parts))

    def validate_files(self, refs: list[Any]) -> list[str]:
        """Only attachments of its own permit: no paper of the applicant is among them."""
        offered = {file.ref for file in self.context["thing"].offered()}
        if set(refs) - offered:
            raise serializers.ValidationError(
                [refused(_("This is no attachment that this permit looks at."))]
            )
        return [str(ref) for ref in dict.fromkeys(refs)]


class GivenOpinion(Body):
    """What somebody outside answers."""

    position = ChoiceField(Position.choices, label=_("Your opinion"))
    words = WordsField(
        required=False,
        label=_("In your words"),
        help_text=_("Needed where your opinion is unfavourable."),
    )

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        against = data.get("position") == Position.UNFAVOURABLE
        if against and not str(data.get("words") or "").strip():
            yield "words", _("Say what speaks against it.")
