"""What is kept of one person: shown to that person, and given as a copy (PIPL 44, 45).

A case taken in at a counter is the customer's and not the clerk's, who is no part of it here.
"""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.identities import ConfirmedIdentity, FaceConsent
from accounts.mandates import Right
from accounts.models import User
from accounts.parties import Contact
from accounts.queries import ever_acting
from applications.answers import (
    DocumentAnswer,
)
from applications.begun import body_of
from applications.checklist import SUBJECT
from applications.corrections.actions import SUBJECT as CORRECTION
from applications.corrections.models import IdentityCorrection
from applications.enquiries.answers import OwnGeneralEnquiry
from applications.enquiries.queries import asked_by
from applications.field.actions import PHOTO
from applications.licences.answers import FetchRow
from applications.licences.models import LicenceFetch
from applications.mandates.answers import MandateAnswer
from applications.mandates.reading import given_by, given_rows, held_rows
from applications.models import Application, Draft
from applications.personal import KEPT
from applications.who import of_parties
from core.answers import Count, Instant, MaybeInstant, MaybeText
from core.clock import city_now
from core.paging import first_of
from core.ways import any_of
from documents.models import Document, Upload
from documents.queries import about
from notifications.choices import ChannelAnswer, choices_of
from notifications.models import Binding, Message
from notifications.texts import shown
from reliability.following.queries import followed_by
from reliability.following.reading import FollowingAnswer
from reliability.following.reading import rows_of as followings
from reliability.reports.answers import OwnPublicReport
from reliability.reports.queries import reported_by
from rules.registry import policy


def cases_of(user: User) -> QuerySet[Application]:
    """Of the person's own party and of those that it is as; the newest first."""
    mine = Application.objects.filter(any_of(of_parties(user, Right.MANAGE)))
    return mine.order_by("-id")


def newest_of(user: User, count: int) -> list[Application]:
    """The first of `cases_of`, found without reading all of them."""
    return first_of(Application.objects.order_by("-id"), count, of_parties(user, Right.MANAGE))


def begun_by(user: User) -> QuerySet[Draft]:
    """What the person has begun and not filed yet, the newest first."""
    mine = Draft.objects.filter(any_of(of_parties(user, Right.MANAGE)), discarded_at=None)
    return mine.order_by("-id")


def of_the_person(case: Application, user: User) -> bool:
    """Whether it is among `cases_of` the person."""
    return case.customer_party and user.manages(case.filed_by_id)


def files_of(user: User, thing: Application | Draft) -> QuerySet[Document]:
    """The files that were handed in for the person in a case or draft, in their order: by the
    party, or by whoever acted for it; what the person has signed on paper; photos of the site."""
    handed_in = [user.party_id, thing.filed_by_id, *ever_acting(thing.filed_by_id)]
    proposed = IdentityCorrection.objects.filter(application=thing.pk).values("pk")
    corrections = Document.objects.filter(subject_kind=CORRECTION, subject_id__in=proposed)
    signed = [need.code for need in policy().signed_papers().values()]
    # What is taken on site shows where and how somebody lives or works, whoever took it.
    own = Q(uploaded_by__in=handed_in) | Q(requirement__in=[*signed, PHOTO])
    return (about(SUBJECT, thing.pk) | about(PHOTO, thing.pk) | corrections).filter(own)


def contacts_of(user: User) -> list[Contact | Binding]:
    """Its own, and of those parties that it is as; what it bound after phones and mailboxes."""
    parties = user.acts_for(Right.MANAGE)
    contacts = Contact.objects.filter(party__in=parties).order_by("id")
    return [*contacts, *Binding.objects.filter(party__in=parties).order_by("id")]


def identities_of(user: User) -> QuerySet[ConfirmedIdentity]:
    """What was confirmed of the person, the newest first; of what has ended no name or number."""
    return ConfirmedIdentity.objects.filter(party=user.party_id).order_by("-id")


def face_consents_of(user: User) -> QuerySet[FaceConsent]:
    return FaceConsent.objects.filter(party=user.party_id).order_by("-given_at", "-id")


def fetches_of(user: User) -> QuerySet[LicenceFetch]:
    """What the person had fetched from the licence library, or wanted to, the newest first."""
    return LicenceFetch.objects.filter(party=user.party_id).order_by("-id")


class PasskeyAnswer(serializers.Serializer[Any]):
    """A passkey by which the account is signed in to."""

    name = serializers.CharField()
    created_at = Instant()
    last_used_at = MaybeInstant()


class IdentityLinkAnswer(serializers.Serializer[Any]):
    """An identity service by which the account is signed in to."""

    service = serializers.CharField()
    created_at = Instant()
    last_used_at = MaybeInstant()


class AccountAnswer(serializers.Serializer[Any]):
    """The account itself."""

    username = serializers.CharField()
    name = MaybeText()
    phone = MaybeText()
    language = serializers.CharField()
    created_at = Instant()
    passkeys = PasskeyAnswer(many=True, source="passkeys.all")
    identity_links = IdentityLinkAnswer(many=True, source="identity_links.all")


class ContactAnswer(serializers.Serializer[Any]):
    """Where the person is told; `ended_at` where that is no more."""

    channel = serializers.CharField()
    address = serializers.CharField()
    # Of phones and mailboxes alone: all else is read in the account's.
    language = serializers.CharField(default="")
    confirmed_at = MaybeInstant()
    ended_at = MaybeInstant()


class IdentityAnswer(serializers.Serializer[Any]):
    """Who an identity service says the person is; `name` and `id_number` are null once it ended."""

    means = serializers.ChoiceField(ConfirmedIdentity.Means.choices)
    service = serializers.CharField()
    name = MaybeText()
    id_number = MaybeText()
    confirmed_at = Instant()
    ended_at = MaybeInstant()


class FaceConsentAnswer(serializers.Serializer[Any]):
    """When the person agreed to a face check by a service."""

    service = serializers.CharField()
    given_at = Instant()


class OwnDocument(DocumentAnswer):
    """A file that the person handed in, with its name; `path` is where it lies in the copy. What
    was used again lies there once, with the case that it was accepted in, as long as that is kept.
    """

    name = MaybeText(source="called")
    erased_at = MaybeInstant()
    path = serializers.SerializerMethodField()

    def get_path(self, document: Document) -> str:
        return path_of(document, self.context["number"])


def documents_json(user: User, thing: Application | Draft) -> Any:
    return OwnDocument(files_of(user, thing), many=True, context={"number": thing.number}).data


class OpenUploadAnswer(serializers.Serializer[Any]):
    """A file that the person hands in, of which `offset` bytes are here."""

    requirement = serializers.CharField()
    name = serializers.CharField()
    size = Count()
    offset = Count(source="received")
    began_at = Instant()


class DraftAnswer(serializers.Serializer[Any]):
    """What was begun, as it was typed."""

    number = serializers.CharField()
    created_at = Instant()
    changed_at = Instant()
    typed = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField())
    def get_typed(self, draft: Draft) -> dict[str, Any]:
        return body_of(draft)

    @extend_schema_field(OwnDocument(many=True))
    def get_documents(self, draft: Draft) -> Any:
        return documents_json(self.context["user"], draft)


class MessageAnswer(serializers.Serializer[Any]):
    """A message on this site, in the language of who asks."""

    at = Instant(source="created_at")
    read_at = MaybeInstant()
    title = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()

    def get_title(self, message: Message) -> str:
        return shown(message).title

    def get_body(self, message: Message) -> str:
        return shown(message).body


class OwnDataAnswer(serializers.Serializer[Any]):
    """What is kept of a person; `account` is null for whoever has none. All of an application is
    at its own address, by its number here. `mandates` are those given, and those held;
    `enquiries` those about no case; `reports` what was reported of outages and works;
    `followings` of which outages one wants word, `message_choices` over which channels of what."""

    at = Instant()
    account = AccountAnswer(allow_null=True)
    contacts = ContactAnswer(many=True)
    identities = IdentityAnswer(many=True)
    face_consents = FaceConsentAnswer(many=True)
    mandates = MandateAnswer(many=True)
    drafts = DraftAnswer(many=True)
    uploads = OpenUploadAnswer(many=True)
    applications = serializers.ListField(child=serializers.CharField())
    licence_fetches = FetchRow(many=True)
    enquiries = OwnGeneralEnquiry(many=True)
    reports = OwnPublicReport(many=True)
    followings = FollowingAnswer(many=True)
    message_choices = ChannelAnswer(many=True)
    messages = Count()

    def get_fields(self) -> dict[str, Any]:
        """With what apps above keep."""
        return super().get_fields() | {kept.name: kept.answer(many=True) for kept in KEPT}


def own_data_json(user: User) -> dict[str, Any]:
    told = {
        "at": city_now(),
        "account": user if user.has_account else None,
        "contacts": contacts_of(user),
        "identities": identities_of(user),
        "face_consents": face_consents_of(user),
        "mandates": [*given_rows(given_by(user.party_id)), *held_rows(user)],
        "drafts": begun_by(user),
        "uploads": Upload.objects.filter(party=user.party_id, document=None).order_by("id"),
        "applications": cases_of(user).values_list("number", flat=True),
        "licence_fetches": fetches_of(user),
        "enquiries": asked_by(user),
        "reports": reported_by(user),
        "followings": followings(followed_by(user)),
        "message_choices": choices_of(user.party_id),
        "messages": Message.objects.to(user).count(),
        **{kept.name: kept.found(user) for kept in KEPT},
    }
    answer: dict[str, Any] = OwnDataAnswer(told, context={"user": user}).data
    return answer


def path_of(document: Document, number: str) -> str:
    """Where a file lies in the copy: its own name may not be one for a path."""
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
    name = f"{document.requirement}-{document.pk}.{ending[document.content_type]}"
    return f"documents/{number}/{name}"
