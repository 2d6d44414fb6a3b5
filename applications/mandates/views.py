"""The page of who acts for whom, and the forms that offer and ask."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import offers
from accounts.decorators import account_only, person, signed_in
from accounts.mandates import Mandate, Offer, Right
from accounts.models import User
from accounts.parties import Contact
from accounts.queries import party_names
from applications.mandates import reading
from applications.mandates.offering import RIGHT_HINTS, OfferBody, send_offer
from applications.notices import tell_of_mandate
from applications.views.account import home_of, own_case
from core.fields import blind_index
from core.form_token import form_key, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Busy, Invalid, Missing, QuotaReached, TooMany
from core.reading import whole_number
from core.widgets import DateParts, HintedRadios, line_of
from notifications.providers import is_open
from rules.delivery import Channel

PAGE = 20


def party_of(request: HttpRequest) -> int:
    """The party that the page is about: the own one, or another that the person is as."""
    user = person(request)
    asked = request.POST.get("party") or request.GET.get("party") or str(user.party_id)
    party = whole_number(asked)
    if party is None or not user.manages(party):
        raise Missing
    return party


@never_cache
@signed_in
@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """Who acts for a party, ended mandates too; and for whom the person acts."""
    user, party = person(request), party_of(request)
    page = page_of(request, reading.given_by(party), order=("-id",), size=PAGE)
    managed = list(user.acts_for(Right.MANAGE))
    agent = user if user.has_account and party == user.party_id else None
    waiting = list(reading.open_offers(party, agent))
    numbers = reading.numbers_of(waiting)
    names = party_names(managed)
    context = {
        "party": party,
        "own": party == user.party_id,
        "name": names[party],
        "parties": [(each, names[each]) for each in managed if each != party],
        "page": page,
        "given": reading.given_rows(page.rows),
        "held": reading.held_rows(user) if agent else [],
        "offers": [
            {
                "offer": each,
                "right": reading.right_words(each.right),
                "number": numbers.get(each.case_ref, "–") if each.case_ref else "",
            }
            for each in waiting
        ],
        "begins_for": reading.choice_of_parties(user),
        "link_open": party != user.party_id
        and Contact.objects.filter(party=party).reachable().exists(),
        "form_key": form_key(request),
    }
    return render(request, "applications/mandates.html", context)


def offer_form(*fields: str, rights: tuple[str, ...] = ()) -> type[BodyForm]:
    """The form of an offer: of `OfferBody` what its page asks for."""
    whole = form_of(OfferBody, controls=_controls(rights))

    class Form(whole):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name in set(self.fields) - set(fields):
                del self.fields[name]

    return Form


def _controls(rights: tuple[str, ...]) -> Mapping[str, forms.Field]:
    declared = OfferBody().fields
    return {
        # Its page says it.
        "asks": forms.CharField(required=False),
        "phone": forms.CharField(
            label=declared["phone"].label,
            help_text=declared["phone"].help_text or "",
            widget=line_of(20, inputmode="tel", autocomplete="off"),
        ),
        "right": forms.ChoiceField(
            label=declared["right"].label,
            choices=[(each, label) for each, label in Offer.RIGHTS if each in rights],
            widget=HintedRadios(hints=RIGHT_HINTS),
        ),
        "last_day": forms.DateField(
            label=declared["last_day"].label,
            help_text=declared["last_day"].help_text or "",
            required=False,
            widget=DateParts,
        ),
    }


ALL_RIGHTS = tuple(Right.values)
OF_ONE = (Right.READ.value, Right.ACT.value, Right.SIGN.value)
#: Said on the form itself.
REFUSED = (Invalid, TooMany, Busy, QuotaReached)


def _offering(
    request: HttpRequest, form: BodyForm, more: Mapping[str, Any], context: Mapping[str, Any]
) -> HttpResponse:
    """Draw a form of an offer, or send it: once per form.

    Args:
        more: what the body says besides the form. `context`: the page's words.
    """
    user, problem = person(request), None
    if request.method == "POST" and form.is_valid():
        body = {**form.body(), **more}

        def link_of(token: str) -> str:
            return request.build_absolute_uri(reverse("applications:follow-offer", args=[token]))

        # What is kept of the request must not tell the number.
        kept = {
            "phone": blind_index(body["phone"], "phone").hex(),
            "last_day": str(body.get("last_day")),
        }
        said = {name: value for name, value in body.items() if name not in kept} | kept
        try:
            once(request, said, lambda: send_offer(body, user, link_of).pk)
        except REFUSED as refused:
            problem = refused
            form.refused(refused)
        else:
            messages.success(
                request, _("A link is on its way by SMS. It waits here for an answer.")
            )
            return redirect(context["after"])
    status = problem.status if problem else 422 if form.errors else 200
    said = {"form": form, "form_key": form_key(request), "open": is_open(Channel.SMS), **context}
    return render(request, "applications/offering.html", said, status=status)


def _page_of(party: int, user: User) -> str:
    url = reverse("applications:mandates")
    return url if party == user.party_id else f"{url}?party={party}"


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def offer_mandate(request: HttpRequest) -> HttpResponse:
    """Ask somebody to act for a party."""
    party, user = party_of(request), person(request)
    form = offer_form("phone", "right", "application", "last_day", rights=ALL_RIGHTS)
    for_one = {"application": request.GET.get("application", "")}
    return _offering(
        request,
        form(posted(request), initial=for_one),
        {"party": party},
        {
            "title": _("Let somebody act for you"),
            "lead": _(
                "A member of your company, a relative or an agent. Whoever gets the link signs in "
                "with an account of their own and types the code that comes to that phone."
            ),
            "button": _("Send the link"),
            "after": _page_of(party, user),
            "party": party,
        },
    )


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask_customer(request: HttpRequest) -> HttpResponse:
    """Ask a customer for a mandate of one's own."""
    form = offer_form("phone", "right", "last_day", rights=OF_ONE)
    return _offering(
        request,
        form(posted(request)),
        {"asks": True},
        {
            "title": _("Act for a customer"),
            "lead": _(
                "The customer gets a link by SMS, reads who wants to do what until when, and "
                "agrees with a code on the own phone. The code is never for you. Then you file "
                "for that customer, who sees everything and can end it at any time."
            ),
            "button": _("Ask the customer"),
            "after": reverse("applications:mandates"),
        },
    )


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Offer a case, or what is begun, to somebody who takes it over."""
    case, user = own_case(request, number), person(request)
    if case.office_id or not user.manages(case.filed_by_id):
        raise Missing
    return _offering(
        request,
        offer_form("phone")(posted(request)),
        {"right": Offer.HAND_OVER, "application": case.number},
        {
            "title": _("Hand over %(number)s") % {"number": case.number},
            "lead": _(
                "Somebody else handles this application from then on: reads it, hands in "
                "documents, answers, signs. You keep what you were told until then, and read "
                "nothing in it any more. Who is named as the customer stays: the supply contract "
                "is with that customer. If another one is to be supplied, withdraw and let that "
                "one apply."
            ),
            "button": _("Send the link"),
            "after": home_of(case),
            "back": home_of(case),
        },
    )


@signed_in
@require_POST
def end(request: HttpRequest, mandate_id: int) -> HttpResponseBase:
    """End a mandate, by either side; a second click is told the same."""
    user = person(request)
    found = Mandate.objects.filter(pk=mandate_id).first()
    if found is None or not (found.user_id == user.pk or user.manages(found.party_id)):
        raise Missing

    def act() -> None:
        tell_of_mandate("mandate.ended", offers.end(mandate_id, user), by=user.party_id)

    once(request, {"mandate": mandate_id}, act)
    messages.success(request, _("The mandate has ended. That account reads and does nothing more."))
    return redirect(_after(user, found.party_id))


def _after(user: User, party: int) -> str:
    """Whoever gave up being as a party cannot open its page any more."""
    fresh = User.objects.filter(pk=user.pk).first() or user
    return _page_of(party, user) if fresh.manages(party) else reverse("applications:mandates")


@signed_in
@require_POST
def withdraw(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """Withdraw an offer that waits for its answer."""
    user = person(request)
    found = Offer.objects.filter(pk=offer_id).first()
    if found is None or not offers.made_by(found, user):
        raise Missing
    once(request, {"offer": offer_id}, lambda: _withdrawn(offer_id, user))
    messages.success(request, _("The offer is withdrawn: its link opens nothing any more."))
    return redirect(_page_of(found.party_id or user.party_id, user))


def _withdrawn(offer_id: int, user: User) -> None:
    offers.close(offer_id, Offer.Outcome.WITHDRAWN, user)


@signed_in
@require_POST
def end_link(request: HttpRequest) -> HttpResponseBase:
    """End the phone of a party whose applications are in an account, and the links sent there."""
    user, party = person(request), party_of(request)
    once(request, {"party": party}, lambda: offers.end_link(party, user))
    messages.success(request, _("The link sent by SMS opens nothing any more; your account does."))
    return redirect(_page_of(party, user))
