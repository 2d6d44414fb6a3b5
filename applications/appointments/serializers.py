"""The bodies of an appointment's acts, each declared once."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.bodies import Body, ChoiceField, InstantField, WordsField


class Purpose(TextChoices):
    """What the supply company comes for."""

    SURVEY = "survey", _("Survey on site")
    INSPECTION = "inspection", _("Inspection during the works")
    COMPLETION = "completion", _("Completion inspection")
    CONTRACT = "contract", _("Signing of the supply contract")


TIME: Final = _("Time of the appointment")
WHY: Final = _("Why")


class Booking(Body):
    """An appointment to be booked: one of the times that are free."""

    begins_at = InstantField(label=TIME)
    remark = WordsField(
        label=_("What whoever comes has to know"),
        help_text=_("Such as the gate to come to. Only the supply company reads it."),
        required=False,
    )


class NewAppointment(Booking):
    """The same, and what for."""

    purpose = ChoiceField(Purpose.choices, label=_("What for"))


class Moving(Body):
    """Another of the times that are free."""

    begins_at = InstantField(label=TIME)
    reason = WordsField(label=WHY, help_text=_("The other side reads it."), required=False)


class Cancelling(Body):
    """Why it does not take place."""

    reason = WordsField(label=WHY, help_text=_("The other side reads it."))


class AppointmentOutcome(Body):
    """What came of it."""

    outcome = WordsField(
        label=_("What came of it"), help_text=_("The applicant reads it."), required=False
    )


class Failure(Body):
    """Why it came to nothing, by either side."""

    reason = WordsField(
        label=_("Why it did not take place"),
        help_text=_("Who was not there, or what was missing. The other side reads it."),
    )
