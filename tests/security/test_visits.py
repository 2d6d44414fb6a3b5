"""Whoever acts without an account, at every route: what any applicant gets, and nothing else."""

from django.utils import timezone

from accounts import visits
from accounts.parties import Contact, Party
from tests.people import browser
from tests.security import protection
from tests.security.addresses import table
from tests.security.asking import outcome, send
from tests.security.city import WHO, City, taken_back

VISITOR = "visitor"
#: Other than another applicant gets: pages about an account, of which there is none here.
CLOSED = (
    "GET /account/close/",
    "POST /account/close/",
    "GET /account/close/code/",
    "POST /account/close/code/",
    "POST /account/passkeys/ask-to-close/",
    "POST /account/passkeys/ask-to-confirm/",
    "GET /account/settings/",
    "POST /account/settings/",
    "GET /account/password/",
    "POST /account/password/",
    "GET /account/second-factor/",
    "POST /account/second-factor/",
    "GET /account/passkeys/",
    "POST /account/passkeys/",
    "POST /account/passkeys/ask/",
    "POST /account/passkeys/<int:passkey_id>/remove/",
    "GET /account/identity/<slug:service>/link/",
    "POST /account/identity/<slug:service>/link/",
    "POST /account/claim/",
    "GET /account/claim/code/",
    "POST /account/claim/code/",
    "GET /account/mandates/ask/",
    "POST /account/mandates/ask/",
    "GET /account/tokens/",
    "POST /account/tokens/",
    "POST /account/tokens/<int:token_id>/revoke/",
    "GET /account/messages/",
    "POST /account/messages/read/",
    "GET /account/messages/channels/",
    "POST /account/messages/channels/",
    "POST /account/messages/channels/<slug:channel>/code/",
    "POST /account/messages/channels/<slug:channel>/end/",
    "POST /account/messages/quiet-hours/",
)
#: Whoever visits may sign in with an account all the same.
OTHERWISE = dict.fromkeys(CLOSED, "403") | {
    "GET /account/sign-in/": "200",
    "POST /account/identity/<slug:service>/sign-in/": "200",
    "GET /account/sign-in-by-phone/": "200",
    "POST /account/sign-in-by-phone/": "503",
}


def test_a_visit_gets_at_every_route_what_another_applicant_gets_but_no_account(
    city: City,
) -> None:
    city.browsers[VISITOR] = browser()
    contact = Party.objects.create().contacts.create(
        channel=Contact.Channel.SMS, address="13912340001", confirmed_at=timezone.now()
    )
    session = city.browsers[VISITOR].session
    now = timezone.now().timestamp()
    session[visits.VISIT] = {"contact": contact.pk, "at": now, "seen": now}
    session.save()
    city.browsers[VISITOR].cookies["sessionid"] = str(session.session_key)
    city.browsers[VISITOR].raise_request_exception = False
    told, lacking = {}, {}
    for route in table():
        for ask in route.asks:
            with taken_back():
                body = city.body(ask.body) if ask.body else None
                answer = send(city, VISITOR, ask.method, route.address(city), body)
            name = f"{ask.method} {route.pattern}"
            said = dict(zip(WHO, ask.expected, strict=True))
            expected = said["anonymous" if route.api else "other"]
            if outcome(answer) != expected:
                told[name] = outcome(answer)
            if missing := protection.lacking(answer):
                lacking[name] = missing
    assert told == OTHERWISE
    assert lacking == {}
