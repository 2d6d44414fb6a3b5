"""The published figures for those who watch over the cases, and their revision."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from applications.timings.models import Release
from applications.timings.releases import (
    may_revise,
    must_revise,
    pending,
    published,
    release_named,
    revise,
)
from applications.timings.wording import changes_table
from core.form_token import fresh_token, once, posted
from core.forms import BodyForm, form_of
from core.problems import Problem, Text
from core.templatetags.city import figure
from oversight.late import watched, within
from oversight.lists import BROKEN_OFF, DECIDED, DONE_LATE, ENERGISED, MISSED, STILL_OPEN
from oversight.statistics import By, Line, ReleaseForm, ReviseBody, Told
from oversight.views.lists import names_of
from workflow.pages import answer_form

ReviseForm = form_of(ReviseBody, rows=4)
HEADS: Final[dict[str, Text]] = {
    ENERGISED: gettext_lazy("With power"),
    MISSED: gettext_lazy("Limit or target missed"),
    STILL_OPEN: gettext_lazy("Still open at the end"),
    BROKEN_OFF: gettext_lazy("Broken off"),
    DECIDED: gettext_lazy("Decided"),
    DONE_LATE: gettext_lazy("Done late"),
}
CAPTIONS: Final[dict[By, Text]] = {
    By.KIND: gettext_lazy("Cases by kind"),
    By.DISTRICT: gettext_lazy("Cases by district"),
    By.BUREAU: gettext_lazy("Permits by bureau"),
    By.PERMIT: gettext_lazy("Permits by kind"),
}


@require_safe
@role_required(*OVERSIGHT)
def statistics(request: HttpRequest) -> HttpResponse:
    user = person(request)
    releases = published()
    form = ReleaseForm([each.period for each in releases], request.GET)
    wanted = form.wanted("period")
    chosen = next((each for each in releases if wanted in ("", each.period)), None)
    context: dict[str, Any] = {"form": form, "section": "statistics", "release": chosen}
    if chosen and not form.errors:
        release = release_named(chosen.period)
        district = form.wanted("district")
        told = Told(release, within(watched(user), district))
        kept = {"period": release.period, **({"district": district} if district else {})}
        context["tables"] = [table_of(by, lines, kept) for by, lines in told.lines().items()]
        context["may_revise"] = may_revise(user)
    return render(request, "oversight/statistics.html", context, status=form.status)


def table_of(by: By, lines: list[Line], kept: dict[str, str]) -> dict[str, Any]:
    """Each count leads to the list that it counts; `kept`: the filters that lead there too."""
    names = names_of(by.value)
    of = "cases" if by in (By.KIND, By.DISTRICT) else "permits"
    shown = lines[0].counts if lines else ()

    def cell(line: Line, show: str, count: int) -> Any:
        query = urlencode({**kept, by.value: line.code, "show": show})
        return {"text": figure(count), "url": f"{reverse(f'oversight:{of}')}?{query}"}

    return {
        "caption": CAPTIONS[by],
        "columns": [
            {"label": by.label},
            *({"label": HEADS[name], "numeric": True} for name in shown),
        ],
        "rows": [
            [names[line.code], *(cell(line, name, count) for name, count in line.counts.items())]
            for line in lines
        ],
        "stack": True,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OVERSIGHT)
def revision(request: HttpRequest, period: str) -> HttpResponse:
    """What a recount finds different from what was published, and the form that publishes it."""
    user, release = person(request), release_named(period)
    must_revise(user)
    form = ReviseForm(posted(request))

    def act() -> int:
        made = revise(period=release.of, by=user, reason=form.body()["reason"])
        return made.number

    def done() -> HttpResponse:
        messages.success(request, _("The revision is published; what was published before stays."))
        return redirect(f"{reverse('oversight:statistics')}?period={release.period}")

    return answer_form(
        form,
        lambda: once(request, {"period": period, **form.body()}, act),
        page=lambda form: _revision_page(request, release, form),
        overtaken=lambda problem: _revision_page(request, release, form, problem),
        done=done,
    )


def _revision_page(
    request: HttpRequest, release: Release, form: BodyForm, problem: Problem | None = None
) -> HttpResponse:
    rows = pending(release.of)
    context = {
        "release": release,
        "form": form,
        "form_token": fresh_token(release.number),
        "table": changes_table(rows, _("What a recount finds different")) if rows else None,
        "problem": problem,
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "oversight/statistics_revision.html", context, status=status)
