"""The application package of a line: prepared as a draft, sent with its round, and kept as sent."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from approvals.roads.models import approvals_among
from core.api import digest_of
from core.clock import CityNow
from core.fields import EncryptedTextField
from documents.models import Document

CONTRACTOR_MAX = 120


class Package(models.Model):
    """`route`: pairs of longitude and latitude in degrees (CGCS2000), as declared. `roads`: numbers
    of the roads that it digs, in the register of those that may not be dug (`roads/`). `works`:
    what was declared of the line while it is prepared; what was sent, the round says.

    A draft is in no record; what is sent, its entry commits to by `sha256`.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_ref = models.UUIDField()
    district = models.CharField(max_length=12)
    round = models.OneToOneField(
        "approvals.Round", on_delete=models.PROTECT, null=True, related_name="package"
    )
    works = models.JSONField(null=True)
    route = models.JSONField(default=list)
    roads = models.JSONField(default=list, db_default=[])
    # Plans, so their days are what somebody typed.
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    contractor = models.CharField(max_length=CONTRACTOR_MAX, blank=True)
    contact = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Whoever opened it before is told who saved it since.
    changed_role = models.CharField(max_length=20, blank=True)
    changed_at = models.DateTimeField(db_default=CityNow(), editable=False)
    sent_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    files: "models.ManyToManyField[Document, Attachment]" = models.ManyToManyField(
        Document, through="Attachment", related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_ref"], condition=Q(sent_at=None), name="one_package_is_prepared"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, round=None, sha256="")
                | Q(sent_at__isnull=False, round__isnull=False) & ~Q(sha256=""),
                name="package_sent_whole",
            ),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="package_schedule_forward",
            ),
        ]
        indexes = [models.Index(fields=["case_ref", "-id"], name="package_of_case")]

    def __str__(self) -> str:
        return str(self.ref)

    @cached_property
    def attached(self) -> list[Document]:
        """Its files in the order in which they came."""
        if not self.pk:
            return []
        return list(self.files.select_related("road_approval").order_by("id"))

    def digest(self) -> str:
        """What it is known by: SHA-256 over all of it, files by their digests."""
        days = [day and day.isoformat() for day in (self.begins_on, self.ends_on)]
        files = sorted((file.requirement, file.sha256) for file in self.attached)
        said = {name: getattr(self, name) for name in ("route", "contractor", "contact", "phone")}
        # What there is not is not named, so that packages of before keep their digests.
        approvals = [one.said() for one in approvals_among(self.attached)]
        roads = {"roads": self.roads, "approvals": approvals}
        more = {name: value for name, value in roads.items() if value}
        return digest_of(said | {"days": days, "files": files} | more).hex()


class Attachment(models.Model):
    """A file of a package; the next round's package may have it too."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="attachments")
    # A package that is not sent goes with its files.
    document = models.ForeignKey(Document, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "document"], name="attached_once"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.document_id}"
