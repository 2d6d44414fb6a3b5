"""One item that a bureau named as missing, as the supply company answers it: words, files or both,
saved as a draft."""

from functools import partial
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import SUPPLY_DESK
from approvals.actions import PERMITS
from approvals.models import Permit
from approvals.offices import office_of
from approvals.queries import permit_for
from approvals.serializers import ItemDraft
from approvals.supplement import drafts
from approvals.supplement.reading import Side, side_by_side
from approvals.wording import permit_name
from core.bodies import read
from core.form_token import form_token, fresh_token
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem
from documents.actions import digest_of
from workflow.machine import acts_of
from workflow.pages import act_once, answer_form

AnswerForm: Final = form_of(ItemDraft, files=True)
#: The button beside a file that takes it out again.
TAKE_OUT: Final = "take_out"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SUPPLY_DESK)
def page(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """What was asked, what there is, and the form of the answer; a file is taken out again by the
    same form, so that what was typed stays."""
    user = person(request)
    permit = permit_for(user, pk)
    if request.method != "POST":
        PERMITS.role_in(permit, acts_of(Permit)[drafts.SUPPLY], user)
        return item_page(request, pk, item)
    out, form = file_in(request), AnswerForm(request.POST, request.FILES)
    return answer_form(
        form,
        lambda: save(request, permit, item, form, out),
        page=lambda form: item_page(request, pk, item, form),
        overtaken=lambda problem: item_page(request, pk, item, problem=problem),
        done=lambda: saved(request, pk, item, out),
    )


def item_page(
    request: HttpRequest,
    pk: int,
    item: int,
    form: BodyForm | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    """As the item stands now; with what was typed, or with the refusal on top."""
    user = person(request)
    now = permit_for(user, pk)
    side = named(now, item, user)
    context = {
        "permit": now,
        "name": permit_name(now.permit),
        "bureau": office_of(now),
        "number": now.line_works.application,
        "side": side,
        "form": form or AnswerForm(initial={"answer": side.answer}),
        "form_token": (fresh_token if problem else partial(form_token, request))(side.version),
        "problem": problem,
    }
    status = problem.status if problem else 422 if form and form.errors else 200
    return render(request, "work/supplement_item.html", context, status=status)


def save(request: HttpRequest, permit: Permit, item: int, form: BodyForm, out: UUID | None) -> None:
    """Once for each form: the words and files of the answer; `out`: the file that it is without."""
    user, body, uploads = person(request), form.body(), form.uploads()
    said = {
        "item": item,
        "body": body,
        "files": [digest_of(each) for each in uploads],
        "without": str(out or ""),
    }

    def act(version: int) -> None:
        words = read(ItemDraft, body)["answer"]
        drafts.save_answer(permit, item, words, by=user, uploads=uploads, version=version)
        if out:
            drafts.take_out(permit, item, out, by=user)

    act_once(request, PERMITS, permit, said, act)


def saved(request: HttpRequest, pk: int, item: int, out: UUID | None) -> HttpResponse:
    """Back to the item where a file was taken out of it, else to its permit."""
    if out:
        messages.success(request, _("The file is taken out again."))
        return redirect("work:supplement-item", pk, item)
    messages.success(request, _("Saved: item %(number)s.") % {"number": item})
    return redirect("work:permit", pk)


def named(permit: Permit, number: int, user: User) -> Side:
    """Raises Missing where no item has this number."""
    for side in side_by_side(permit, user):
        if side.number == number:
            return side
    raise Missing


def file_in(request: HttpRequest) -> UUID | None:
    """The file whose button was pressed. Raises Missing where there can be none of this name."""
    sent = request.POST.get(TAKE_OUT, "")
    try:
        return UUID(sent) if sent else None
    except ValueError:
        raise Missing from None
