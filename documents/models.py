"""Stored files: what they are for, and what they must still be when they are opened."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.parties import Party
from core.clock import CityNow
from core.fields import EncryptedTextField


class DocumentQuerySet(models.QuerySet["Document"]):
    def about(self, subject_kind: str, subject_id: int) -> "DocumentQuerySet":
        return self.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("id")


class Document(models.Model):
    """One stored file. The row is written after the file, so there is no row without its file,
    until it is erased."""

    class Type(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    class Source(models.TextChoices):
        UPLOAD = "upload", _("Handed in as a file")
        LIBRARY = "library", _("From the licence library")
        EARLIER = "earlier", _("Accepted in an earlier case")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    case_ref = models.UUIDField()
    requirement = models.CharField(_("requirement"), max_length=60)
    stored_name = models.CharField(max_length=80, unique=True)
    size = models.PositiveIntegerField(_("size"))
    content_type = models.CharField(_("file type"), max_length=40, choices=Type.choices)
    # Of what is kept here and handed on.
    sha256 = models.CharField(max_length=64)
    # Of the file as it came, where that is another one: a picture is drawn anew.
    received_sha256 = models.CharField(max_length=64, blank=True)
    # What the person called it may hold a name; it is shown to those who may open the file.
    original_name = EncryptedTextField(_("file name"), blank=True)
    source = models.CharField(
        _("source"),
        max_length=8,
        choices=Source.choices,
        default=Source.UPLOAD,
        db_default=Source.UPLOAD,
    )
    # The last day on which it holds; null where nobody has said one. It goes with the file.
    valid_until = models.DateField(_("valid until"), null=True, editable=False)
    # Null: the portal made it.
    uploaded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), db_default=CityNow(), editable=False)
    # Its file and name are gone then; that it was there, and its digest, the record has.
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects: ClassVar = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="document_of_known_type",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["upload", "library", "earlier"]),
                name="document_of_known_source",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="document_subject"),
            models.Index(fields=["case_ref"], name="document_case"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.ref}"

    @property
    def opens_for_owner(self) -> bool:
        """Not where it is used again: what it shows is told nobody by that."""
        return self.source != self.Source.EARLIER

    @property
    def called(self) -> str:
        """What its owner reads of it: its name, or only that it was accepted before."""
        return self.original_name if self.opens_for_owner else str(self.Source.EARLIER.label)


class Opening(models.Model):
    """One time that somebody at a desk opened a file. The database dates it (trigger
    `opening_now`), and the web role only adds: who looked stays known (PIPL 51, 54).

    The files of a draft go with it; its openings stay.
    """

    document = models.ForeignKey(
        Document, models.DO_NOTHING, db_constraint=False, related_name="openings"
    )
    case_ref = models.UUIDField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20)
    opened_at = models.DateTimeField(_("opened"), db_default=CityNow(), editable=False)

    class Meta:
        verbose_name = _("opening")
        indexes = [models.Index(fields=["case_ref", "-id"], name="opening_of_case")]

    def __str__(self) -> str:
        return str(self.pk)
