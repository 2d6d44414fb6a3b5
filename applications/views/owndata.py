"""The page of one's own data: what is kept, and its copy."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language, override
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
from applications.personal import KEPT
from applications.views.account import begun_rows
from applications.views.kept import kept_table, seen_by_table
from applications.wording import kind_words, place_words
from core.counting import bounded
from core.templatetags.city import instant, masked_id
from documents.models import Document
from notifications.models import Message
from reliability.following.queries import followed_by
from reliability.following.reading import rows_of as followings
from reliability.reports.queries import reported_by
from reliability.reports.reading import own_rows
from rules.licences import licence_rules
from rules.limits import Meter
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
        + [
            {"key": _("Word of outages"), "value": followed["words"]}
            for followed in followings(followed_by(user))
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
