"""The bodies of a follow-up's acts, each declared once."""

from django.utils.translation import gettext_lazy as _

from core.bodies import Body, WordsField


class Attempt(Body):
    """A call that did not reach the applicant."""

    text = WordsField(
        label=_("How you tried to reach the applicant"),
        help_text=_("Which way, and what came of it: nobody answered, the number is out of use."),
    )


class Outcome(Body):
    """What came of speaking to the applicant."""

    said = WordsField(
        label=_("What the applicant said"),
        help_text=_("When you spoke to each other. The applicant reads this on the case page."),
    )
    done = WordsField(
        label=_("What was put right"),
        help_text=_("Or why nothing could be. The applicant reads this too."),
    )
