from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from money.catalogue import Nature, one_a_day
from publishing.models import (
    STANDING,
    InForce,
    PublishedManager,
    PublishedRow,
    ends_after_it_begins,
)

#: A price authority sets a price or its guidance; what the market sets is no policy of it.
NATURES: Final = [(each.value, each.label) for each in (Nature.SET, Nature.GUIDED)]


class PricePolicy(PublishedRow, InForce):
    """One retail price of electricity (终端电力用户用电价格) as the city's price authority sets it,
    from one day to another.

    `published_on` is the day on which what it says was first published, before its first day.
    """

    code = models.CharField(max_length=32)
    customers = models.CharField(max_length=120)
    voltage = models.CharField(max_length=60)
    period = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=14, decimal_places=6)
    nature = models.CharField(max_length=20, choices=NATURES)
    document = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    published_on = models.DateField()

    objects = PublishedManager()

    class Meta:
        ordering = ("code", "from_date", "id")
        indexes: ClassVar = [
            models.Index(fields=["code", "from_date", "id"], name="price_order", condition=STANDING)
        ]
        constraints: ClassVar = [
            one_a_day("price_ranges_do_not_overlap"),
            ends_after_it_begins("price_from_before_until"),
            models.CheckConstraint(condition=Q(price__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(source="") & ~Q(code="") & ~Q(customers=""),
                name="price_has_document_and_source",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=[code for code, _words in NATURES]),
                name="price_set_by_government",
            ),
            # How long before, the rules say.
            models.CheckConstraint(
                condition=Q(published_on__lt=F("from_date")), name="price_published_before_it_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_date}"
