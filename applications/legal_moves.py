"""The table of legal moves that the database holds cases to."""

from django.db import models


class LegalMove(models.Model):
    """The moves that the machines allow, as the database knows them (trigger `case_moves`)."""

    kind = models.CharField(max_length=12)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "from_state", "to_state"], name="legal_move_once"
            )
        ]
