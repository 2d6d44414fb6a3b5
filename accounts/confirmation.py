"""Showing once more who one is, before an act that is not taken back: by a code of the second
factor where one is set up, else by the present password, or by a passkey of the account.

It holds for `confirming.minutes` (limits.toml), and so does signing in. A program's token is asked
for nothing: it was given for what it does.
"""

import logging
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import passkeys, second_factor
from accounts.models import User
from accounts.sign_in import SIGNED_IN_AT, age, is_present_password
from core.forms import PROOF, BodyForm
from core.place import one_client
from core.problems import Forbidden, TooMany
from rules.limits import limits

log = logging.getLogger("tongdian.security")
CONFIRMED_AT: Final = "accounts.confirmed_at"
#: What a script has the browser answer, beside the field (components/passkey_button.html).
PASSKEY: Final = "passkey"
NEEDED: Final = _("Show once more that it is you, on the page of this step, and send it again.")


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person of this session has shown it just now."""
    last = max(request.session.get(name, 0) for name in (CONFIRMED_AT, SIGNED_IN_AT))
    return age(last).total_seconds() < limits().confirming * 60


def require(request: HttpRequest) -> None:
    """For a script of a page, which has the session and asks nothing. Raises Forbidden."""
    if not is_fresh(request):
        raise Forbidden(NEEDED)


def ask(form: BodyForm, request: HttpRequest, user: User) -> None:
    """Let a form ask for it where it is not fresh; what is shown counts from then on."""
    if not is_fresh(request):
        form.fields[PROOF] = ProofField(request, user)


class ProofField(forms.CharField):
    """One of its ways is typed; a passkey comes beside it, and nothing need be typed then."""

    def __init__(self, request: HttpRequest, user: User) -> None:
        self.request, self.user = request, user
        self.has_passkey = user.passkeys.filter(copied_at=None).exists()
        self.by_code = second_factor.is_set_up(user)
        hint = _("Six figures from your authenticator app, or one of your recovery codes.")
        kind = "one-time-code" if self.by_code else "current-password"
        attrs = {"autocomplete": kind, "class": "td-input--width-20"}
        super().__init__(
            label=_("One-time code") if self.by_code else _("Present password"),
            help_text=hint if self.by_code else _("To show that it is you who decides."),
            max_length=1024,
            strip=False,
            widget=forms.TextInput(attrs) if self.by_code else forms.PasswordInput(attrs),
        )

    def clean(self, value: Any) -> str:
        if answer := self.request.POST.get(PASSKEY, ""):
            return self._clean_passkey(answer)
        shown = str(super().clean(value))
        try:
            right = self._by_code(shown) if self.by_code else self._by_password(shown)
        except TooMany as problem:
            raise ValidationError(str(problem.detail)) from problem
        if not right:
            raise ValidationError(
                _("This code is wrong, used already, or too old.")
                if self.by_code
                else _("This is not your present password.")
            )
        return ""

    def _clean_passkey(self, answer: str) -> str:
        try:
            right = passkeys.signer(self.request, answer, passkeys.Purpose.CONFIRM) == self.user
        except passkeys.Refused as refused:
            log.info("passkey refused: %s", refused)
            right = self._was_shown()
        else:
            if right:
                self._note()
        if not right:
            raise ValidationError(
                _("This passkey was not accepted. Take another way; nothing is lost.")
            )
        return ""

    def _by_password(self, password: str) -> bool:
        if is_present_password(self.user, password, one_client(self.request)):
            self._note()
            return True
        return False

    def _by_code(self, code: str) -> bool:
        with transaction.atomic():
            if second_factor.accepts(self.user, code):
                self._note()
                return True
        return self._was_shown()

    def _was_shown(self) -> bool:
        """What is shown works once: of two clicks the second finds what the first has shown."""
        session = self.request.session
        fresh = type(session)(session.session_key)
        return age(fresh.get(CONFIRMED_AT, 0)).total_seconds() < limits().confirming * 60

    def _note(self) -> None:
        self.request.session[CONFIRMED_AT] = timezone.now().timestamp()
        self.request.session.save()
