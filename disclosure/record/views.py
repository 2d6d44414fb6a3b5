"""The pages of the record. They read; a receipt is checked without us, in the browser."""

from base64 import b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from core.paging import page_of
from disclosure.public import public_page
from disclosure.record import queries, tables
from disclosure.record.script import words
from disclosure.record.tools import Tool, tools
from ledger import log
from ledger.record import canonical


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """What the record is, how it stands, who signs and watches it, and how to check it."""
    standing = queries.standing()
    found = queries.published_keys()
    keys = queries.shown_keys(found)
    context: dict[str, Any] = {
        "standing": standing,
        "gaps": tables.gap_lines(queries.gaps()),
        "keys": tables.keys_table(keys),
        "witnesses": tables.witnesses_table(queries.witnesses()),
        "days": tables.days_table(queries.newest_days()),
        "entries": tables.entries_table(queries.newest_leaves()),
        "tools": _tools(request, standing, keys),
        "files": queries.file_url(),
        "origin": found["origin"] if found else "",
    }
    return render(request, "disclosure/record/index.html", context | _head(standing))


def _tools(
    request: HttpRequest, standing: queries.Standing, keys: list[queries.KeyShown]
) -> list[Tool]:
    """The programs, their commands with the name, key and address of this record."""
    logs = [key.vkey for key in keys if key.purpose == "log"]
    origin = standing.checkpoint.origin if standing.checkpoint else ""
    address = request.build_absolute_uri(queries.file_url())
    return tools(address, origin, logs[-1] if logs else "")


def _head(standing: queries.Standing) -> dict[str, str]:
    """The newest checkpoint in the forms that a reader compares."""
    found = standing.checkpoint
    if found is None:
        return {}
    return {
        "root": b64encode(found.root).decode(),
        "root_hex": found.root.hex(),
        "checkpoint_url": queries.file_url(f"{found.epoch}/checkpoint"),
    }


@public_page
def check(request: HttpRequest) -> HttpResponse:
    """Check a receipt, documents or a kept checkpoint on the reader's own device."""
    context = {
        "words": words(),
        "keys": queries.published_keys(),
        "files": queries.file_url(),
        "place": reverse("api-record-leaf", args=["LEAF"]),
    }
    return render(request, "disclosure/record/check.html", context)


@public_page
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The last checkpoint of every day, newest first."""
    page = page_of(request, queries.daily(), order=queries.DAILY_ORDER)
    context = {"page": page, "table": tables.days_table(page.rows)}
    return render(request, "disclosure/record/checkpoints.html", context)


@public_page
def entries(request: HttpRequest) -> HttpResponse:
    """Every entry, newest first; one is found by its hash."""
    asked = request.GET.get("hash", "").strip().lower()
    if asked and (found := queries.leaf_of(asked)):
        return HttpResponseRedirect(reverse("disclosure:record-entry", args=[found.index]))
    page = page_of(request, queries.leaves(), order=("-index",))
    context = {"page": page, "table": tables.entries_table(page.rows), "asked": asked}
    status = 404 if asked else 200
    return render(request, "disclosure/record/entries.html", context, status=status)


@public_page
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry as it was hashed, and what proves its place."""
    leaf = queries.leaf_at(index)
    covering = log.covering(index)
    context = {
        "index": index,
        "facts": tables.facts(leaf),
        "text": canonical(leaf.entry),
        "hash": bytes(leaf.hash).hex(),
        "covering": covering,
        "proof": [b64encode(step).decode() for step in log.inclusion(index, covering.size)]
        if covering
        else [],
        "root": b64encode(covering.root).decode() if covering else "",
    }
    return render(request, "disclosure/record/entry.html", context)
