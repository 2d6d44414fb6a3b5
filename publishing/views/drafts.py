"""Pages of a draft: what it would change, putting it right, having it checked by a second person,
publishing and discarding it."""

from functools import partial
from itertools import islice
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import person
from core.form_token import form_key, once
from core.problems import Invalid, Missing, Stale
from core.reading import whole_number
from documents.actions import takes
from publishing import actions, formats, permissions, queries
from publishing.differences import Change
from publishing.forms import DraftForm, FileForm, GiveBackForm
from publishing.models import Draft
from publishing.outline import ROWS_OF, Outline, outline_of
from publishing.sheets import records
from publishing.tables import Table, table_of
from publishing.views.tables import keeping, largest

ROWS_SHOWN, ROWS_A_PAGE = 20, 100
#: Where the page mends what is refused.
PLACES: Final = {"/sure": "#id_sure", "/source": "#id_source", "/note": "#id_note"}


@require_safe
@keeping
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.draft(person(request), pk)
    if found.publication:
        return redirect("publish:table", found.kind)
    return _draft_page(request, found)


def _draft_page(
    request: HttpRequest,
    found: Draft,
    form: DraftForm | None = None,
    *,
    file: FileForm | None = None,
    giving_back: GiveBackForm | None = None,
    errors: Any = (),
    status: int = 200,
) -> HttpResponse:
    by, form = person(request), form or DraftForm(instance=found)
    seen, table = outline_of(found, by), table_of(found.kind)
    own, waits = found.by_id == by.pk, found.offered_at is not None
    changing = own and not waits
    publishing = waits == table.checked and permissions.may_publish(by, found)
    context = {
        "draft": found,
        "label": table.kind.label,
        "checked": table.checked,
        "own": own,
        "others": permissions.publishers(found) if own and table.checked else [],
        "giving_back": (giving_back or GiveBackForm()) if waits and not own else None,
        "form": form if changing else None,
        "file": (file or FileForm(table, by=by)) if changing and found.has_text else None,
        # Publishing twice and changing to the same are one already; the key tells discarding so.
        "form_key": form_key(request),
        "errors": list(errors),
        "seen": seen,
        "parts": [_part(found, seen, of, slice(ROWS_SHOWN)) for of in PARTS if not seen.troubles],
        "first": _first_lines(found, table) if changing and "text" not in form.fields else None,
        "plain_formats": formats.PLAIN,
        "shown": ROWS_SHOWN,
        "can_offer": seen.publishable and changing and table.checked,
        "can_publish": seen.publishable and publishing,
    }
    return render(request, "publishing/draft.html", context, status=status)


PARTS: Final = {
    "added": gettext_lazy("New rows"),
    "changed": gettext_lazy("Rows to be corrected"),
    "withdrawn": gettext_lazy("Rows to be withdrawn"),
}


def _part(draft: Draft, seen: Outline, of: str, shown: slice) -> dict[str, Any]:
    """Some of the rows that are added, changed or withdrawn; of changed ones each changed cell with
    its old and new value."""
    table, places = table_of(draft.kind), getattr(seen, of)
    part: dict[str, Any] = {"of": of, "title": PARTS[of], "all": len(places)}
    found = ROWS_OF[of](draft, places[shown])
    if of == "changed":
        return {**part, "changes": [_change(table, change) for change in found]}
    rows = [table.values(row) for row in found] if of == "withdrawn" else found
    return {**part, "table": table.drawn(rows, caption=PARTS[of])}


def _change(table: Table, change: Change) -> dict[str, Any]:
    columns, old, new = table.columns, table.values(change.old), change.new
    return {
        "key": " · ".join(columns[name].show(new[name]) for name in table.key),
        "cells": [
            (columns[name].label, columns[name].show(old[name]), columns[name].show(new[name]))
            for name in change.columns
        ],
    }


def _first_lines(found: Draft, table: Table) -> dict[str, Any] | None:
    """The beginning of a text that is too long for a form; None where the draft has no text, or
    none that can be read."""
    try:
        header, *lines = islice(records(found.text, most=table.size.rows), ROWS_SHOWN + 1)
    except (ValidationError, ValueError):
        return None
    return {
        "caption": _("The first rows of the file"),
        "columns": [{"label": cell} for cell in header],
        "rows": [[*line, *[""] * len(header)][: len(header)] for line in lines if line],
        "stack": True,
    }


@require_safe
@keeping
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that a draft would add, change or withdraw, by pages."""
    found = queries.draft(person(request), pk)
    of, start = request.GET.get("of", "added"), whole_number(request.GET.get("from", "0"))
    if of not in PARTS or start is None:
        raise Missing
    if found.publication:
        return redirect("publish:table", found.kind)
    seen = outline_of(found, person(request))
    if seen.troubles:
        return redirect("publish:draft", pk)
    part = _part(found, seen, of, slice(start, start + ROWS_A_PAGE))
    last = min(start + ROWS_A_PAGE, part["all"])
    context = {
        "draft": found,
        "label": table_of(found.kind).kind.label,
        "part": part,
        "first": start + 1,
        "last": last,
        "page": {
            "previous_url": f"?of={of}&from={max(start - ROWS_A_PAGE, 0)}" if start else "",
            "next_url": f"?of={of}&from={last}" if last < part["all"] else "",
        },
    }
    return render(request, "publishing/changes.html", context)


@require_safe
@keeping
def draft_file(request: HttpRequest, pk: int, ext: str) -> HttpResponse:
    """The text of a draft as a file, to be put right and uploaded again."""
    return formats.draft_file(queries.draft(person(request), pk), ext)


def _own(request: HttpRequest, pk: int) -> Draft:
    """Raises Missing, and Forbidden where somebody else prepared it."""
    found = queries.draft(person(request), pk)
    permissions.must_have_prepared(person(request), found)
    return found


@takes(largest)
@require_POST
@keeping
def upload_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Another file in the place of a draft's text."""
    found = _own(request, pk)
    form = FileForm(table_of(found.kind), request.POST, request.FILES, by=person(request))
    if not form.is_valid():
        return _draft_page(request, found, file=form, status=422)
    file = form.cleaned_data["file"]
    actions.upload_again(draft=found, file=file, file_name=form.cleaned_data["file_name"])
    for words in file.told:
        messages.info(request, words)
    return redirect("publish:draft", pk)


@require_POST
@keeping
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = DraftForm(request.POST, instance=found)
    if not form.is_valid():
        return _draft_page(request, queries.draft(person(request), pk), form, status=422)
    actions.change(draft=found, **form.cleaned_data)
    return redirect("publish:draft", pk)


def _refused(request: HttpRequest, pk: int, refusal: Invalid | Stale) -> HttpResponse:
    """The draft as it stands now, and why an act was refused."""
    errors = [
        {"text": error.reason, "href": PLACES.get(error.pointer, "")} for error in refusal.errors
    ]
    errors = errors or [{"text": refusal.detail or refusal.title}]
    found = queries.draft(person(request), pk)
    return _draft_page(request, found, errors=errors, status=refusal.status)


@require_POST
@keeping
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.draft(person(request), pk)
    try:
        actions.offer(draft=found, by=person(request), sure=request.POST.get("sure") == "yes")
    except Invalid as refusal:
        return _refused(request, pk, refusal)
    messages.success(request, _("Offered to be checked. Who can check it was told."))
    return redirect("publish:draft", pk)


@require_POST
@keeping
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take_back(draft=queries.draft(person(request), pk), by=person(request))
    messages.success(request, _("Taken back. You can change it, and offer it again."))
    return redirect("publish:draft", pk)


@require_POST
@keeping
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    by, found, form = (
        person(request),
        queries.draft(person(request), pk),
        GiveBackForm(request.POST),
    )
    permissions.must_check(by, found)
    if not form.is_valid():
        return _draft_page(request, found, giving_back=form, status=422)
    offer = whole_number(request.POST.get("offer", "")) or 0
    act = partial(actions.give_back, draft=found, by=by, offer=offer, **form.cleaned_data)
    once(request, form.cleaned_data, lambda: act().pk)
    messages.success(request, _("Given back. Whoever prepared it was told why."))
    return redirect("publish:table", found.kind)


@require_POST
@keeping
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what the person saw is published: `base` and `offer` are compared."""
    found = queries.draft(person(request), pk)
    try:
        made = actions.publish(
            draft=found,
            by=person(request),
            base=whole_number(request.POST.get("base", "")),
            sure=request.POST.get("sure") == "yes",
            offer=whole_number(request.POST.get("offer", "")) or 0,
        )
    except (Invalid, Stale) as refusal:
        return _refused(request, pk, refusal)
    said = _("Published as number {number}. Everybody can see it now.")
    messages.success(request, said.format(number=made.number))
    return redirect("publish:table", made.kind)


@require_POST
@keeping
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    def thrown_away() -> str:
        found = _own(request, pk)
        actions.discard(draft=found)
        return str(found.kind)

    kind = once(request, {}, thrown_away)
    messages.success(request, _("The draft was discarded. Nothing was published."))
    return redirect("publish:table", kind)
