"""The bodies of a referral's acts, each declared once."""

from django.utils.translation import gettext_lazy as _

from core.bodies import Body, WordsField

REFERENCE_MAX, REASON_MAX = 60, 500


class Acknowledgement(Body):
    """That the office has it."""

    reference = WordsField(
        label=_("Your own number for it, if there is one"),
        help_text=_("The customer is told it."),
        max_length=REFERENCE_MAX,
        one_line=True,
        required=False,
    )


class Declining(Body):
    """Why the office does not take it in."""

    reason = WordsField(
        label=_("Why you do not take it in"),
        help_text=_("The customer and our counter read this."),
        max_length=REASON_MAX,
    )


class TakingBack(Body):
    """Why the customer takes it back."""

    reason = WordsField(label=_("Why the customer takes it back"), max_length=REASON_MAX)
