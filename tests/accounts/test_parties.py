"""A party is whose case it is: an account has one, and a party needs no account."""

from collections.abc import Mapping

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actions import create_person
from accounts.models import User
from accounts.parties import Contact, Party
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
PHONE = "13900001234"


def test_every_account_has_its_party_and_a_contact_of_its_phone(people: Mapping[str, User]) -> None:
    user = create_person(username="lin", password=PASSWORD, name="林一", phone=PHONE)
    [contact] = user.party.contacts.all()
    assert (contact.channel, contact.address, contact.confirmed_at) == ("sms", PHONE, None)
    assert bytes(contact.address_digest) == bytes(user.phone_index or b"")
    everybody = User.objects.count()
    assert User.objects.values("party").distinct().count() == everybody
    mine = create_person(username="ma", password=PASSWORD, name="马二")
    assert list(mine.party.contacts.all()) == []


def test_a_party_without_an_account_is_told_at_its_own_contacts() -> None:
    party = Party.objects.create()
    held = party.contacts.create(channel=Contact.Channel.SMS, address="+86 139-0000-1234")
    assert bytes(held.address_digest) == Contact.digest("sms", PHONE)
    assert not User.objects.filter(party=party).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        party.contacts.create(channel=Contact.Channel.SMS, address=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM accounts_contact WHERE id = %s", [held.pk])
        assert PHONE not in cursor.fetchone()[0]


def test_an_address_never_becomes_another_one() -> None:
    held = Party.objects.create().contacts.create(channel="email", address="A@example.org")
    held.address = "b@example.org"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        held.save(update_fields=["address", "address_digest"])
