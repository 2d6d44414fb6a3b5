"""Entering what the company spent, under the head of its case on the supply company's desk."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications.actions import CASES
from applications.models import Application
from applications.plans.models import GROUNDS
from applications.queries import case_for
from applications.work.views import answer, case_page, desk
from core.form_token import posted
from core.forms import BodyForm, form_of
from core.problems import Forbidden, Missing
from core.templatetags.city import money
from money.investments import actions
from money.investments.models import Spent
from money.investments.serializers import NewInvestment, Reversal
from workflow.pages import act_once

InvestmentForm = form_of(
    NewInvestment,
    controls={
        "kind": forms.ChoiceField(
            label=gettext_lazy("What it was spent on"),
            choices=[("", gettext_lazy("Choose")), *Spent.choices],
        ),
        "amount_yuan": forms.CharField(
            label=gettext_lazy("Amount"),
            help_text=gettext_lazy("In yuan."),
            widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
        ),
        "ground": forms.ChoiceField(
            label=gettext_lazy("Why the investment boundary is extended"),
            help_text=gettext_lazy(
                "Only at high voltage, and only for what lies beyond the investment boundary; "
                "first for projects of the three battles."
            ),
            choices=[
                ("", gettext_lazy("Up to the investment boundary")),
                *((code.value, words) for code, words in GROUNDS.items()),
            ],
            required=False,
        ),
    },
)
ReversalForm = form_of(Reversal)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def spend(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a sum that the company spent on the case."""
    by = person(request)
    case = case_for(number, by)
    form: BodyForm = InvestmentForm(posted(request))
    if case.voltage != Application.Voltage.HIGH:
        # Nothing is extended there.
        del form.fields["ground"], form.fields["ground_words"]

    def enter(body: dict[str, object]) -> None:
        actions.spend(application=case, body=body, by=by)

    lead = _("What the company spent up to and including the meter is what nobody else pays.")
    label = _("Enter what the company spent")
    return _page(request, case, form, enter, label=label, lead=lead)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def reverse(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """Reverse a wrong line."""
    by = person(request)
    case = case_for(number, by)
    wrong = case.investments.filter(number=line).first()
    if wrong is None:
        raise Missing

    def enter(body: dict[str, object]) -> None:
        actions.reverse(application=case, number=line, body=body, by=by)

    words = _("Line %(line)s: %(kind)s, %(amount)s. It stays, and another one reverses it.")
    lead = words % {
        "line": line, "kind": wrong.get_kind_display(), "amount": money(wrong.amount_yuan),
    }  # fmt: skip
    form = ReversalForm(posted(request))
    return _page(request, case, form, enter, label=_("Reverse the line"), lead=lead)


def _page(
    request: HttpRequest,
    case: Application,
    form: BodyForm,
    enter: Callable[[dict[str, object]], None],
    *,
    label: str,
    lead: str,
) -> HttpResponse:
    """Draw a form of what was spent, or act on it, once however often it is sent."""
    try:
        actions.entering(case, person(request))
    except Forbidden as problem:
        return case_page(request, case, problem)

    def once() -> None:
        body = form.body()
        act_once(request, CASES, case, {label: body}, lambda _version: enter(body))

    return answer(request, case, form, label, once, lead=lead)
