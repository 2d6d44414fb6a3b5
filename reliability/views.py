"""Pages on which the supply company's lead keeps the published tables."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from core.form_token import form_key, once
from core.paging import page_of
from core.problems import Invalid, Missing, Stale
from core.reading import whole_number
from grid import actions, permissions, queries
from grid.models import Draft, PublishedRow
from grid.pages import as_table, heads, shown
from grid.tables import Table, table_of, tables
from reliability.forms import DraftForm, RowForm, UploadForm, initial_of, text_of
from reliability.permissions import own_draft
from reliability.wording import words_of

ROWS_SHOWN = 20

lead = role_required(permissions.KEEPER)


def csv_response(name: str, text: str) -> HttpResponse:
    """A CSV file to download."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _table(kind: str, user: User) -> Table:
    """The table of an address.

    Raises:
        Missing: no such table.
        Forbidden: the person does not keep it.
    """
    try:
        found = table_of(kind)
    except KeyError:
        raise Missing from None
    permissions.must_keep(user, found)
    return found


@require_safe
@lead
def index(request: HttpRequest) -> HttpResponse:
    """The tables that the person keeps, each with its newest publication."""
    newest = queries.newest_of_all()
    kept = [
        {"kind": each.kind.value, "label": each.kind.label, "newest": newest.get(each.kind.value)}
        for each in tables()
        if permissions.keeps(person(request), each)
    ]
    return render(request, "reliability/publish_index.html", {"kept": kept})


@require_safe
@lead
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """One table: what stands, what was begun, and the ways to change it."""
    return _table_page(request, _table(kind, person(request)), UploadForm())


def _table_page(request: HttpRequest, found: Table, form: UploadForm) -> HttpResponse:
    kind = found.kind.value
    page = page_of(request, queries.rows_of(found), order=found.order)
    links = {
        position: reverse("publish:correct", args=[kind, row.pk])
        for position, row in enumerate(page.rows)
    }
    rows = [found.values(row) for row in page.rows]
    context = {
        "kind": kind,
        "label": found.kind.label,
        "table": as_table(found, rows, words_of(kind), brief=True, links=links),
        "page": page,
        "form": form,
        "form_key": form_key(request),
        "newest": queries.newest(kind),
        "drafts": list(queries.open_drafts(person(request), kind)[:ROWS_SHOWN]),
    }
    status = 422 if form.errors else 200
    return render(request, "reliability/publish_table.html", context, status=status)


@require_POST
@lead
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep an uploaded file as a draft and show what it would change."""
    found = _table(kind, person(request))
    form = UploadForm(request.POST, request.FILES)
    form.is_valid()
    kept = form.kept()
    if kept is None:
        return _table_page(request, found, form)
    begin = partial(actions.begin, kind=kind, by=person(request), **kept)
    return _begun(request, kind, kept, begin)


def _begun(request: HttpRequest, kind: str, body: Any, begin: Callable[[], Draft]) -> HttpResponse:
    """Begin a draft once per form, and go to it; one that was thrown away since is not there."""
    pk = once(request, body, lambda: begin().pk)
    if not Draft.objects.filter(pk=pk).exists():
        return redirect("publish:table", kind)
    return redirect("publish:draft", pk)


@require_safe
@lead
def template_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file of the table: the header in the reader's language."""
    found = _table(kind, person(request))
    return csv_response(f"{kind}-template", text_of(found, []))


@require_safe
@lead
def table_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """The table as it stands, as a file that can be changed and uploaded again."""
    found = _table(kind, person(request))
    rows = queries.kept_rows(found, permissions.own_districts(person(request)))
    return csv_response(kind, text_of(found, [found.values(row) for row in rows]))


@require_http_methods(["GET", "HEAD", "POST"])
@lead
def row(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """A form for one new row, or for the correction of a published one."""
    found = _table(kind, person(request))
    old = _standing_row(found, person(request), pk) if pk else None
    initial = initial_of(found, found.values(old)) if old else {}
    form = RowForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        body = {
            "text": form.as_text(),
            "source": form.cleaned_data["source"],
            "note": form.cleaned_data["note_of_publication"],
        }
        begin = partial(actions.begin, kind=kind, by=person(request), **body)
        return _begun(request, kind, body, begin)
    context = {
        "kind": kind,
        "label": found.kind.label,
        "form": form,
        "form_key": form_key(request),
        "old": old,
    }
    status = 422 if form.errors else 200
    return render(request, "reliability/publish_row.html", context, status=status)


def _standing_row(found: Table, user: User, pk: int) -> PublishedRow:
    """A row that stands and that the person keeps.

    Raises:
        Missing: there is no such row.
    """
    rows = queries.rows_of(found).filter(pk=pk)
    districts = permissions.own_districts(user)
    if districts is not None and found.by_district:
        rows = rows.filter(district__in=districts)
    first: PublishedRow | None = rows.first()
    if first is None:
        raise Missing
    return first


@require_POST
@lead
def withdraw(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep the wish to take a row out of the table as a draft."""
    found = _table(kind, person(request))
    old = _standing_row(found, person(request), pk)
    note = request.POST.get("note", "").replace("\0", "")[:500]
    user = person(request)
    begin = partial(actions.begin_withdrawal, row=old, kind=kind, by=user, note=note)
    return _begun(request, kind, {"note": note}, begin)


@require_safe
@lead
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft would change, and what is wrong with it."""
    found = own_draft(person(request), pk)
    if found.publication:
        return redirect("publish:table", found.kind)
    return _draft_page(request, found, DraftForm(instance=found))


def _draft_page(
    request: HttpRequest, found: Draft, form: DraftForm, *, errors: Any = (), status: int = 200
) -> HttpResponse:
    seen = actions.preview(draft=found, by=person(request))
    troubles = seen.troubles
    context = {
        "draft": found,
        "label": seen.table.kind.label,
        "form": form,
        # Publishing twice and changing to the same are one already; the key tells discarding so.
        "form_key": form_key(request),
        "errors": list(errors),
        "troubles": troubles,
        "seen": seen,
        "columns": heads(seen.table.columns),
        "added": _shown_rows(seen.table, seen.difference.added, _("New rows")),
        "withdrawn": _shown_rows(
            seen.table,
            [seen.table.values(row_) for row_ in seen.difference.withdrawn],
            _("Rows to be withdrawn"),
        ),
        "changes": _changes(seen)[:ROWS_SHOWN],
        "can_publish": not troubles and not seen.difference.empty,
    }
    return render(request, "reliability/publish_draft.html", context, status=status)


def _shown_rows(found: Table, rows: Any, caption: str) -> dict[str, Any]:
    """The first rows of a part of the preview, and how many more there are."""
    cells = [shown(found.columns, each) for each in rows[:ROWS_SHOWN]]
    more = len(rows) - len(cells)
    return {
        "caption": caption, "columns": heads(found.columns), "rows": cells, "stack": True,
        "total": len(rows), "more": more,
    }  # fmt: skip


def _changes(seen: actions.Preview) -> list[dict[str, Any]]:
    """Each changed row: which one, and every changed cell with its old and new value."""
    found = []
    for each in seen.difference.changed:
        old = seen.table.values(each.old)
        columns = [seen.table.column(name) for name in each.columns]
        keys = [seen.table.column(name) for name in seen.table.key]
        cells = [(c.header, c.show(old[c.name]), c.show(each.new[c.name])) for c in columns]
        found.append({"key": " · ".join(shown(keys, each.new)), "cells": cells})
    return found


@require_POST
@lead
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft right and look at it again."""
    found = own_draft(person(request), pk)
    form = DraftForm(request.POST, instance=found)
    if not form.is_valid():
        return _draft_page(request, own_draft(person(request), pk), form, status=422)
    actions.change(draft=found, **{"text": found.text, **form.cleaned_data})
    return redirect("publish:draft", pk)


@require_POST
@lead
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft, if it is still what the person saw."""
    found = own_draft(person(request), pk)
    base = request.POST.get("base", "")
    try:
        made = actions.publish(draft=found, by=person(request), base=whole_number(base))
    except (Invalid, Stale) as refusal:
        errors = [{"text": error.reason} for error in refusal.errors]
        errors = errors or [{"text": refusal.detail or refusal.title}]
        again = own_draft(person(request), pk)
        form = DraftForm(instance=again)
        return _draft_page(request, again, form, errors=errors, status=refusal.status)
    said = _("Published as number {number}. Everybody can see it now.")
    messages.success(request, said.format(number=made.number))
    return redirect("publish:table", made.kind)


@require_POST
@lead
def discard(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Throw a draft away."""
    kind = once(request, {}, lambda: _thrown_away(own_draft(person(request), pk)))
    messages.success(request, _("The draft was discarded. Nothing was published."))
    return HttpResponseRedirect(reverse("publish:table", args=[kind]))


def _thrown_away(found: Draft) -> str:
    """Discard a draft and return which table it was for."""
    actions.discard(draft=found)
    return str(found.kind)
