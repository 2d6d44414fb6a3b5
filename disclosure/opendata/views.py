"""Open data: the catalogue, a data set with its dictionary, files, and the feed of its changes."""

import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.links import public_address
from core.problems import Missing
from disclosure.feeds import Entry, atom
from disclosure.opendata import dcat
from disclosure.opendata.changes import Change, changed_last, changes
from disclosure.opendata.columns import CHINESE, ENGLISH, DataColumn
from disclosure.opendata.dcat import FORMATS
from disclosure.opendata.sets import DATA, DataSet, Rows, data_set
from disclosure.public import kept_page, metered, public_csv, public_file, public_page
from disclosure.tables import Context, Shown, drawn
from publishing.columns import NOTHING
from rules.limits import Limit, Meter, Quota, limits

TITLE: Final = gettext_lazy("Open data")
TEXT: Final = gettext_lazy(
    "Everything that is told in public here, as files for people and programs: without a key, with "
    "a dictionary of every column, at addresses that stay."
)
JSON_LD: Final = "application/ld+json"


def licence() -> dict[str, str] | None:
    """Under which the city gives its data; None: not yet decided."""
    name, url = settings.DATA_LICENCE_NAME, settings.DATA_LICENCE_URL
    return {"name": name or url, "url": url} if name or url else None


def rate() -> Limit:
    """How often one client may ask for data."""
    return limits().windows[Meter.DATA_ADDRESS]


def file_url(data: DataSet, version: int, ext: str) -> str:
    return reverse("disclosure:data-file", args=[data.name, version, ext])


def feed_url(data: DataSet) -> str:
    return reverse(data.feed) if data.feed else reverse("disclosure:data-feed", args=[data.name])


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    changed = changed_last()
    rows = [
        {
            "data": data,
            "changed": changed.get(data.name),
            "files": _files(data, data.newest),
            "feed": feed_url(data),
        }
        for data in DATA.values()
    ]
    context = {"rows": rows, "title": TITLE, "text": TEXT, **_terms()}
    return render(request, "disclosure/data.html", context)


def _terms() -> dict[str, Any]:
    return {"licence": licence(), "rate": rate(), "most": limits().quotas[Quota.DATA_ROWS]}


def _files(data: DataSet, version: int) -> list[dict[str, str]]:
    return [
        {"label": ext.upper(), "url": file_url(data, version, ext), "type": media}
        for ext, media in FORMATS.items()
    ]


@kept_page(by_the_minute=True)
def set_page(request: HttpRequest, name: str) -> HttpResponse:
    data = data_set(name)
    found = changes(data)
    context = {
        "data": data,
        "title": data.title,
        "dictionary": _dictionary(data.dictionary()),
        "versions": [
            {"number": number, "files": _files(data, number)}
            for number in sorted(data.versions, reverse=True)
        ],
        "changes": found,
        "feed": feed_url(data),
        **_terms(),
    }
    return render(request, "disclosure/data_set.html", context)


def _dictionary(columns: list[DataColumn]) -> Context:
    shown = [
        Shown(_("Name in the file"), lambda each: each.name),
        Shown(pgettext("language", "Chinese"), lambda each: each.words(CHINESE)),
        Shown(pgettext("language", "English"), lambda each: each.words(ENGLISH)),
        Shown(_("Type"), lambda each: str(each.type.label)),
        Shown(_("Unit"), lambda each: str(each.unit) or NOTHING),
        Shown(_("An empty cell means"), lambda each: str(each.empty)),
    ]
    return drawn(shown, columns, _("Columns"))


@metered
@public_page
def file(request: HttpRequest, name: str, version: int, ext: str) -> HttpResponse:
    """The rows of a version as CSV or JSON. Raises Missing: no such set, version or format."""
    data = data_set(name)
    if ext not in FORMATS:
        raise Missing
    rows = data.rows(version)
    if ext == "csv":
        return public_csv(f"{name}-v{version}", rows.texts)
    content = json.dumps(_document(data, version, rows), ensure_ascii=False)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}-v{version}.json"'
    return public_file(response)


def _document(data: DataSet, version: int, rows: Rows) -> dict[str, Any]:
    return {
        "data": data.name,
        "version": version,
        "dictionary": public_address(reverse("api-data-set", args=[data.name])),
        "licence": licence(),
        "complete": rows.complete,
        "rows": list(rows.values()),
    }


@kept_page(by_the_minute=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    """DCAT as JSON-LD."""
    found = dcat.catalogue(TITLE, TEXT, changed_last())
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=JSON_LD)


@kept_page(by_the_minute=True)
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """Each change is an entry of its own, for ever the same one."""
    data = data_set(name)
    if data.feed:
        return HttpResponseRedirect(reverse(data.feed))
    return atom(
        request,
        name=f"data:{name}",
        title=str(data.title),
        path=reverse("disclosure:data-set", args=[name]),
        entries=(_entry(name, change) for change in changes(data)),
    )


def _entry(name: str, change: Change) -> Entry:
    return Entry(
        name=f"data:{name}:{change.key}",
        title=change.title,
        path=change.url,
        text=change.text,
        published=change.at,
        updated=change.at,
    )
