"""News and explanations in public: a list, a page of each text with what was corrected, a feed."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.policies.models import PolicyDocument
from core.answers import page_of as answers_page
from core.paging import page_of, paged
from disclosure.api import PublicView
from disclosure.feeds import Entry, atom
from disclosure.public import kept_page, metered, public_page
from disclosure.queries import hotlines
from disclosure.serializers import Hotline, News
from oversight.news import queries
from oversight.news.models import NewsItem
from publishing import formats
from publishing.models import Kind
from publishing.tables import table_of

MOST_FED: Final = 50


def publisher(item: NewsItem) -> str:
    return table_of(Kind.NEWS).columns["publisher"].show(item.publisher)


def shown(item: NewsItem) -> dict[str, Any]:
    """A text for a page."""
    return {
        "item": item,
        "publisher": publisher(item),
        "taken_back": item.replaced_in,
        "corrected": item.publication.published_at != item.announced_at,
    }


@kept_page()
def page(request: HttpRequest) -> HttpResponse:
    table = table_of(Kind.NEWS)
    found = page_of(request, queries.told(), order=table.order)
    context = {
        "page": found,
        "rows": [shown(item) for item in found.rows],
        "words": table.words,
        "formats": formats.formats_of(table.standing),
    }
    return render(request, "disclosure/news.html", context)


@public_page
def one_page(request: HttpRequest, code: str) -> HttpResponse:
    newest, *before = queries.versions(code)
    policy = PolicyDocument.objects.standing().filter(number=newest.policy).first()
    context = shown(newest) | {"policy": policy, "versions": [newest, *before] if before else []}
    return render(request, "disclosure/news_item.html", context)


@metered
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """Each text once, and anew when it was corrected or taken back."""
    items = sorted(queries.told()[:MOST_FED], key=lambda item: item.changed_at, reverse=True)
    return atom(
        request,
        name="news",
        title=_("News and explanations"),
        path=reverse("disclosure:news"),
        entries=map(_entry, items),
    )


def _entry(item: NewsItem) -> Entry:
    title, text = item.title, item.body
    if item.replaced_in:
        title = _("Taken back: {title}").format(title=title)
        text = item.replaced_in.note
    return Entry(
        name=f"news:{item.code}:{(item.replaced_in or item.publication).number}",
        title=title,
        path=reverse("disclosure:news-item", args=[item.code]),
        text=text,
        published=item.announced_at,
        updated=item.changed_at,
    )


# For programs


NEWS_PAGE: Final = inline_serializer(
    "PublicNews", {**answers_page(News).fields, "hotlines": Hotline(many=True)}
)


@extend_schema_view(get=extend_schema(operation_id="disclosure_news", responses=NEWS_PAGE))
class NewsView(PublicView):
    def get(self, request: Request) -> Response:
        """Texts of the lead agency, the supply company and the bureaus, newest first; those that
        were taken back too."""
        answer = paged(request, queries.told(), News, order=table_of(Kind.NEWS).order)
        answer.data["hotlines"] = hotlines()
        return answer


@extend_schema_view(get=extend_schema(responses=News))
class NewsItemView(PublicView):
    def get(self, request: Request, code: str) -> Response:
        """One text as it was published last."""
        return Response(News(queries.versions(code)[0]).data)
