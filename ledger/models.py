"""The record: append-only entries, and the salts that keep their commitments private.

The database writes an entry's time, its number within the case, the hash of the entry before it
and its own hash (trigger `ledger_entry_seal`). The web role can insert and read, never change.
"""

from django.db import models

from core.fields import EncryptedTextField


class Entry(models.Model):
    """One step of one case, permit or of the city itself; no name and no value is in it. `leaf` is
    SHA256(0x00 || canonical JSON of the other columns), `prev` the leaf before it in its case."""

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
        indexes = [
            models.Index(fields=["part", "id"], name="entry_by_part"),
            # How often names and phones were seen, for the desk of oversight.
            models.Index(
                fields=["at"],
                include=["actor_role", "actor_district"],
                condition=models.Q(type__in=["case.identity_shown", "case.phone_shown"]),
                name="entry_shown",
            ),
        ]


class Salt(models.Model):
    """What opens the commitments of an entry; deleting it forgets the person, not the step. `place`
    is a keyed digest of the network that the step came from, empty where none is known."""

    ref = models.UUIDField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    actor_salt = models.BinaryField()
    data_salt = models.BinaryField()
    data = EncryptedTextField(default="")
    place = models.BinaryField(default=b"")


class Pending(models.Model):
    """An entry that the log has not taken in yet; a trigger puts it here, integration takes it."""

    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    written_at = models.DateTimeField()


class Leaf(models.Model):
    """The place of an entry in the log: dense from 0, given once, in the order of committing. By
    `written_at`, of the server's own clock, the promised time until a checkpoint is measured."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, db_constraint=False, related_name="position"
    )
    hash = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["hash"], name="leaf_by_hash")]


class Checkpoint(models.Model):
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epoch", "size"], name="checkpoint_size_once")
        ]
        indexes = [models.Index(fields=["signed_at", "id"], name="checkpoint_by_time")]


class Key(models.Model):
    """A public key. `from_size` is the size of the log when it took over (it signs what is larger),
    `closed_size` that at which the key before it signed last."""

    vkey = models.TextField(unique=True)
    purpose = models.CharField(max_length=7, choices=[("log", "log"), ("receipt", "receipt")])
    epoch = models.PositiveIntegerField()
    from_size = models.BigIntegerField()
    closed_size = models.BigIntegerField()
    handover = models.TextField()
    created_at = models.DateTimeField()


class Witness(models.Model):
    """Somebody who cosigns our checkpoints; the newest row of a name counts."""

    name = models.TextField()
    vkey = models.TextField()
    url = models.TextField()
    asked = models.BooleanField()
    added_at = models.DateTimeField()


class Cosignature(models.Model):
    checkpoint = models.ForeignKey(
        Checkpoint, models.DO_NOTHING, db_constraint=False, related_name="cosignatures"
    )
    vkey = models.TextField()
    line = models.TextField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "vkey"], name="cosigned_once")]
        indexes = [models.Index(fields=["vkey", "id"], name="cosignature_by_key")]
