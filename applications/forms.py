"""The forms of the applicant's pages: they gather what was typed, the actions judge it."""

from functools import cache

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.casefile import Paper
from applications.models import act_named
from applications.wording import RATINGS
from core.bodies import PHONE_MAX
from core.forms import ACCEPT, BodyForm, MobileField, form_of, most_megabytes
from core.identifiers import plain
from core.widgets import line_of


class UploadForm(BodyForm):
    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("PDF, JPEG, PNG or HEIC, up to {size} MB. A clear photograph is enough."),
            size=most_megabytes(),
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def named(self, paper: Paper, reason: str = "") -> "UploadForm":
        """The form of one of several documents on a page, called as the document is; `reason`:
        why it is asked for again."""
        self.auto_id = f"id_{paper.code}_%s"
        field = self.fields["file"]
        field.label = paper.name
        text = (
            _("%(reason)s. Asked for by %(clause)s.") if reason else _("Asked for by %(clause)s.")
        )
        field.help_text = text % {"reason": reason, "clause": paper.clause}
        return self


class PhoneForm(forms.Form):
    phone = MobileField(
        help_text=_("A code is sent there, and later the messages about your application."),
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the SMS"),
        max_length=20,
        widget=line_of(10, inputmode="numeric", autocomplete="one-time-code"),
    )

    def clean_code(self) -> str:
        """Its figures alone, however a keyboard or a message spells them."""
        return plain(self.cleaned_data["code"])


class ProgressForm(forms.Form):
    number = forms.CharField(
        label=_("Case number"),
        help_text=_("It begins with ZG and stands on your confirmation."),
        max_length=40,
        widget=line_of(20, autocomplete="off", autocapitalize="characters", spellcheck="false"),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("The one that was given in the application."),
        max_length=PHONE_MAX,
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )


#: Controls of our own in the forms of acts, where a person needs other words than the body has.
CONTROLS: dict[str, dict[str, forms.Field]] = {
    "confirm_plan": {
        "agree": forms.TypedChoiceField(
            label=_("Do you agree to this plan?"),
            choices=[("yes", _("Yes, go on with it")), ("no", _("No, I want another plan"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
        )
    },
    # The page says it: what was read is what is signed (`applications.views.acting`).
    "sign_contract": {"text": forms.CharField(required=False, widget=forms.HiddenInput)},
    "rate": {
        "level": forms.TypedChoiceField(
            label=_("How satisfied are you with the service?"),
            choices=list(RATINGS.items()),
            coerce=int,
            widget=forms.RadioSelect,
        ),
        # The page says which: what stands now (`applications.views.acting`).
        "stage": forms.CharField(required=False, widget=forms.HiddenInput),
    },
}


@cache
def form_for(action: str) -> type[BodyForm]:
    return form_of(act_named(action).body, controls=CONTROLS.get(action))
