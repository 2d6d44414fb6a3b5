from django.db import models

from core.clock import CityNow


class DataChange(models.Model):
    """The rows of a data set were other ones than before when they were looked at. Only added to
    (portal/grants.py); published tables have their publications instead."""

    name = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        constraints = [
            # Two who look at once write it down once.
            models.UniqueConstraint(fields=["name", "number"], name="data_change_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
