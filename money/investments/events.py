from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

SPENT: Final = "case.investment_entered"
REVERSED: Final = "case.investment_reversed"
EVENTS: Final = (
    Event(SPENT, _("What the supply company spent was entered"), receipt=False),
    Event(REVERSED, _("What the supply company spent was put right"), receipt=False),
)
