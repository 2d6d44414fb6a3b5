"""The forms of accounts. They check what is typed; the actions decide."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions import TOKEN_DAYS
from accounts.models import Organisation, User
from accounts.queries import district_names, organisations
from accounts.roles import GRANTABLE, Role
from accounts.sign_in import is_present_password
from core.bodies import MOBILE, PHONE_MAX
from core.forms import MobileField, TextField
from core.identifiers import is_phone, plain_phone
from core.problems import Problem

USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]*$",
    _("Use small letters, figures, dots, hyphens and underscores."),
)
#: Leaves room in a username for what the portal adds.
WANTED_NAME = 54
#: As wide as what is typed: a field across a desk's screen looks as if it wanted a letter.
WIDE = "td-input--width-20"


def show_problem(form: forms.Form, problem: Problem) -> None:
    for error in problem.errors:
        field = error.pointer.removeprefix("/")
        form.add_error(field if field in form.fields else None, str(error.reason))
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def _password_field(label: Any, *, new: bool, hint: Any = "") -> forms.CharField:
    kind = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": kind, "class": WIDE}),
    )


class UsernameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "class": WIDE}
        )
        super().__init__(label=_("Username"), max_length=60, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return User.normalise(super().to_python(value) or "")


class SignInForm(forms.Form):
    username = UsernameField()
    password = _password_field(_("Password"), new=False)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        help_text=_("Six figures from your authenticator app, or one of your recovery codes."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "class": "td-input--width-10"}
        ),
    )


class NewPasswordForm(forms.Form):
    password = _password_field(
        _("Password"), new=True, hint=_("At least 8 characters. A sentence is a good password.")
    )

    def person(self) -> User:
        """Whose password it will be: it must not resemble the name or username."""
        return User(username=self.cleaned_data.get("username", ""))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person())
        return password


class PersonForm(NewPasswordForm):
    field_order = ("username", "name", "phone", "password")

    username = UsernameField(validators=[USERNAME], help_text=_("Small letters and figures."))
    name = TextField(
        label=pgettext_lazy("person", "Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": WIDE}),
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=PHONE_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": WIDE}),
    )

    def clean_phone(self) -> str:
        phone = plain_phone(self.cleaned_data["phone"])
        if phone and not is_phone(phone):
            raise ValidationError(MOBILE)
        return phone


class RegistrationForm(PersonForm):
    """The phone is needed to be reached."""

    username = UsernameField(
        validators=[USERNAME, MaxLengthValidator(WANTED_NAME)],
        help_text=_("Small letters and figures. We add a hyphen and five figures to it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True


class PasswordForm(NewPasswordForm):
    field_order = ("current", "password")

    current = _password_field(_("Present password"), new=False)

    def __init__(self, *args: Any, user: User, client: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.client = user, client
        self.fields["password"].label = _("New password")

    def person(self) -> User:
        return self.user

    def clean_current(self) -> str:
        """Raises TooMany where too many wrong ones were tried from this client."""
        current: str = self.cleaned_data["current"]
        if is_present_password(self.user, current, self.client):
            return current
        raise ValidationError(_("This is not your present password."))


class AccountForm(forms.Form):
    """One of the accounts of a phone that has shown itself."""

    account = forms.ChoiceField(label=_("Username"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, accounts: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {user.username: user for user in accounts}
        self.fields["account"].choices = [(name, name) for name in self.accounts]  # type: ignore[attr-defined]
        self.fields["account"].initial = next(iter(self.accounts), None)

    def person(self) -> User:
        return self.accounts.get(self.cleaned_data.get("account", "")) or User()


class ForgottenForm(AccountForm, NewPasswordForm):
    """A new password for one of the accounts of a phone that has shown itself."""

    field_order = ("account", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")


class PresentPasswordForm(forms.Form):
    """For what changes who gets into an account: whoever finds a session open does not know it."""

    current = _password_field(_("Present password"), new=False)

    clean_current = PasswordForm.clean_current

    def __init__(self, *args: Any, user: User, client: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.client = user, client


class PasskeyForm(PresentPasswordForm):
    """A new passkey: its name, the present password, and what the browser made."""

    field_order = ("name", "current")

    name = TextField(
        label=pgettext_lazy("passkey", "Name"),
        help_text=_("Such as the name of the device."),
        max_length=60,
        widget=forms.TextInput(attrs={"class": WIDE}),
    )


class IdentityAccountForm(forms.Form):
    """What an identity service does not say of somebody who gets an account."""

    phone = MobileField(
        help_text=_("You are told there, and set a password by it if you want one."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": WIDE}),
    )


class SettingsForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)


class TokenForm(forms.Form):
    label = TextField(
        label=_("What is it for?"),
        help_text=_("Such as the name of the program."),
        max_length=60,
        widget=forms.TextInput(attrs={"class": WIDE}),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(days, _("%(days)d days") % {"days": days}) for days in TOKEN_DAYS]
        self.fields["days"].choices = days  # type: ignore[attr-defined]

    def life(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class OrganisationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices)
    code = forms.SlugField(
        label=pgettext_lazy("organisation", "Code"),
        max_length=40,
        help_text=_("For a bureau: its code in the city's rules."),
    )
    district = forms.ChoiceField(
        label=_("District"),
        required=False,
        help_text=_("For the office of a bureau in a district, which decides there."),
    )
    name_zh = TextField(label=_("Chinese name"), max_length=120)
    name_en = TextField(label=_("English name"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = [("", _("None: of the whole city")), *district_names().items()]
        self.fields["district"].choices = districts  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in Role if role in GRANTABLE]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations()  # type: ignore[attr-defined]
        districts = [("", _("All districts")), *district_names().items()]
        self.fields["district"].choices = districts  # type: ignore[attr-defined]
