"""What is passed on, and by which consent: the text that is agreed to, the link, the package."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.codes import taken_for
from accounts.parties import PhoneCode
from applications.export import contents, text_of, zipped
from applications.owndata import path_of
from applications.referrals.models import Referral, RegisteredOffice
from core.fields import blind_index, link_token
from documents.models import Document
from documents.queries import about
from ledger.record import text_of as canonical

#: What documents and messages of a referral are about.
SUBJECT: Final = "referral"
#: What the papers are taken in as (`rules/cities/*/city.toml`).
PAPER, SIGNED_CONSENT = "other_city_paper", "other_city_consent"


def consent_text(office: RegisteredOffice) -> list[str]:
    """What the customer is told and agrees to (PIPL 23), a sentence each, in the reader's language.

    Who gets the data and how it is reached, what for, which kinds of data.
    """
    said = {"office": office, "city": office.city, "telephone": office.telephone}
    return [
        _("I agree that my application is passed on to %(office)s (%(city)s).") % said,
        _("It can be reached under %(telephone)s.") % said,
        _("Purpose: that it takes in my application for electricity in %(city)s.") % said,
        _(
            "What is passed on: name, number of the identity document or licence, phone number, "
            "address, what I apply for, and the papers that I hand in for it."
        ),
        _("Nothing else is passed on, and to nobody else. Without my consent nothing is."),
    ]


def consent_digest(office: RegisteredOffice) -> str:
    """The SHA-256 of that text in both languages, which the record commits to."""
    texts = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            texts[key] = consent_text(office)
    return sha256(canonical(texts).encode()).hexdigest()


def signed_by(office: RegisteredOffice, phone: str) -> str:
    """What a code to a phone signs: that text, for the customer of that phone alone."""
    return blind_index(f"{consent_digest(office)}\0{phone}", "consent").hex()


def has_consented(office: RegisteredOffice, phone: str) -> bool:
    """Whether that phone has shown itself by a code for that text, just now."""
    return taken_for(PhoneCode.Purpose.CONSENT, signed_by(office, phone))


def token_of(ref: object) -> str:
    """What the link to a referral holds."""
    return link_token(ref, "referral link")


def content_digest(referral: Referral) -> str:
    """What the record commits to of what was declared: keyed, for this referral alone."""
    return blind_index(referral.content, f"referral {referral.ref}").hex()


def declared(referral: Referral) -> dict[str, Any]:
    """What was declared, by field; empty once it is erased."""
    found: dict[str, Any] = json.loads(referral.content or "{}")
    return found


def papers_of(referral: Referral) -> list[Document]:
    return list(about(SUBJECT, referral.pk))


def pieces(referral: Referral) -> Iterator[bytes]:
    """Yield the package as a ZIP, never more than one file at a time: `application.json` and
    `documents/<number>/…`."""
    return zipped(_members(referral))


def _members(referral: Referral) -> Iterator[tuple[str, bytes | str]]:
    papers = papers_of(referral)
    told = {
        "number": referral.number,
        "sent_at": referral.sent_at,
        "applicant": declared(referral),
        "consent": {"by": referral.consent, "sha256": consent_digest(referral.office)},
        "documents": [
            {
                "path": path_of(paper, referral.number),
                "sha256": paper.sha256,
                "scan": paper.scan,
            }
            for paper in papers
        ],
    }
    yield "application.json", text_of(told)
    yield from contents(papers, referral.number)
