"""Who a party is, where somebody whom the city trusts has confirmed it."""

from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.fields import EncryptedTextField, blind_index
from core.identifiers import plain
from core.locks import lock_party


class ConfirmedIdentityQuerySet(models.QuerySet["ConfirmedIdentity"]):
    def of(self, party_id: int) -> "ConfirmedIdentity | None":
        """The one that counts now, if there is one."""
        return self.filter(party_id=party_id, ended_at=None).first()

    def end(self) -> int:
        """End those that count: name and number go, when and by whom it was confirmed stays.

        Returns how many ended.
        """
        return self.filter(ended_at=None).update(
            ended_at=Now(), name="", id_number="", id_digest=b""
        )


class ConfirmedIdentity(models.Model):
    """A person's name and number as an identity service gave them; never a picture of a face.

    A newer confirmation ends the one before: a party has one at a time. Of one that has ended
    neither name nor number is kept.
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
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ Q(name="", id_number=""),
                name="ended_identity_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: object, **kwargs: object) -> None:
        self.id_digest = blind_index(plain(self.id_number), "id_number")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class IdentityLink(models.Model):
    """Whoever an identity service knows by a subject signs in to this account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="identity_links"
    )
    # The code of the service in the settings.
    service = models.CharField(max_length=40)
    # What the service calls the person, as a keyed digest: it serves to find the account alone.
    subject_digest = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link with an identity service")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "subject_digest"], name="subject_links_once"
            ),
            models.UniqueConstraint(fields=["user", "service"], name="account_links_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.service}"


class FaceConsent(models.Model):
    """A party agreed to one face check by a service, before it (PIPL 29). Kept as it was given."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="face_consents")
    service = models.CharField(max_length=40)
    given_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent to a face check")
        indexes = [models.Index(fields=["party", "-given_at"], name="face_consents_of_party")]

    def __str__(self) -> str:
        return str(self.pk)


def confirm(
    party: Party, means: ConfirmedIdentity.Means, service: str, name: str, id_number: str
) -> ConfirmedIdentity:
    """Note who a service says a party is; what was confirmed before ends with it.

    The same said again by the same service in the same way stays as it is.
    """
    with transaction.atomic():
        lock_party(party.pk)
        before = ConfirmedIdentity.objects.of(party.pk)
        said = (means, service, name, id_number)
        if before and (before.means, before.service, before.name, before.id_number) == said:
            return before
        ConfirmedIdentity.objects.filter(party=party).end()
        return ConfirmedIdentity.objects.create(
            party=party, means=means, service=service, name=name, id_number=id_number
        )
