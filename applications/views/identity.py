"""What is known of whoever applies before it is typed: by the account, or confirmed by an identity
service. It is an answer like any other: looked at, changed, and declared by the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.identities import ConfirmedIdentity
from accounts.models import User
from accounts.oidc.services import name_of, with_face_check
from applications.models import Application
from applications.questions import answers_of, question_of, typed_of
from core.identifiers import plain
from core.problems import Missing

#: In the address of the question: what is confirmed stands in the form, whatever was typed before.
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Known:
    """Answers that stand in a form where nothing was typed, and those that stand there in any case;
    `context` is for the page of the question."""

    untyped: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


def known_of(request: HttpRequest, case: Application, code: str, by: User) -> Known:
    if case.channel == Application.Channel.COUNTER or case.filed_by_id != by.party_id:
        # For somebody else.
        return Known()
    known = {"applicant_name": by.name, "phone": by.phone}
    person_applies = answers_of(case).get("applicant_type") == Application.ApplicantType.PERSON
    if not person_applies or question_of("id_number") != code:
        return Known(known)
    identity, typed = ConfirmedIdentity.objects.of(by.party_id), typed_of(case)
    if identity is None:
        return Known(known, context={"face_checks": with_face_check()})
    found = {"applicant_name": identity.name, "id_number": identity.id_number}
    instead = found if CONFIRMED in request.GET else {}
    shown = found | typed | instead
    context = {
        "identity": identity,
        "confirmed_by": name_of(identity.service),
        # One may apply for somebody else.
        "differs": any(plain(shown[name]) != plain(value) for name, value in found.items()),
    }
    return Known(known | found, instead, context)


def to_face_check(service: str, back: str) -> HttpResponse:
    """Go on to the page that asks for consent to a face check, from which one comes back.

    Raises:
        Missing: no service of this code checks faces.
    """
    if service not in (each.code for each in with_face_check()):
        raise Missing
    onward = f"{back}{'&' if '?' in back else '?'}{CONFIRMED}=1"
    page = reverse("accounts:identity-face", args=[service])
    return redirect(f"{page}?{urlencode({'next': onward})}")
