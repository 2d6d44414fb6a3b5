"""A party without an account has its own cases, and nobody else's."""

from functools import partial

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from accounts.parties import Party
from accounts.sessions import SessionStore
from accounts.visitor import visitor
from applications import documents, drafts
from applications.actions import CASES
from applications.answers import case_json
from applications.models import Application
from applications.queries import case_for, own
from applications.receipts.lookup import find
from core import form_token
from core.problems import Missing
from ledger.models import Entry, Salt
from ledger.record import commit_to
from rules.names import Kind
from tests.builders import declaration, drafted, pdf

pytestmark = pytest.mark.django_db


def filed_by(party: Party) -> Application:
    who = visitor(party)
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=who)
    for code in ("identity", "property"):
        documents.add(application=case, requirement=code, upload=pdf(), by=who)
    return CASES.perform(case, "submit", by=who)


def test_a_party_without_an_account_files_and_follows_what_is_its_own(
    people: dict[str, User],
) -> None:
    party, other = Party.objects.create(), Party.objects.create()
    case = filed_by(party)
    mine, stranger = visitor(party), visitor(other)
    assert (case.filed_by, case.state, case.holder) == (party, "submitted", "supplier")
    assert list(Application.objects.filter(own(mine))) == [case]
    assert list(Application.objects.filter(own(stranger))) == []
    assert case_json(case, mine)["actions"][-1] == {
        "action": "withdraw", "allowed": True, "reason": None,
    }  # fmt: skip
    seq = Entry.objects.get(case_ref=case.ref, type="case.submitted").case_seq
    assert find(case.number, seq, mine).whole
    for refused in (lambda: case_for(case.number, stranger),
                    lambda: find(case.number, seq, stranger)):  # fmt: skip
        with pytest.raises(Missing):
            refused()


def test_the_record_commits_to_the_party_where_there_is_no_account() -> None:
    party = Party.objects.create()
    case = filed_by(party)
    entry = Entry.objects.get(case_ref=case.ref, type="case.submitted")
    salt = Salt.objects.get(ref=entry.salt_ref)
    assert salt.actor_id == -party.pk
    assert bytes(entry.actor_commit) == commit_to(bytes(salt.actor_salt), -party.pk)
    assert (entry.actor_role, entry.actor_district) == ("applicant", case.district)


def page(person: User | AnonymousUser, session: SessionStore) -> HttpRequest:
    request = RequestFactory().post("/apply/", {"idempotency_key": "k"})
    request.user, request.session = person, session
    if session.session_key is None:
        session.create()
    request.COOKIES[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return request


def test_strangers_never_get_each_others_answers(people: dict[str, User]) -> None:
    first, second, nobody = SessionStore(), SessionStore(), AnonymousUser()
    asked = [
        page(nobody, first), page(nobody, second), page(nobody, first),
        page(people["shop"], first), page(people["factory"], first), page(people["shop"], second),
        page(visitor(Party.objects.create()), first), page(visitor(Party.objects.create()), first),
    ]  # fmt: skip
    answers = [form_token.once(each, {}, partial(int, n)) for n, each in enumerate(asked)]
    assert answers == [0, 1, 0, 3, 4, 3, 6, 7]


def test_the_drafts_of_an_account_are_those_of_its_party(people: dict[str, User]) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    assert case.filed_by == people["resident"].party
