"""Answering an offer: the link says which, a code that the phone is at hand. And taking what was
begun without an account into one, by its link and a code to its phone."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import codes, kept, offers, visits
from accounts.decorators import account_only, person
from accounts.mandates import Mandate, Offer
from accounts.models import User
from accounts.parties import PhoneCode
from accounts.queries import party_names
from applications.actions import CASES
from applications.begun import begun, case_or_draft
from applications.forms import CodeForm
from applications.mandates.offering import allowed_by
from applications.mandates.reading import numbers_of, right_words
from applications.models import Application
from applications.notices import tell_of_mandate
from applications.views.account import home_of
from applications.views.codes import NOT_SENT, asking_code, drawn, send, take_once
from applications.views.links import lead_on
from applications.views.visit import leave_link
from core.form_token import once
from core.problems import Missing, Problem, WrongState
from core.templatetags.city import masked_name
from deadlines.sweep import settle

MANDATE, OFFER = PhoneCode.Purpose.MANDATE, PhoneCode.Purpose.OFFER


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """Only reads, for programs open links in messages before people do."""
    offer = offers.of_token(token)
    if offer is None:
        raise Missing(_("There is no such link, or it is too old to say what became of it."))
    request.session[kept.OFFER] = offer.pk
    return lead_on("applications:offer")


def _followed(request: HttpRequest) -> Offer:
    """Raises Missing where no link was opened in this session, or the offer is swept."""
    found = Offer.objects.filter(pk=request.session.get(kept.OFFER, 0)).select_related("asked_by")
    offer = found.first()
    if offer is None:
        raise Missing(_("Open the link in the SMS once more."))
    return offer


def _purpose(offer: Offer) -> PhoneCode.Purpose:
    """The customer who is asked lets somebody act; everybody else takes what is offered."""
    return MANDATE if offer.asked_by_id else OFFER


def _account(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.has_account else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Say what is offered, and by whom; send the code, or decline."""
    found = _followed(request)
    if request.method == "POST" and request.POST.get("do") == "decline":
        offers.close(found.pk, Offer.Outcome.DECLINED)
        messages.success(request, _("It is declined. Nobody acts for anybody by it."))
        return redirect("home")
    if request.method != "POST" or not found.is_open or _needs_account(request, found):
        return _told(request, found)
    try:
        send(request, found.phone, purpose=_purpose(found))
    except NOT_SENT as problem:
        return _told(request, found, problem)
    return redirect("applications:offer-code")


def _needs_account(request: HttpRequest, offer: Offer) -> bool:
    """A mandate is an account's; a case, and a customer who is asked, need none."""
    mandate = offer.asked_by_id is None and offer.right != Offer.HAND_OVER
    return mandate and _account(request) is None


def _told(request: HttpRequest, offer: Offer, problem: Problem | None = None) -> HttpResponse:
    agent = offer.asked_by
    party = agent.party_id if agent else offer.party_id or 0
    name = party_names([party])[party]
    context = {
        "offer": offer,
        # Whoever holds the link has not shown the phone yet.
        "who": name if "*" in name else masked_name(name),
        "right": right_words(offer.right),
        "allows": allowed_by(offer.right),
        "number": numbers_of([offer]).get(offer.case_ref, "") if offer.case_ref else "",
        "hand_over": offer.right == Offer.HAND_OVER,
        "needs_account": _needs_account(request, offer),
        "account": _account(request),
        "closed": "" if offer.is_open else offers.ANSWERED.get(offer.outcome, offers.EXPIRED),
        "here": reverse("applications:offer"),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "offer", context, problem)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def offer_code(request: HttpRequest) -> HttpResponse:
    """Take the code; with it the offer is accepted, or the customer agrees."""
    if request.method == "POST" and kept.OFFER not in request.session:
        return _second_click(request)
    found = _followed(request)
    return asking_code(
        request,
        _purpose(found),
        here="applications:offer-code",
        before="applications:offer",
        shown=partial(_answered, request, found),
        button=_("Take over the case") if found.right == Offer.HAND_OVER else _("Agree"),
    )


def _second_click(request: HttpRequest) -> HttpResponse:
    """Whoever is here by phone alone since the first click began another session with it."""
    if not request.user.is_authenticated:
        form = CodeForm(request.POST)
        pk = take_once(request, form.cleaned_data["code"], lambda: None) if form.is_valid() else 0
        row = codes.just_taken(pk or 0, MANDATE) | codes.just_taken(pk or 0, OFFER)
        first = row.select_related("contact__party").exclude(contact=None).first()
        if first is None or first.contact is None:
            return redirect("applications:offer")
        visits.enter(request, first.contact)
    return redirect("applications:account")


def _answered(request: HttpRequest, offer: Offer, code: int) -> HttpResponse:
    """Do what was offered, once, for the account that is signed in, or for the phone alone."""
    user = _account(request)
    if user is None and _needs_account(request, offer):
        return redirect("applications:offer")
    if offer.right == Offer.HAND_OVER:
        return _take_over(request, offer, code, user)
    phone = PhoneCode.objects.get(pk=code).address
    # The customer without an account is a party from now on.
    contact = None if user else visits.contact_of_code(code)

    def act() -> None:
        with transaction.atomic():
            _same_phone(offer, phone)
            if offer.asked_by_id is None:
                assert user is not None
                given = offers.accept(offer.pk, user)
            else:
                party = user.party if user else contact.party  # type: ignore[union-attr]
                given = offers.agree(offer.pk, party)
            tell_of_mandate("mandate.given", given, by=user.party_id if user else given.party_id)

    once(request, {"offer": offer.pk}, act)
    if contact is not None:
        visits.enter(request, contact)
    messages.success(
        request, _("It is agreed. See here who acts for whom, and end it at any time.")
    )
    return redirect("applications:mandates")


def _same_phone(offer: Offer, phone: str) -> None:
    """Raises WrongState where the code came to another phone than the offer."""
    now = Offer.objects.get(pk=offer.pk)
    if now.phone and now.phone != phone:
        raise WrongState(_("The code was sent to another phone than this is offered to."))


def _take_over(request: HttpRequest, offer: Offer, code: int, user: User | None) -> HttpResponse:
    phone = PhoneCode.objects.get(pk=code).address
    contact = None if user else visits.contact_of_code(code)
    by = user or visits.person_of(contact)  # type: ignore[arg-type]
    by.offered_case = offer.case_ref
    case = _case_offered(offer)
    settle(case.ref)

    def act() -> None:
        with transaction.atomic():
            _same_phone(offer, phone)
            CASES.perform(case, "hand_over", by=by, body={"offer": offer.pk})

    once(request, {"offer": offer.pk}, act)
    by.offered_case = None
    if contact is not None:
        visits.enter(request, contact)
        leave_link(request, case.number)
    messages.success(request, _("You handle this application from now on."))
    return redirect(home_of(CASES.read_anew(case)))


def _case_offered(offer: Offer) -> Application:
    """Raises WrongState where it is thrown away and swept."""
    case = case_or_draft(
        lambda: Application.objects.filter(ref__in=[offer.case_ref]).first(),
        lambda: begun(ref=offer.case_ref),
    )
    if case is None:
        raise WrongState(_("There is no such application any more."))
    return case.workflow()


@never_cache
@account_only
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone of what was begun without an account, whose link was opened."""
    contact = visits.awaited(request)
    if contact is None:
        return redirect("applications:return")
    try:
        send(request, contact.address, contact, purpose=MANDATE)
    except NOT_SENT as problem:
        messages.error(request, str(problem.detail))
        return redirect("applications:return")
    return redirect("applications:claim-code")


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def claim_code(request: HttpRequest) -> HttpResponse:
    """Take the code; the account is as the party of the phone from now on."""
    return asking_code(
        request,
        MANDATE,
        here="applications:claim-code",
        before="applications:return",
        shown=partial(_claimed, request),
        button=_("Take into my account"),
    )


def _claimed(request: HttpRequest, code: int) -> HttpResponse:
    user, link = person(request), visits.followed(request)
    contact = visits.contact_of_code(code)

    def act() -> None:
        with transaction.atomic():
            given: Mandate = offers.claim(contact, user)
            tell_of_mandate("mandate.given", given, by=user.party_id)

    once(request, {"contact": contact.pk}, act)
    messages.success(
        request,
        _(
            "What was begun with this phone is in your account too. Its link stays good until "
            "you end it."
        ),
    )
    if link is not None and link.contact_id == contact.pk:
        return redirect("applications:draft", link.number)
    return redirect("applications:account")
