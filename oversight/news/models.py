"""News and explanations of the policy (方案三(五)2), as published rows."""

from datetime import datetime
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from approvals.policies.models import NUMBER_MAX
from publishing.models import STANDING, PublishedManager, PublishedRow

CODE_MAX: Final = 40
BODY_MAX: Final = 5000
#: In the address of its page.
CODE: Final = r"[0-9A-Za-z-]+"


class NewsItem(PublishedRow):
    """One text, by which it is known for good: `code`.

    `publisher` is whose words it is (`oversight.news.tables.publishers`), `body` its paragraphs,
    each a line, `policy` the number of the policy document that it explains; `announced_at` the
    record's time of its first publication.
    """

    code = models.CharField(max_length=CODE_MAX)
    publisher = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    body = models.TextField()
    policy = models.CharField(max_length=NUMBER_MAX, blank=True)
    announced_at = models.DateTimeField()

    objects = PublishedManager()

    class Meta:
        ordering = ("-announced_at", "-id")
        indexes: ClassVar = [
            # What was taken back stays in the list.
            models.Index(fields=["-announced_at", "-id"], name="news_order"),
            models.Index(fields=["code", "id"], name="news_versions"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=STANDING, name="one_standing_news"),
            models.CheckConstraint(condition=Q(code__regex=f"^{CODE}$"), name="news_has_address"),
            models.CheckConstraint(
                condition=~Q(publisher="") & ~Q(title="") & ~Q(body="") & ~Q(source=""),
                name="news_says_whose_and_what",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def paragraphs(self) -> list[str]:
        return self.body.splitlines()

    @property
    def changed_at(self) -> datetime:
        """When it was published last, or taken back."""
        return (self.replaced_in or self.publication).published_at
