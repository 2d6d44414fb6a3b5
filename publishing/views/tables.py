"""Pages of a table: what stands, its files, rows entered one by one, and undoing."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import Role
from core.form_token import form_key, fresh_key, once
from core.paging import page_of
from core.problems import Faster, Missing
from documents.actions import takes
from publishing import actions, formats, permissions, queries
from publishing.forms import UndoForm, UploadForm, row_form
from publishing.models import Draft, PublishedRow
from publishing.sheets import written
from publishing.tables import RowForm, Table, tables

#: Of the drafts that are not published yet.
DRAFTS_SHOWN = 20


def keeping(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever keeps one of the tables."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        permissions.must_keep_any(person(request))
        return view(request, *args, **kwargs)

    return cast("Callable[..., HttpResponse]", role_required(*permissions.KEEPERS)(asked))


@require_safe
@keeping
def index(request: HttpRequest) -> HttpResponse:
    newest = queries.newest_of_all()
    kept = [
        {"kind": each.kind.value, "label": each.kind.label, "newest": newest.get(each.kind.value)}
        for each in permissions.kept_by(person(request))
    ]
    # Whoever keeps the tables of the supply company keeps these too.
    offices = person(request).role_in(Role.SUPPLY_LEAD) is not None
    return render(request, "publishing/index.html", {"kept": kept, "offices": offices})


def largest() -> int:
    """Bytes of a file of the table that has the largest ones."""
    return max(each.size.bytes for each in tables())


@require_safe
@keeping
def table(request: HttpRequest, kind: str) -> HttpResponse:
    found = permissions.kept_table(person(request), kind)
    return _table_page(request, found, UploadForm(found, by=person(request)))


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
        "for_public": found.for_public,
        "checked": found.checked,
        "table": found.drawn(rows, names=found.listed, links=links),
        "page": page,
        "form": form,
        "form_key": form_key(request),
        "formats": formats.formats_of(found.columns),
        "plain_formats": formats.PLAIN,
        "newest": queries.newest(kind),
        "drafts": list(queries.open_drafts(person(request), kind)[:DRAFTS_SHOWN]),
        "to_check": list(queries.to_check(person(request), kind)[:DRAFTS_SHOWN])
        if found.checked
        else [],
    }
    status = 422 if form.errors else 200
    return render(request, "publishing/table.html", context, status=status)


@takes(largest)
@require_POST
@keeping
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    found = permissions.kept_table(person(request), kind)
    form = UploadForm(found, request.POST, request.FILES, by=person(request))
    form.is_valid()
    kept = form.kept()
    if kept is None:
        return _table_page(request, found, form)
    for words in form.cleaned_data["file"].told:
        messages.info(request, words)
    begin = partial(actions.begin, kind=kind, by=person(request), **kept)
    return _begun(request, kind, kept, begin)


def _begun(request: HttpRequest, kind: str, body: Any, begin: Callable[[], Draft]) -> HttpResponse:
    """Begin a draft once per form, and go to it unless it was thrown away since."""
    pk = once(request, body, lambda: begin().pk)
    if not Draft.objects.filter(pk=pk).exists():
        return redirect("publish:table", kind)
    return redirect("publish:draft", pk)


@require_safe
@keeping
def template_file(request: HttpRequest, kind: str, ext: str) -> HttpResponse:
    found = permissions.kept_table(person(request), kind)
    return formats.lines_file(ext, f"{kind}-template", found.headers())


@require_safe
@keeping
def table_file(request: HttpRequest, kind: str, ext: str) -> HttpResponse:
    """A file that can be changed and uploaded again."""
    found = permissions.kept_table(person(request), kind)
    rows = queries.kept_rows(found, permissions.own_parts(person(request), found))
    return formats.table_file(found.columns, ext, kind, rows, plain=False)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def row(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """One new row, or with `pk` the correction of a published one."""
    found = permissions.kept_table(person(request), kind)
    old = queries.kept_row(found, person(request), pk) if pk else None
    form = row_form(found)(request.POST or None, initial=found.values(old) if old else {})
    if old and old.replaced_in:
        return _overtaken(request, found, old, form)
    if request.method == "POST" and form.is_valid():
        body = {
            "text": written([found.headers(), found.cells(form.cleaned_data)]),
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
    return render(request, "publishing/row.html", context, status=status)


def _overtaken(
    request: HttpRequest, found: Table, old: PublishedRow, form: RowForm | None = None
) -> HttpResponse:
    """Somebody replaced the row meanwhile: by whom, when and how; what was typed stays in the form,
    which is now about the row that stands in its place.

    Raises:
        Missing: nothing was sent, so nothing is lost.
    """
    by = old.replaced_in
    if request.method != "POST" or by is None:
        raise Missing
    now = queries.successor(found, old)
    if form is None:
        form = row_form(found)(initial=found.values(now or old))
    new = found.values(now) if now else {}
    context = {
        "kind": found.kind.value,
        "label": found.kind.label,
        "form": form,
        "form_key": fresh_key(),
        "old": now,
        "action": reverse("publish:correct", args=[found.kind.value, now.pk])
        if now
        else reverse("publish:row", args=[found.kind.value]),
        "note": request.POST.get("note", ""),
        "problem": actions.overtaken(by),
        "changed": [
            f"{column.title}: {column.show(was)} → {column.show(new[name])}"
            for name, column in found.columns.items()
            if new and (was := getattr(old, name)) != new[name]
        ],
    }
    return render(request, "publishing/row.html", context, status=Faster.status)


@require_POST
@keeping
def withdraw(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    found = permissions.kept_table(person(request), kind)
    user = person(request)
    old = queries.kept_row(found, user, pk)
    if old.replaced_in:
        return _overtaken(request, found, old)
    note = request.POST.get("note", "").replace("\0", "")[:500]
    begin = partial(actions.begin_withdrawal, row=old, kind=kind, by=user, note=note)
    return _begun(request, kind, {"note": note}, begin)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def undo(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """A draft by which the table stands as it stood before one of its publications."""
    found, user = permissions.kept_table(person(request), kind), person(request)
    publication = queries.publication(kind, number)
    form = UndoForm(request.POST or None, initial={"source": publication.source})
    if request.method == "POST" and form.is_valid():
        begin = partial(
            actions.begin_undoing, publication=publication, by=user, **form.cleaned_data
        )
        return _begun(request, kind, form.cleaned_data, begin)
    context = {
        "kind": kind,
        "label": found.kind.label,
        "publication": publication,
        "form": form,
        "form_key": form_key(request),
    }
    status = 422 if form.errors else 200
    return render(request, "publishing/undo.html", context, status=status)
