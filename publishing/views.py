from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import Role
from core.form_token import form_key, fresh_key, once
from core.paging import page_of
from core.problems import Faster, Forbidden, Invalid, Missing, Stale
from core.reading import whole_number
from publishing import actions, permissions, queries
from publishing.forms import DraftForm, UploadForm, row_form
from publishing.models import Draft, PublishedRow
from publishing.preview import preview
from publishing.sheets import csv_file, written
from publishing.tables import Row, RowForm, Table, table_of

ROWS_SHOWN = 20


def keeping(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever keeps one of the tables."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.kept_by(person(request)):
            raise Forbidden(_("Only who keeps a published table publishes here."))
        return view(request, *args, **kwargs)

    return cast("Callable[..., HttpResponse]", role_required(*permissions.KEEPERS)(asked))


def _table(kind: str, user: User) -> Table:
    """Raises Missing where there is no such table, Forbidden where the person does not keep it."""
    found = table_of(kind)
    permissions.must_keep(user, found)
    return found


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


@require_safe
@keeping
def table(request: HttpRequest, kind: str) -> HttpResponse:
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
        "for_public": found.for_public,
        "table": found.drawn(rows, names=found.listed, links=links),
        "page": page,
        "form": form,
        "form_key": form_key(request),
        "newest": queries.newest(kind),
        "drafts": list(queries.open_drafts(person(request), kind)[:ROWS_SHOWN]),
    }
    status = 422 if form.errors else 200
    return render(request, "publishing/table.html", context, status=status)


@require_POST
@keeping
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    found = _table(kind, person(request))
    form = UploadForm(request.POST, request.FILES)
    form.is_valid()
    kept = form.kept()
    if kept is None:
        return _table_page(request, found, form)
    if form.guessed:
        messages.info(request, _("The file was read as GB18030. Look whether the words are right."))
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
def template_csv(request: HttpRequest, kind: str) -> HttpResponse:
    found = _table(kind, person(request))
    return csv_file(f"{kind}-template", [found.headers()])


@require_safe
@keeping
def table_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """A file that can be changed and uploaded again."""
    found = _table(kind, person(request))
    rows = queries.kept_rows(found, permissions.own_districts(person(request), found))
    cells = [found.cells(found.values(row)) for row in rows]
    return csv_file(kind, [found.headers(), *cells])


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def row(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """One new row, or with `pk` the correction of a published one."""
    found = _table(kind, person(request))
    old = _kept_row(found, person(request), pk) if pk else None
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


def _kept_row(found: Table, user: User, pk: int) -> PublishedRow:
    """A row that was published, be it replaced since. Raises Missing where the person does not keep
    it, or there is none."""
    rows = queries.in_districts(found.rows.all(), found, permissions.own_districts(user, found))
    first: PublishedRow | None = rows.filter(pk=pk).select_related("replaced_in").first()
    if first is None:
        raise Missing
    return first


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
    winner = {"role": by.role, "at": by.published_at.isoformat()}
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
        "problem": Faster(actions.told(by), winner=winner),
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
    found = _table(kind, person(request))
    user = person(request)
    old = _kept_row(found, user, pk)
    if old.replaced_in:
        return _overtaken(request, found, old)
    note = request.POST.get("note", "").replace("\0", "")[:500]
    begin = partial(actions.begin_withdrawal, row=old, kind=kind, by=user, note=note)
    return _begun(request, kind, {"note": note}, begin)


@require_safe
@keeping
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.own_draft(person(request), pk)
    if found.publication:
        return redirect("publish:table", found.kind)
    return _draft_page(request, found, DraftForm(instance=found))


def _draft_page(
    request: HttpRequest, found: Draft, form: DraftForm, *, errors: Any = (), status: int = 200
) -> HttpResponse:
    seen = preview(draft=found, by=person(request))
    table, difference = seen.table, seen.difference
    withdrawn = [table.values(each) for each in difference.withdrawn]
    # The first changed rows: which one, and every changed cell with its old and new value.
    columns, changes = table.columns, []
    for each in difference.changed[:ROWS_SHOWN]:
        old, new = table.values(each.old), each.new
        cells = [
            (columns[name].label, columns[name].show(old[name]), columns[name].show(new[name]))
            for name in each.columns
        ]
        key = " · ".join(columns[name].show(new[name]) for name in table.key)
        changes.append({"key": key, "cells": cells})
    context = {
        "draft": found,
        "label": table.kind.label,
        "form": form,
        # Publishing twice and changing to the same are one already; the key tells discarding so.
        "form_key": form_key(request),
        "errors": list(errors),
        "troubles": seen.troubles,
        "questions": seen.questions,
        "seen": seen,
        "added": _first_rows(table, difference.added, _("New rows")),
        "withdrawn": _first_rows(table, withdrawn, _("Rows to be withdrawn")),
        "changes": changes,
        "can_publish": not seen.troubles and not difference.empty,
    }
    return render(request, "publishing/draft.html", context, status=status)


def _first_rows(table: Table, rows: Sequence[Row], caption: str) -> dict[str, Any]:
    drawn = table.drawn(rows[:ROWS_SHOWN], caption=caption)
    return {**drawn, "more": max(len(rows) - ROWS_SHOWN, 0)}


@require_POST
@keeping
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.own_draft(person(request), pk)
    form = DraftForm(request.POST, instance=found)
    if not form.is_valid():
        return _draft_page(request, queries.own_draft(person(request), pk), form, status=422)
    actions.change(draft=found, **{"text": found.text, **form.cleaned_data})
    return redirect("publish:draft", pk)


@require_POST
@keeping
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what the person saw is published: `base` is compared."""
    found = queries.own_draft(person(request), pk)
    base = request.POST.get("base", "")
    try:
        made = actions.publish(
            draft=found,
            by=person(request),
            base=whole_number(base),
            sure=request.POST.get("sure") == "yes",
        )
    except (Invalid, Stale) as refusal:
        errors = [{"text": error.reason} for error in refusal.errors]
        errors = errors or [{"text": refusal.detail or refusal.title}]
        again = queries.own_draft(person(request), pk)
        form = DraftForm(instance=again)
        return _draft_page(request, again, form, errors=errors, status=refusal.status)
    said = _("Published as number {number}. Everybody can see it now.")
    messages.success(request, said.format(number=made.number))
    return redirect("publish:table", made.kind)


@require_POST
@keeping
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    def thrown_away() -> str:
        found = queries.own_draft(person(request), pk)
        actions.discard(draft=found)
        return str(found.kind)

    kind = once(request, {}, thrown_away)
    messages.success(request, _("The draft was discarded. Nothing was published."))
    return redirect("publish:table", kind)
