"""The identity services that the operator has set (portal/outside.py). None set: none offered."""

from dataclasses import dataclass

from django.conf import settings

from core.problems import Missing
from rules.files import Words


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is, how it knows us, and how it says what we ask for.

    Attributes:
        issuer: its identifier, below which its discovery document lies.
        name_claim, number_claim: the claims of a person's name and identity number.
        verified_claim: the claim that is true where it has verified both.
        face_acr: what it calls a face check, as `acr`; empty where it has none.
    """

    code: str
    name: Words
    issuer: str
    client_id: str
    client_secret: str
    scope: str
    name_claim: str
    number_claim: str
    verified_claim: str
    face_acr: str


def services() -> list[Service]:
    """In the order of the settings."""
    return [
        Service(**said | {"name": Words(**said["name"])}) for said in settings.IDENTITY_SERVICES
    ]


def with_face_check() -> list[Service]:
    return [service for service in services() if service.face_acr]


def service_of(code: str) -> Service:
    """Raises Missing for one that is not set."""
    for service in services():
        if service.code == code:
            return service
    raise Missing


def name_of(code: str) -> str:
    """In the language of who reads; of a service that is set no more its code."""
    return next((str(service.name) for service in services() if service.code == code), code)
