from django.db.models import Exists, OuterRef, QuerySet

from core.problems import Missing
from oversight.news.models import NewsItem


def told() -> QuerySet[NewsItem]:
    """Every text as it was published last, newest first; those that were taken back too."""
    later = NewsItem.objects.filter(code=OuterRef("code"), pk__gt=OuterRef("pk"))
    return NewsItem.objects.filter(~Exists(later)).select_related("publication", "replaced_in")


def versions(code: str) -> list[NewsItem]:
    """A text as it is, then as it was before. Raises Missing where there is none."""
    rows = NewsItem.objects.filter(code=code).select_related("publication", "replaced_in")
    found = list(rows.order_by("-id"))
    if not found:
        raise Missing
    return found
