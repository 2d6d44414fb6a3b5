"""The record: append-only entries, and the salts that keep their commitments private.

The database writes an entry's time, its number within the case, the hash of the entry before it
and its own hash (trigger `ledger_entry_seal`). The web role can insert and read, never change.
"""

from django.db import models

from core.fields import EncryptedTextField


class Entry(models.Model):
    """One step of one case, permit or of the city itself; no name and no value is in it.

    The columns are those of a leaf of the Merkle log to come: `leaf` is
    SHA256(0x00 || canonical JSON of the other columns), `prev` the leaf before it in its case.
    """

    case_ref = models.UUIDField()
    case_seq = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    part = models.UUIDField(null=True)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    holder = models.CharField(max_length=12)
    clock = models.CharField(max_length=60)
    actor_role = models.CharField(max_length=20)
    actor_district = models.CharField(max_length=12)
    actor_commit = models.BinaryField()
    data_commit = models.BinaryField()
    salt_ref = models.UUIDField(unique=True)
    lineage = models.UUIDField(null=True)
    effective_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    prev = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref", "case_seq"], name="entry_order_in_case"),
            models.CheckConstraint(
                condition=models.Q(effective_at__isnull=True)
                | models.Q(effective_at__lte=models.F("at")),
                name="entry_effective_before_written",
            ),
            models.CheckConstraint(
                condition=models.Q(type__regex=r"^[a-z_]+\.[a-z_]+$"), name="entry_type_shape"
            ),
        ]
        indexes = [models.Index(fields=["part", "id"], name="entry_by_part")]


class Salt(models.Model):
    """What opens the commitments of an entry; deleting it forgets the person, not the step.

    `data` is the JSON text that `data_commit` commits to, sealed; `place` a keyed digest of the
    network that the step came from, empty where none is known.
    """

    ref = models.UUIDField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    actor_salt = models.BinaryField()
    data_salt = models.BinaryField()
    data = EncryptedTextField(default="")
    place = models.BinaryField(default=b"")
