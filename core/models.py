"""Tables that every app needs and no app owns."""

from django.db import models
from django.db.models.functions import Now


class CityClock(models.Model):
    """The one row that moves a demonstration's clock, read by `city_now()`.

    Only a database function writes it, and refuses unless the record's first entry marks one.
    """

    id = models.SmallAutoField(primary_key=True)
    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_city_clock")]


class IdempotentAnswer(models.Model):
    """An answer is given again to its owner alone: a party, or a session (`core.owner`)."""

    owner = models.CharField(max_length=80)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_digest = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "route", "key"], name="one_answer_per_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_answer_age")]


class Meter(models.Model):
    """A count that ends by itself (`core.meters`); `key` is the keyed digest of what is counted."""

    key = models.BinaryField(primary_key=True)
    count = models.BigIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="meter_ends")]
