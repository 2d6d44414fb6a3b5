from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import Permit
from approvals.wording import GROUNDS
from core.bodies import Empty
from core.forms import form_of
from workflow.machine import acts_of

GROUND: Final = forms.ChoiceField(
    label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()]
)
#: The form of each act that asks for something.
FORMS: Final = {
    name: form_of(said.body, controls={"ground": GROUND} if name == "exclude_time" else None)
    for name, said in acts_of(Permit).items()
    if said.who and said.body is not Empty
}
