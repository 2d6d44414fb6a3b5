"""The page of one's own data: what is kept, what for, until when, who sees it; and its copy."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from accounts.decorators import person, signed_in
from accounts.models import User
from accounts.oidc.services import name_of
from accounts.queries import ever_acting, identity_links_of, passkeys_of
from applications import casefile
from applications.accesses import accesses, accesses_table
from applications.checklist import SUBJECT
from applications.enquiries.queries import asked_by
from applications.export import pieces
from applications.licences.models import LicenceFetch
from applications.models import Application
from applications.owndata import (
    begun_by,
    contacts_of,
    face_consents_of,
    fetches_of,
    identities_of,
    newest_of,
)
from applications.personal import KEPT, kept_words
from applications.views.account import begun_rows
from applications.wording import kind_words, place_words
from core.counting import bounded
from core.templatetags.city import instant, masked_id
from documents.models import Document
from notifications.models import Message
from reliability.reports.queries import reported_by
from reliability.reports.reading import own_rows
from rules.licences import licence_rules
from rules.limits import Keeping, Meter
from rules.limits import limits as rules_of_limits
from rules.registry import policy
from workflow.machine import state_words

#: Cases and files on the page, the newest; "My cases" and the copy have all.
SHOWN = 50


@never_cache
@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    user = person(request)
    drafts, cases = begun_rows(begun_by(user)[:SHOWN], user), newest_of(user, SHOWN + 1)
    context = {
        "account": account_rows(user),
        "drafts": drafts,
        "cases": [case_row(case) for case in cases[:SHOWN]],
        "more": len(cases) > SHOWN,
        "files": files_table(user, cases[:SHOWN]),
        "accesses": accesses_table(
            accesses(*cases[:SHOWN], most=SHOWN), _("Who looked at your data"), numbered=True
        ),
        "rated": [
            {"number": case.number, "rows": rows}
            for case in cases[:SHOWN]
            if (rows := casefile.rating_rows(case))
        ],
        "message_count": bounded(Message.objects.to(user)),
        "enquiries": asked_by(user)[:SHOWN],
        "others": [
            {"title": kept.title(), "rows": rows}
            for kept in KEPT
            if (rows := kept.rows(kept.found(user)[:SHOWN]))
        ],
        "reports": own_rows(list(reported_by(user)[:SHOWN])),
        "fetches": fetches_table(fetches_of(user)[:SHOWN]),
        "kept": kept_table(),
        "seen_by": seen_by_table(),
    }
    return render(request, "applications/data.html", context)


@signed_in
@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Send the copy. Raises TooMany where enough were taken today."""
    user, language = person(request), get_language() or ""
    limits.spend(Meter.EXPORT_PARTY, user.party_id)

    def spoken() -> Iterator[bytes]:
        # It is read when the request is over, and its language with it.
        with override(language):
            yield from pieces(user)

    response = StreamingHttpResponse(spoken(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="data.zip"'
    response["Cache-Control"] = "no-store, private"
    return response


def account_rows(user: User) -> list[dict[str, str]]:
    rows = []
    if user.has_account:
        rows = [
            {"key": _("Username"), "value": user.username},
            {"key": _("Name"), "value": user.name or "–"},
            {"key": _("Language"), "value": user.get_language_display()},
            *({"key": _("Passkey"), "value": passkey.name} for passkey in passkeys_of(user)),
        ]
    return (
        rows
        + identity_rows(user)
        + [
            {
                "key": contact.get_channel_display(),
                "value": contact.address
                if contact.ended_at is None
                else _("%(address)s, until %(when)s")
                % {"address": contact.address, "when": instant(contact.ended_at)},
            }
            for contact in contacts_of(user)
        ]
    )


def identity_rows(user: User) -> list[dict[str, str]]:
    """What identity services have confirmed, and the newest face checks that were agreed to."""
    links = identity_links_of(user) if user.has_account else ()
    linked = [{"key": _("Linked service"), "value": name_of(link.service)} for link in links]
    confirmed = [
        {
            "key": identity.get_means_display(),
            "value": f"{identity.name} {masked_id(identity.id_number)} "
            f"({name_of(identity.service)}, {instant(identity.confirmed_at)})",
        }
        for identity in identities_of(user).filter(ended_at=None)
    ]
    agreed = [
        {
            "key": _("Consent to a face check"),
            "value": f"{name_of(consent.service)}, {instant(consent.given_at)}",
        }
        for consent in face_consents_of(user)[:SHOWN]
    ]
    return linked + confirmed + agreed


def case_row(case: Application) -> dict[str, Any]:
    return {
        "number": case.number,
        "url": reverse("applications:case", args=[case.number]),
        "text": " · ".join(
            [kind_words(case.kind), place_words(case, line=True), state_words(case.workflow())]
        ),
        "filed_at": case.filed_at,
    }


def files_table(user: User, cases: Sequence[Application]) -> dict[str, Any]:
    """The files that were handed in for the person in these cases, the newest first."""
    numbers = {case.pk: case.number for case in cases}
    parties = {case.filed_by_id for case in cases}
    handed_in = {user.party_id, *parties, *ever_acting(*parties)}
    files = Document.objects.filter(
        subject_kind=SUBJECT,
        subject_id__in=numbers,
        uploaded_by__in=handed_in,
        erased_at=None,
    )
    return {
        "caption": _("Documents that you handed in"),
        "columns": [
            {"label": _("File")},
            {"label": _("Application")},
            {"label": _("Handed in")},
            {"label": _("Size"), "numeric": True},
        ],
        "rows": [
            [
                {
                    "text": file.called,
                    "url": reverse("documents:open", args=[file.ref])
                    if file.opens_for_owner
                    else "",
                },
                numbers[file.subject_id],
                instant(file.uploaded_at),
                filesizeformat(file.size),
            ]
            for file in files.order_by("-id")[:SHOWN]
        ],
        "stack": True,
    }


def fetches_table(fetches: Iterable[LicenceFetch]) -> dict[str, Any]:
    """What was asked of the licence library with the person's consent, the newest first."""
    names = {kind.code: kind.name for kind in licence_rules().kinds}
    return {
        "caption": _("Licences that you had fetched"),
        "columns": [
            {"label": _("When you agreed")},
            {"label": _("Application")},
            {"label": _("Licence")},
            {"label": _("What came of it")},
        ],
        "rows": [
            [
                instant(fetch.consented_at),
                fetch.number,
                str(names.get(fetch.licence, fetch.licence)),
                fetch.get_outcome_display(),
            ]
            for fetch in fetches
        ],
        "stack": True,
    }


def kept_table() -> dict[str, Any]:
    """What for and until when; the clauses are those of the Personal Information Protection Law."""
    kept = rules_of_limits().days
    days, parts, offered = kept[Keeping.DRAFTS], kept[Keeping.UPLOADS], kept[Keeping.OFFERS]
    rules = policy()  # one reading of the clock for the whole table
    nothing_set = _("No period is set in the city's rules yet: until one is, nothing is erased")
    contract = _("Contract and duty by law (PIPL 13(1)2 and 3): no consent is needed")
    rows = [
        [
            _("Account, phone and mailbox"),
            _("To let you in and to tell you of each step"),
            _("Contract (PIPL 13(1)2)"),
            _("As long as the account exists; a phone without an account as long as its cases"),
        ],
        [
            _(
                "Links with identity services, name and number that one has confirmed, and when "
                "you agreed"
            ),
            _("To let you in, to fill in your application, and to know that it is you"),
            _("Your consent (PIPL 13(1)1), for a face check a separate one (PIPL 29)"),
            _(
                "Until you end it; without an account no longer than its applications. When you "
                "agreed stays"
            ),
        ],
        [
            _("Who acts for whom"),
            _("So that everybody acts only as far as was agreed, and it stays known who did"),
            _("Contract (PIPL 13(1)2)"),
            ngettext(
                "As long as the account exists; the phone of whom you asked %(days)d day at most",
                "As long as the account exists; the phone of whom you asked %(days)d days at most",
                2 * offered,
            )
            % {"days": 2 * offered},
        ],
        [
            _("Drafts with their files"),
            _("So that you can go on where you stopped"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            ngettext(
                "%(days)d day after your last change, or until you throw it away",
                "%(days)d days after your last change, or until you throw it away",
                days,
            )
            % {"days": days},
        ],
        [
            _("Files that have not come in whole"),
            _("So that they go on after a cut connection"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            ngettext(
                "%(days)d day after the last part of it came",
                "%(days)d days after the last part of it came",
                parts,
            )
            % {"days": parts},
        ],
        [
            _(
                "Applications with documents, the route of the line, appointments, rented units, "
                "inspections, photos of the site, the meter, messages, calls, answers to plans "
                "and ratings"
            ),
            _("To connect you, and to decide the permits that this needs"),
            contract,
            kept_words(
                rules,
                "case.retention.days",
                _("%(days)d days after the end of the case (%(clause)s); then they are erased"),
                nothing_set,
            ),
        ],
        [
            _("Proposed corrections of name and number, with their documents"),
            _("To compare them with the document, and to show what came of them"),
            _("Your right to have it corrected (PIPL 46)"),
            _("Name and number until it is decided; the rest as the application"),
        ],
        [
            _("That you had a licence fetched, for which application, and your consent to it"),
            _("So that it can be shown that you agreed, and what came of it"),
            _("Consent (PIPL 13(1)1, 23 and 29)"),
            _("It stays, without name and number; the licence goes with its application"),
        ],
        [
            _("Applications for another city that a counter passed on"),
            _("To pass them on, and to show you what became of them"),
            _("Your separate consent (PIPL 23)"),
            kept_words(
                rules,
                "referral.retention.days",
                _("%(days)d days after the end (%(clause)s); then they are erased"),
                nothing_set,
            ),
        ],
        [
            _("Questions that you asked without a case, their answers, and the phone for them"),
            _("To answer you"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            kept_words(
                rules,
                "enquiry.retention.days",
                _("%(days)d days after the answer, or until you close the account (%(clause)s)"),
                _("Until you close the account; no other period is set in the city's rules yet"),
            ),
        ],
        *(kept.told(rules) for kept in KEPT),
        [
            _("What you reported of outages and works, your photos, and the phone for it"),
            _("To look into it, and to answer you; only who does that sees who you are"),
            _("Duty by law (PIPL 13(1)3)"),
            kept_words(
                rules,
                "report.retention.days",
                _("%(days)d days after the answer, or until you close the account (%(clause)s)"),
                _("Until you close the account; no other period is set in the city's rules yet"),
            ),
        ],
        [
            _("Name and position of whoever is responsible for a commitment to a bureau"),
            _("So that the bureau knows who sees to the conditions"),
            _("Duty by law (PIPL 13(1)3)"),
            _("As the application that it belongs to"),
        ],
        [
            _("Record of every step, and of who looked"),
            _("So that everybody can check what was done, when and by which role"),
            _("Duty by law (PIPL 13(1)3)"),
            _("It stays. What is public of it holds no name, number, phone or address"),
        ],
    ]
    return {
        "caption": _("What it is kept for, and until when"),
        "columns": [
            {"label": _("What")},
            {"label": _("What for")},
            {"label": _("By what right")},
            {"label": _("Until when")},
        ],
        "rows": rows,
        "stack": True,
    }


def seen_by_table() -> dict[str, Any]:
    return {
        "caption": _("Who else sees it"),
        "columns": [{"label": _("Who")}, {"label": _("What")}],
        "rows": [
            [
                _("Supply company of your district, and the counter or hall that you went to"),
                _(
                    "Address, load and documents; name, number and phone masked, in full only for "
                    "a reason that you read with the application"
                ),
            ],
            [
                _("Supply company of the district that you named in a question without a case"),
                _("The question; not who asked"),
            ],
            [
                _("Bureaus that decide a permit for your line"),
                _(
                    "Address and route of the line, and of your documents those that the permit "
                    "asks for: none of who you are; your name masked"
                ),
            ],
            [
                _("Whoever such a bureau asks for an opinion, without an account"),
                _(
                    "The street and the plan of the line, without the house, and what of the "
                    "works the bureau chooses; nothing of who you are"
                ),
            ],
            [
                _("Regulator, lead agency, digital bureau, district government"),
                _("The application with its documents; name, number and phone masked"),
            ],
            [
                _("Identity service, where you sign in or are checked by one"),
                _("That you come from here, and when; nothing of your application"),
            ],
            [
                _("Licence library, where you agree that something is fetched there"),
                _("What the consent names: name and number, of a property its address"),
            ],
            [
                _("Whoever acts for you, by your mandate and as long as it holds"),
                _("The applications that it is for, in full; with “Everything” this copy as well"),
            ],
            [
                _("Carrier of messages, where one goes to your phone or mailbox"),
                _("That address, and the text of the message"),
            ],
        ],
        "stack": True,
    }
