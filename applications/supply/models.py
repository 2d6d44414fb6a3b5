"""Where a case connects to the grid."""

from django.db import models

from core.fields import EncryptedTextField
from grid import geometry


class SupplyPlace(models.Model):
    """The position at which a case is supplied, longitude first, in degrees (CGCS2000).

    As good as its address, so it is sealed, and a trigger erases it with the person of the case.
    """

    application = models.OneToOneField(
        "applications.Application", models.CASCADE, related_name="supply_place"
    )
    position = EncryptedTextField()
    # Of who kept it last, and when: whoever typed another one meanwhile is told.
    role = models.CharField(max_length=20)
    kept_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.application_id)

    @property
    def degrees(self) -> geometry.Point:
        return geometry.read(f"POINT ({self.position})").degrees[0]
