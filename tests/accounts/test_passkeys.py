"""Passkeys: whose one is accepted, and every answer that is not one to our question."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode as text
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts import passkeys, second_factor, sign_in
from accounts.actions import disable
from accounts.actor import SYSTEM
from accounts.models import Passkey, User
from accounts.roles import Role
from core.models import Meter
from rules.limits import Quota, limits
from tests import people

pytestmark = pytest.mark.django_db
OWN, ASK = "/account/passkeys/", "/account/passkeys/ask/"
ENTER, ASK_TO_ENTER = "/account/sign-in-by-passkey/", "/account/sign-in-by-passkey/ask/"
ORIGIN, HOST = "http://testserver", "testserver"
FLAG = AuthenticatorData.FLAG
VERIFIED = FLAG.UP | FLAG.UV


class Device:
    """An authenticator of software: one key, and a count where it counts."""

    def __init__(self, user: User, ident: bytes = b"a device of some kind") -> None:
        self.key, self.ident, self.count = ec.generate_private_key(ec.SECP256R1()), ident, 0
        self.handle = passkeys.handle_of(user)

    def made(self, asked: dict[str, Any], *, flags: int = VERIFIED, **said: Any) -> str:
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AttestedCredentialData.create(b"\0" * 16, self.ident, public)
        found = self._data(flags | FLAG.AT, said.pop("host", HOST), bytes(data))
        statement = AttestationObject.create("none", found, {})
        return self._answer(
            self._client_data("webauthn.create", asked, **said), attestationObject=text(statement)
        )

    def signed(self, asked: dict[str, Any], *, flags: int = VERIFIED, **said: Any) -> str:
        found, handle = self._data(flags, said.pop("host", HOST)), said.pop("handle", self.handle)
        client = self._client_data("webauthn.get", asked, **said)
        signature = self.key.sign(
            bytes(found) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(
            client,
            authenticatorData=text(found),
            signature=text(signature),
            userHandle=text(handle),
        )

    def _data(self, flags: int, host: str, credential: bytes = b"") -> AuthenticatorData:
        digest = hashlib.sha256(host.encode()).digest()
        found: AuthenticatorData = AuthenticatorData.create(
            digest, FLAG(flags), self.count, credential
        )
        return found

    def _client_data(
        self, kind: str, asked: dict[str, Any], *, origin: str = ORIGIN, challenge: str = ""
    ) -> bytes:
        challenge = challenge or asked["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _answer(self, client: bytes, **response: str) -> str:
        ident = text(self.ident)
        response["clientDataJSON"] = text(client)
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": response})


def add(user: User, device: Device, client: Client | None = None, **said: Any) -> Any:
    client = client or people.browser(user)
    answer = device.made(client.post(ASK).json(), **said)
    form = {"name": "我的手机", "current": people.PASSWORD, "passkey": answer}
    return client.post(OWN, form)


def enter(device: Device, client: Client | None = None, **said: Any) -> Any:
    client = client or Client()
    answer = device.signed(client.post(ASK_TO_ENTER).json(), **said)
    return client, client.post(ENTER, {"passkey": answer, "next": "/account/settings/"})


def who(client: Client) -> str | None:
    found: str | None = client.session.get(SESSION_KEY)
    return found


@pytest.fixture
def user() -> User:
    return people.applicant()


@pytest.fixture
def device(user: User) -> Device:
    found = Device(user)
    assert add(user, found)["Location"] == OWN
    return found


def test_a_passkey_signs_in_and_is_both_factors(user: User, device: Device) -> None:
    client, answer = enter(device)
    assert (answer["Location"], who(client)) == ("/account/settings/", str(user.pk))
    assert client.session[sign_in.SECOND_FACTOR] is True
    row = Passkey.objects.get()
    assert (row.name, row.sign_count, row.copied_at) == ("我的手机", 0, None)
    assert row.last_used_at is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_passkey t")
        stored = cursor.fetchone()[0]
    assert "我的手机" not in stored
    assert device.ident.hex() not in stored


def test_it_stands_for_the_second_factor_of_a_role() -> None:
    people.open_real_city()
    clerk = people.staff(Role.CLERK)
    second_factor.set_up(clerk)
    device = Device(clerk)
    assert add(clerk, device)["Location"] == OWN
    client, _answer = enter(device)
    assert client.get("/account/settings/").status_code == 200
    # A lost phone takes its passkeys with it.
    second_factor.forget(clerk)
    client, answer = enter(device)
    assert (answer.status_code, who(client)) == (200, None)


REFUSED: dict[str, dict[str, Any]] = {
    "another challenge": {"challenge": text(b"x" * 32)},
    "another origin": {"origin": "https://testserver.evil.example"},
    "the same host by another scheme": {"origin": "https://testserver"},
    "another host": {"host": "evil.example"},
    "nobody verified": {"flags": FLAG.UP},
    "nobody present": {"flags": FLAG.UV},
    "another account's handle": {"handle": b"somebody else"},
}


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_what_is_no_answer_to_our_question_is_refused(
    user: User, device: Device, said: dict[str, Any]
) -> None:
    client, answer = enter(device, **said)
    assert (answer.status_code, who(client)) == (200, None)
    assert "这个通行密钥未被接受" in answer.content.decode()
    if "handle" not in said:
        assert add(user, Device(user, b"another one"), **said).status_code == 200
    assert Passkey.objects.count() == 1


def test_an_answer_is_taken_once_and_only_in_its_session(device: Device) -> None:
    client, other = Client(), Client()
    other.post(ASK_TO_ENTER)
    answer = device.signed(client.post(ASK_TO_ENTER).json())
    held = dict(client.session[passkeys.CHALLENGE])
    assert other.post(ENTER, {"passkey": answer}).status_code == 200
    assert client.post(ENTER, {"passkey": answer}).status_code == 302
    # Nor by a session that was read before the first try was written.
    late = Client()
    late.post(ASK_TO_ENTER)
    session = late.session
    session[passkeys.CHALLENGE] = held
    session.save()
    assert late.post(ENTER, {"passkey": answer}).status_code == 200
    Meter.objects.all().delete()
    session[passkeys.CHALLENGE] = held | {"at": held["at"] - 301}
    session.save()
    assert late.post(ENTER, {"passkey": answer}).status_code == 200
    assert who(late) is None


def test_a_challenge_to_add_signs_nobody_in(user: User, device: Device) -> None:
    client = people.browser(user)
    answer = device.signed(client.post(ASK).json())
    assert client.post(ENTER, {"passkey": answer}).status_code == 200


def test_a_copy_is_noticed_and_neither_is_accepted(device: Device) -> None:
    device.count = 7
    assert who(enter(device)[0])
    for count in (7, 6, 0, 8):
        device.count = count
        assert who(enter(device)[0]) is None
    assert Passkey.objects.get().copied_at is not None


def test_strange_removed_and_closed_ones_are_refused(user: User, device: Device) -> None:
    assert who(enter(Device(user, b"never added"))[0]) is None
    forged = Device(user)
    assert who(enter(forged)[0]) is None
    disable(user=user, by=SYSTEM)
    assert who(enter(device)[0]) is None
    user.refresh_from_db()
    user.is_active = True
    user.save()
    stranger, own = people.browser(people.applicant("li")), people.browser(user)
    address = f"{OWN}{Passkey.objects.get().pk}/remove/"
    assert stranger.post(address).status_code == 404
    assert own.post(address)["Location"] == OWN
    assert own.post(address).status_code == 404
    assert who(enter(device)[0]) is None


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", "nul", "[" * 9_000, '{"rawId": 1}', "{" + "x" * 30_000,
             '{"rawId": "AAAA", "id": "AAAA", "response": {"attestationObject": "gYGBgYGB"}}'],
)  # fmt: skip
def test_what_no_browser_sends_is_refused(user: User, said: str) -> None:
    client, own = Client(), people.browser(user)
    client.post(ASK_TO_ENTER)
    assert client.post(ENTER, {"passkey": said}).status_code == 200
    own.post(ASK)
    form = {"name": "x", "current": people.PASSWORD, "passkey": said}
    assert own.post(OWN, form).status_code == 200
    assert not Passkey.objects.exists()


def test_adding_takes_the_present_password_and_the_same_device_once(
    user: User, device: Device
) -> None:
    client = people.browser(user)
    answer = Device(user, b"second").made(client.post(ASK).json())
    refused = client.post(OWN, {"name": "x", "current": "wrong", "passkey": answer})
    assert set(refused.context["form"].errors) == {"current"}
    assert add(user, device).status_code == 200
    assert Passkey.objects.count() == 1
    assert "我的手机" in client.get(OWN).content.decode()


def test_an_account_has_so_many_passkeys_and_its_list_costs_the_same(
    user: User, device: Device, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    client = people.browser(user)
    with django_assert_num_queries(5):
        client.get(OWN)
    monkeypatch.setitem(limits().quotas, Quota.PASSKEYS, 3)
    for ident in (b"second", b"third"):
        assert add(user, Device(user, ident))["Location"] == OWN
    with django_assert_num_queries(5):
        assert client.get(OWN).content.decode().count("我的手机") >= 3
    refused = add(user, Device(user, b"fourth"))
    assert refused.context["form"].non_field_errors() == [
        "一个账户最多有 3 个通行密钥，请先移除一个。"
    ]
    assert Passkey.objects.count() == 3
