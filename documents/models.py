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

    class Scan(models.TextChoices):
        """What a scanner said of the file; `not_scanned` where none was configured as it came."""

        NOT_SCANNED = "not_scanned", _("not scanned for viruses")
        WAITING = "waiting", _("being checked for viruses")
        CLEAN = "clean", _("no virus found")
        INFECTED = "infected", _("a virus was found")

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
    # The database lets it move once, out of `waiting`, and dates that (trigger document_scan).
    scan = models.CharField(
        _("virus scan"),
        max_length=20,
        choices=Scan.choices,
        default=Scan.NOT_SCANNED,
        db_default=Scan.NOT_SCANNED,
    )
    scan_tries = models.PositiveIntegerField(default=0, db_default=0)
    # By the server's real clock: when it is to be tried, or for how long a try has it to itself.
    scan_due_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(_("scanned"), null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(scan="not_scanned", scan_due_at=None, scanned_at=None)
                | Q(scan="waiting", scan_due_at__isnull=False, scanned_at=None)
                | Q(scan__in=["clean", "infected"], scan_due_at=None, scanned_at__isnull=False),
                name="document_scan_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="document_subject"),
            models.Index(fields=["case_ref"], name="document_case"),
            models.Index(
                fields=["scan_due_at"], condition=Q(scan="waiting"), name="document_to_scan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.ref}"

    @property
    def is_open(self) -> bool:
        """Whether it may be handed out: it is there, and no scanner is at it or found something."""
        held_back = self.scan in (self.Scan.WAITING, self.Scan.INFECTED)
        return self.erased_at is None and not held_back

    @property
    def opens_for_owner(self) -> bool:
        """Not where it is used again: what it shows is told nobody by that."""
        return self.is_open and self.source != self.Source.EARLIER

    @property
    def called(self) -> str:
        """What its owner reads of it: its name, or only that it was accepted before."""
        if self.source == self.Source.EARLIER:
            return str(self.Source.EARLIER.label)
        return str(self.original_name)


class Upload(models.Model):
    """A file that comes in parts (documents/uploads.py). Once it is whole, `document` is what was
    made of it, and its parts are gone."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    requirement = models.CharField(_("requirement"), max_length=60)
    name = EncryptedTextField(_("file name"), blank=True)
    size = models.PositiveIntegerField(_("size"))
    # Of the whole file, where its sender said it: the same file goes on where it was.
    sha256 = models.CharField(max_length=64, blank=True)
    received = models.PositiveIntegerField(default=0)
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")
    began_at = models.DateTimeField(db_default=CityNow(), editable=False)
    changed_at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        verbose_name = _("upload")
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=models.F("size")), name="upload_within_its_size"
            ),
            models.UniqueConstraint(
                fields=["party", "subject_kind", "subject_id", "requirement", "sha256"],
                condition=Q(document=None) & ~Q(sha256=""),
                name="upload_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="upload_subject"),
            models.Index(fields=["changed_at"], name="upload_changed"),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class Part(models.Model):
    """One part, stored as a file is; the next one begins where it ends."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    stored_name = models.CharField(max_length=80, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="upload_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.offset)


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
