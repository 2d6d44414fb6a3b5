"""Who a party is, where somebody whom the city trusts has confirmed it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.fields import EncryptedTextField, blind_index
from core.identifiers import plain


class ConfirmedIdentityQuerySet(models.QuerySet["ConfirmedIdentity"]):
    def of(self, party_id: int) -> "ConfirmedIdentity | None":
        """The one that counts now, if there is one."""
        return self.filter(party_id=party_id, ended_at=None).first()


class ConfirmedIdentity(models.Model):
    """A person's name and number as an identity service gave them; never a picture of a face.

    A newer confirmation ends the one before: a party has one at a time.
    """

    class Means(models.TextChoices):
        SIGN_IN = "sign_in", _("Signed in with an identity service")
        FACE = "face", _("Face check of an identity service")

    party = models.ForeignKey(Party, models.PROTECT, related_name="identities")
    means = models.CharField(_("confirmed by"), max_length=8, choices=Means)
    # The code of the service in the city's settings.
    service = models.CharField(max_length=40)
    name = EncryptedTextField(_("name"))
    id_number = EncryptedTextField(_("identity number"))
    # That of a case of the same person is equal.
    id_digest = models.BinaryField(max_length=32, editable=False)
    confirmed_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ConfirmedIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed identity")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(ended_at=None), name="one_identity_of_party"
            ),
            models.CheckConstraint(
                condition=Q(means__in=["sign_in", "face"]), name="identity_of_known_means"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: object, **kwargs: object) -> None:
        self.id_digest = blind_index(plain(self.id_number), "id_number")
        super().save(*args, **kwargs)  # type: ignore[arg-type]
