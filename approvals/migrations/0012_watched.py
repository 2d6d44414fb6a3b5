from collections.abc import Iterator

from django.db import migrations, models
from django.db.models import Q

LIMITED = Q(own_late_at__isnull=False, state__in=["accepted", "received", "suspended"])
IN_TIME = Q(own_late_at__isnull=True, state__in=["granted", "refused", "revoked"])
DONE_LATE = Q(own_late_at__isnull=False, state__in=["granted", "refused", "revoked"])

AWAITED = Q(state__in=["awaiting_commitment", "awaiting_supplement"])


def indexes() -> Iterator[migrations.AddIndex]:
    for name, by in (("", []), ("_bureau", ["bureau"]), ("_permit", ["permit"]),
                     ("_place", ["district"])):  # fmt: skip
        late, decided = [*by, "own_late_at", "id"], [*by, "-decided_at", "-id"]
        for index in (
            models.Index(fields=late, condition=LIMITED, name=f"permit_own_late{name}"),
            models.Index(fields=decided, condition=IN_TIME, name=f"permit_in_time{name}"),
            models.Index(fields=decided, condition=DONE_LATE, name=f"permit_done_late{name}"),
        ):
            yield migrations.AddIndex("permit", index)
    for first in ("bureau", "permit"):
        here = [first, "district", "-decided_at", "-id"]
        index = models.Index(fields=here, condition=IN_TIME, name=f"permit_in_time_{first}_at")
        yield migrations.AddIndex("permit", index)


THERE = Q(office__isnull=False)
WAITING_THERE = THERE & Q(state__in=["accepted", "received", "suspended"])
LATE_THERE = WAITING_THERE & Q(late_at__isnull=False)


def one(name: str, condition: Q, *fields: str) -> migrations.AddIndex:
    index = models.Index(fields=fields, condition=condition, name=name)
    return migrations.AddIndex("permit", index)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_excluded_time"), ("accounts", "0017_codes_of_decisions")]

    operations = [
        migrations.AddField("chase", "role", models.CharField(default="digital", max_length=20)),
        migrations.AddField(
            "permit",
            "office",
            models.ForeignKey(
                "accounts.Organisation",
                models.PROTECT,
                null=True,
                related_name="+",
                db_index=False,
            ),
        ),
        *indexes(),
        one("permit_awaits_company", AWAITED, "case_ref"),
        one("permit_order_office", THERE, "office", "runs_out", "id"),
        one("permit_waiting_office", WAITING_THERE, "office", "state"),
        one("permit_late_office", LATE_THERE, "office", "late_at", "id"),
    ]
