"""Each time that a licence was fetched, or was to be: who agreed to what, when, and the outcome."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.clock import CityNow
from core.problems import Text
from documents.models import Document


class LicenceFetch(models.Model):
    """One licence, asked for once with one consent; it names nobody and no licence's number.

    The database dates the consent (trigger `licence_fetch_now`). Nothing is changed afterwards but
    that it was asked for, and what came of it; so it stays known, whatever becomes of the case.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Being fetched")
        FETCHED = "fetched", _("Fetched")
        NOT_FOUND = "not_found", _("The library has none")
        NAME_DIFFERS = "name", _("It is in another name")
        REVOKED = "revoked", _("It does not hold any more")
        EXPIRED = "expired", _("It has expired")
        NOT_ALLOWED = "not_allowed", _("It is not this person's to use")
        BUSY = "busy", _("The library could not answer")
        NO_ANSWER = "no_answer", _("No clear answer")
        FILE_REFUSED = "file", _("Its file could not be taken")
        NOT_KEPT = "not_kept", _("It could not be kept")
        OVERTAKEN = "overtaken", _("The application had changed")

    party = models.ForeignKey(Party, models.PROTECT, related_name="licence_fetches")
    # Of the case, or of what was begun and may be thrown away: its number stays known.
    case_ref = models.UUIDField()
    number = models.CharField(_("number"), max_length=20)
    requirement = models.CharField(_("requirement"), max_length=60)
    licence = models.CharField(_("licence"), max_length=40)
    # The SHA-256 of the text that was agreed to, as it was shown.
    consent = models.CharField(max_length=64)
    consented_at = models.DateTimeField(db_default=CityNow(), editable=False)
    # When somebody went to ask: whoever notes it asks, nobody else does.
    asked_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.PENDING
    )
    settled_at = models.DateTimeField(null=True)
    # The files of a draft go with it; that they were fetched stays.
    document = models.ForeignKey(
        Document, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )

    class Meta:
        verbose_name = _("fetched licence")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="pending", settled_at=None, document=None)
                | Q(outcome="fetched", settled_at__isnull=False, document__isnull=False)
                | ~Q(outcome__in=["pending", "fetched"])
                & Q(settled_at__isnull=False, document=None),
                name="licence_fetched_with_its_file",
            )
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="licence_fetch_of_party"),
            models.Index(
                fields=["consented_at"], condition=Q(outcome="pending"), name="licence_fetch_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


_Outcome = LicenceFetch.Outcome
#: What a person is told where nothing was fetched: why, and what leads on.
TOLD: Final[dict[str, Text]] = {
    _Outcome.PENDING: _("The library is still being asked. Look at this page again in a moment."),
    _Outcome.NOT_FOUND: _("The library has no such licence of yours. Upload the document instead."),
    _Outcome.NAME_DIFFERS: _(
        "The library has this number in another name. Compare the name in your application with "
        "the document, or upload the document."
    ),
    _Outcome.REVOKED: _(
        "By the library this licence does not hold any more. If you have a newer one, upload it."
    ),
    _Outcome.EXPIRED: _(
        "By the library this licence has expired. If you have a newer one, upload it."
    ),
    _Outcome.NOT_ALLOWED: _(
        "By the library you may not use this licence: that may its holder, of a company its legal "
        "representative or whom it has entrusted. Upload the document instead."
    ),
    _Outcome.BUSY: _("The library cannot answer now. Try again later, or upload the document."),
    _Outcome.NO_ANSWER: _(
        "The library gave no clear answer, so nothing was stored. Try again, or upload the "
        "document."
    ),
    _Outcome.FILE_REFUSED: _("What the library sent could not be taken. Upload the document."),
    _Outcome.NOT_KEPT: _("There is no room for it here at the moment. Try again later."),
    _Outcome.OVERTAKEN: _(
        "Meanwhile the application was changed or the document came in: nothing was stored."
    ),
}
