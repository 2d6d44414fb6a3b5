"""Who a party is: confirmed by a face check after consent, one at a time, and gone when it ends."""

import json
import logging
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.identities import ConfirmedIdentity, FaceConsent, confirm
from accounts.oidc import client as oidc
from accounts.oidc.authorization import Refusal
from accounts.parties import Party
from core.models import IdempotentAnswer
from portal.outside import identity_service as service_of_environment
from tests import people
from tests.accounts.identity import ACCOUNT, FACE, OWN, REFUSED, ZHOU, Service, answer_of
from tests.accounts.test_identity_services import SETTINGS, SIGN_IN, confirmed, why
from tests.page import Page

pytestmark = pytest.mark.django_db
FACES, SIGN_INS = ConfirmedIdentity.Means.FACE, ConfirmedIdentity.Means.SIGN_IN


def test_a_face_check_needs_consent_and_confirms_who_is_there(service: Service) -> None:
    user = people.applicant()
    client = people.browser(user)
    page = Page(client.get(f"{FACE}?next={SETTINGS}"))
    assert page.link("不同意，继续办理") == SETTINGS
    assert (FaceConsent.objects.count(), client.session.get("identity.asked")) == (0, None)
    sent = page.hidden(page.tree.xpath("//main//form")[0])
    for _click in range(2):
        answer = answer_of(service, client, FACE, **sent)
    assert client.get(answer)["Location"] == SETTINGS
    assert confirmed() == [("face", "national", *ZHOU)]
    [consent] = FaceConsent.objects.all()
    [identity] = ConfirmedIdentity.objects.all()
    assert consent.given_at <= identity.confirmed_at
    assert Client().get(FACE)["Location"].startswith(SIGN_IN)
    provincial = FACE.replace("national", "provincial")
    assert (client.get(provincial).status_code, client.post(provincial).status_code) == (404, 404)


def test_what_shows_no_face_checked_now_confirms_nothing(service: Service) -> None:
    client, now = people.browser(people.applicant()), int(time.time())
    found = {}
    wrong = {
        "no face": {"acr": "password"},
        "nothing said": {"acr": None},
        "earlier": {"auth_time": now - 900},
        "at no time": {"auth_time": None},
        "at true": {"auth_time": True},
    }
    for name, claims in wrong.items():
        answer = answer_of(service, client, FACE)
        service.behave(claims=claims)
        found[name] = why(client, client.get(answer))
    assert found == dict.fromkeys(wrong, Refusal.UNTRUSTED)
    answer = answer_of(service, client, FACE, "unverified", next=SETTINGS)
    assert why(client, client.get(answer)) == Refusal.UNCONFIRMED
    answer = answer_of(service, client, FACE, "", next=SETTINGS)
    assert why(client, client.get(answer)) == Refusal.CANCELLED
    assert Page(client.get(REFUSED)).link("不刷脸，继续办理") == SETTINGS
    assert confirmed() == []


def test_an_answer_is_that_of_whoever_asked(service: Service) -> None:
    first, second = people.browser(people.applicant()), people.browser(people.applicant("li"))
    for other in (second, Client()):
        answer = answer_of(service, first, FACE)
        held, session = dict(first.session), other.session
        session["identity.asked"] = held["identity.asked"]
        session.save()
        other.cookies["sessionid"] = str(session.session_key)
        assert why(other, other.get(answer)) == Refusal.OTHER_PERSON
    # A question to sign in links and confirms nobody else.
    assert confirmed() == []


def test_a_newer_confirmation_ends_the_one_before_and_the_same_changes_nothing() -> None:
    party = Party.objects.create()
    first = confirm(party, SIGN_INS, "national", *ZHOU)
    assert confirm(party, SIGN_INS, "national", *ZHOU) == first
    second = confirm(party, FACES, "national", *ZHOU)
    assert ConfirmedIdentity.objects.of(party.pk) == second
    first.refresh_from_db()
    assert (first.name, first.id_number, bytes(first.id_digest)) == ("", "", b"")
    assert first.ended_at is not None


def test_whoever_ends_it_leaves_no_name_and_the_database_keeps_the_rest() -> None:
    client = people.browser(user := people.applicant())
    row = confirm(user.party, FACES, "national", *ZHOU)
    for change in ({"name": "另一人"}, {"id_digest": b"x"}, {"means": "sign_in"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ConfirmedIdentity.objects.filter(pk=row.pk).update(**change)
    for _click in range(2):
        assert client.post(f"{OWN}end/")["Location"] == OWN
    assert "没有已确认的身份" in Page(client.get(OWN)).text
    row.refresh_from_db()
    assert (row.name, row.id_number, row.means) == ("", "", "face")
    with pytest.raises(DatabaseError), transaction.atomic():
        ConfirmedIdentity.objects.filter(pk=row.pk).update(ended_at=None)


def test_no_name_number_subject_code_or_token_is_anywhere_in_clear(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, stranger = Client(), Client()
    tokens: list[Any] = []
    ask = oidc._ask

    def heard(*args: Any) -> Any:
        tokens.append(ask(*args))
        return tokens[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oidc, "_ask", heard)
        answer = answer_of(service, client, next=SETTINGS)
        shown = [client.get(answer), client.get(ACCOUNT)]
    sessions = [row.get_decoded() for row in Session.objects.all()]
    done = client.post(ACCOUNT, {"phone": "13912340001", "next": SETTINGS})
    stale = [stranger.get(answer), stranger.get(f"{REFUSED}?stale=1")]
    code = answer.partition("code=")[2].partition("&")[0]
    token = next(said["id_token"] for said in tokens if "id_token" in said)
    canaries = [*ZHOU, "sub-zhou", code, token, token.rpartition(".")[2]]
    with connection.cursor() as cursor:
        rows = []
        for table in ("accounts_user", "accounts_identitylink", "accounts_confirmedidentity",
                      "accounts_contact", "core_idempotentanswer", "core_meter"):  # fmt: skip
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += cursor.fetchall()
    sessions += [row.get_decoded() for row in Session.objects.all()]
    places = {
        "log": caplog.text,
        "rows": str(rows),
        "sessions": json.dumps(sessions, ensure_ascii=False),
        "addresses": str([shown[0]["Location"], done["Location"], stale[0]["Location"]]),
        "the page of a refusal": stale[1].content.decode(),
    }
    assert [(place, one) for place, text in places.items() for one in canaries if one in text] == []
    assert code not in shown[1].content.decode()
    assert len(rows) >= 4
    assert IdempotentAnswer.objects.exists()


def test_settings_that_are_wrong_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "ISSUER": "https://id.example", "CLIENT_ID": "us", "CLIENT_SECRET": "s", "NAME_ZH": "一",
        "NAME_EN": "One", "FACE_ACR": "urn:face",
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setenv(f"PORTAL_IDENTITY_ONE_{name}", value)
    assert service_of_environment("one") == {
        "code": "one", "name": {"zh": "一", "en": "One"}, "issuer": "https://id.example",
        "client_id": "us", "client_secret": "s", "scope": "openid", "name_claim": "name",
        "number_claim": "id_number", "verified_claim": "identity_verified", "face_acr": "urn:face",
    }  # fmt: skip
    for name, value, words in (
        ("ISSUER", "http://id.example", "https"),
        ("CLIENT_SECRET", "", "CLIENT_SECRET is not set"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(f"PORTAL_IDENTITY_ONE_{name}", value)
            with pytest.raises(ImproperlyConfigured, match=words):
                service_of_environment("one")
    with pytest.raises(ImproperlyConfigured, match="small letters"):
        service_of_environment("One!")
