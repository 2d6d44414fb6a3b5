"""The counter's pages: what it passed on to other cities, and passing one on."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import codes
from accounts.decorators import person, role_required
from accounts.models import User
from accounts.parties import PhoneCode
from accounts.roles import COUNTER
from applications.receipts import render as receipts
from applications.referrals import package, queries, reading
from applications.referrals.actions import REFERRALS, send
from applications.referrals.declaration import NewReferral
from applications.referrals.filters import ListFilter
from applications.referrals.models import Referral, RegisteredOffice
from applications.referrals.receipt import ReferralReading, read
from applications.views.codes import NOT_SENT, refuse_code, taken
from applications.views.codes import send as send_code
from core.fields import blind_index
from core.form_token import form_key, form_token, fresh_key, once, posted
from core.forms import ACCEPT, BodyForm, FilesField, form_of
from core.identifiers import is_mobile, plain, plain_phone
from core.paging import page_of
from core.problems import Invalid, Missing, Problem, Text
from core.templatetags.city import masked_phone
from core.widgets import line_of
from documents.actions import digest_of
from ledger.record import text_of
from notifications.providers import is_open
from rules.delivery import Channel
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import refusal, step_page

CONSENT: Final = PhoneCode.Purpose.CONSENT
at_a_counter = role_required(*COUNTER)
DECLARED: Final = [name for name, _field in NewReferral().fields.items() if name != "office"]
NewForm = form_of(
    NewReferral,
    rows=3,
    controls={
        "language": forms.ChoiceField(
            label=NewReferral().fields["language"].label,
            choices=User.Language.choices,
            initial=User.Language.ZH,
        )
    },
)
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=3) for name, said in acts_of(Referral).items()
}


@require_safe
@at_a_counter
def referrals(request: HttpRequest) -> HttpResponse:
    filters = ListFilter(request.GET, queries.own(person(request)))
    page = page_of(request, filters.qs, order=filters.order)
    context = {"form": filters.form, "page": page, "rows": reading.rows_of(page.rows)}
    return render(request, "applications/referrals/list.html", context, status=filters.form.status)


@require_safe
@at_a_counter
def choose(request: HttpRequest) -> HttpResponse:
    """Which office of which city."""
    offices = queries.open_offices()
    context = {"offices": offices, "open": is_open(Channel.SMS)}
    return render(request, "applications/referrals/choose.html", context)


def new_form(*sent: Any, **more: Any) -> BodyForm:
    """The form of a new one, with its files and the code that the customer reads out."""
    form = NewForm(*sent, **more)
    del form.fields["office"]
    form.fields["code"] = forms.CharField(
        label=_("Code from the customer's SMS"),
        required=False,
        max_length=20,
        widget=line_of(10, inputmode="numeric", autocomplete="off"),
    )
    form.fields["consent"] = forms.FileField(
        label=_("Or: the consent on paper, signed"),
        help_text=_("Print this page, have it signed, and scan it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    form.fields["papers"] = FilesField(
        label=_("Papers, scanned"),
        help_text=_("PDF, JPEG, PNG or HEIC; you can choose several."),
    )
    return form


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@at_a_counter
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one in: the customer reads what is passed on to whom, agrees by code or paper, and the
    office is sent the way to it."""
    office = queries.open_offices().filter(pk=pk).first()
    if office is None:
        raise Missing(_("There is no such registered office."))
    if request.method == "POST" and request.POST.get("do") == "code":
        return _code_to_customer(request, office)
    sent = posted(request)
    form = new_form() if sent is None else new_form(sent, request.FILES)
    if request.method != "POST" or not form.is_valid() or not _code_is_right(request, form):
        return _new_page(request, office, form)
    body = {name: form.cleaned_data[name] for name in DECLARED} | {"office": office.pk}
    papers, consent = form.cleaned_data["papers"], form.cleaned_data["consent"]

    def act() -> str:
        site = request.build_absolute_uri("/")
        by = person(request)
        return send(body, papers=papers, consent=consent, site=site, by=by).number

    # What is kept of the request tells nothing of the customer.
    same = {
        "declared": blind_index(text_of(body), "referral form").hex(),
        "files": [digest_of(each) for each in [*papers, *([consent] if consent else [])]],
    }
    try:
        number = once(request, same, act)
    except Invalid as problem:
        form.refused(problem)
        return _new_page(request, office, form)
    messages.success(request, _("It is passed on. Give the customer the receipt."))
    return redirect("referrals:one", number)


def _code_to_customer(request: HttpRequest, office: RegisteredOffice) -> HttpResponse:
    """Send the customer a code for what is to be agreed to; what was typed stays, unjudged."""
    form = new_form(initial={name: request.POST.get(name, "") for name in DECLARED})
    phone = plain_phone(request.POST.get("phone", ""))
    if not is_mobile(phone):
        form = new_form(request.POST, MultiValueDict())
        form.errors.clear()
        form.add_error("phone", _("A code goes to a mobile number of 11 figures only."))
        return _new_page(request, office, form)
    signs = package.signed_by(office, phone)
    try:
        send_code(request, phone, purpose=CONSENT, signs=signs)
    except NOT_SENT as problem:
        return _new_page(request, office, form, problem)
    said = _("A code was sent to %(phone)s. The customer reads it out.")
    messages.success(request, said % {"phone": masked_phone(phone)})
    return _new_page(request, office, form)


def _code_is_right(request: HttpRequest, form: BodyForm) -> bool:
    """Take the code that was typed, if one was; whether it is for this is asked when it is sent."""
    typed = plain(form.cleaned_data["code"])
    if not typed:
        return True

    if taken(request, CONSENT, typed, codes.SHOWN_LASTS):
        return True
    refuse_code(form)
    return False


def _new_page(
    request: HttpRequest, office: RegisteredOffice, form: BodyForm, problem: Problem | None = None
) -> HttpResponse:
    context = {
        "office": office,
        "consent": package.consent_text(office),
        "form": form,
        # Another code is another request.
        "form_key": fresh_key() if request.POST.get("do") == "code" else form_key(request),
        "errors": [{"text": problem.detail}] if problem else [],
        "open": is_open(Channel.SMS),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "applications/referrals/new.html", context, status=status)


@require_safe
@at_a_counter
def one(request: HttpRequest, number: str) -> HttpResponse:
    return one_page(request, queries.one_for(number, person(request)))


def one_page(
    request: HttpRequest, referral: Referral, problem: Problem | None = None
) -> HttpResponse:
    """Draw the page of one, with the refusal on top where a step was refused."""
    user = person(request)
    own = [
        replace(
            button,
            tone="warning",
            url=reverse("referrals:step", args=[referral.number, button.action]),
        )
        for button in buttons(REFERRALS, referral, user)
    ]
    context = {
        **reading.one_context(
            referral, lambda step: reverse("referrals:receipt", args=[referral.number, step.seq])
        ),
        "declared": reading.declared_rows(referral),
        "files": package.papers_of(referral),
        "choices": choices(REFERRALS, referral, user, own),
        **refusal(request, REFERRALS, referral, problem),
    }
    status = problem.status if problem else 200
    return render(request, "applications/referrals/one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_counter
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """An act of the counter: its form, and what becomes of it."""
    referral = queries.one_for(number, person(request))
    one_url = reverse("referrals:one", args=[referral.number])

    def page(form: BodyForm, label: Text) -> HttpResponse:
        context = {
            "referral": referral,
            "one_url": one_url,
            "form": form,
            "label": label,
            "tone": "warning",
            "form_token": form_token(request, referral.version),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/referrals/step.html", context, status=status)

    return step_page(
        request,
        REFERRALS,
        referral,
        action,
        FORMS,
        page=page,
        overtaken=lambda now, problem: one_page(request, now, problem),
        onward=one_url,
    )


# Receipts, for the customer to take along


def _reading(request: HttpRequest, number: str, seq: int) -> ReferralReading:
    return read(queries.one_for(number, person(request)), seq)


@require_safe
@at_a_counter
def receipt(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    found = _reading(request, number, seq)
    return receipts.shown(
        request,
        found,
        back={"url": reverse("referrals:one", args=[number]), "label": number},
        json_url=reverse("referrals:receipt-json", args=[number, seq]),
        pdf_url=reverse("referrals:receipt-pdf", args=[number, seq]),
    )


@require_safe
@at_a_counter
def receipt_json(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    return receipts.attached_json(_reading(request, number, seq))


@require_safe
@at_a_counter
def receipt_pdf(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    return receipts.attached_pdf(_reading(request, number, seq), request.build_absolute_uri("/"))
