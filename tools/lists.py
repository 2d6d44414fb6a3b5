"""Every list of the portal that somebody opens by signing in: who opens it, and how it is asked.

`make bench PART=lists` opens each with 10,000 and 1,000,000 cases; the suite looks at each of its
statements with 20,000. A new list is entered here, or the suite fails.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, Final, NamedTuple

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import sign_in
from accounts.actions import TOKEN_LIFE, create_person, grant, issue_token
from accounts.actor import SYSTEM
from accounts.models import HOMES, Organisation, User
from accounts.roles import Role
from tools.scenarios import DISTRICT, PASSWORD


class Listing(NamedTuple):
    """Asked of one address by one person; a `body` is sent where what is looked for stands in no
    address."""

    who: str
    path: str
    body: Mapping[str, str] | None = None

    def __str__(self) -> str:
        asked = f" {'+'.join(self.body)}" if self.body else ""
        return f"{self.path}{asked} ({self.who})"


def _asked(path: str, *asked: tuple[str, str]) -> tuple[Listing, ...]:
    return tuple(Listing(who, f"{path}{query}") for who, query in asked)


def _searched(path: str, who: str, *bodies: Mapping[str, str]) -> tuple[Listing, ...]:
    return tuple(Listing(who, path, body) for body in bodies)


#: Somebody who holds a role in one district only, beside the people of the demonstration.
LOCAL: Final = {
    "local-manager": Role.MANAGER,
    "local-planning": Role.OFFICER,
    "local-regulator": Role.REGULATOR,
}
NUMBER: Final = "4711"
TOWN: Final = "510302001"
SEARCHED: Final = (
    {"name": "Somebody"},
    {"phone": "13800001234"},
    {"district": DISTRICT, "line": "100 Dangui Street"},
)
LISTS: Final[tuple[Listing, ...]] = (
    *_asked(
        "/desk/",
        *((who, "") for who in (
            "manager", "clerk", "hall", "local-manager", "planning", "local-planning",
            "planning-lead", "supply-lead", "regulator", "local-regulator",
        )),
        *(
            ("manager", f"?{query}")
            for query in (
                "late=1", "kind=hv_single", f"district={DISTRICT}", f"town={TOWN}",
                "asked=cases.accept", "asked=cases.energise", "asked=cases.permits",
                "asked=cases.close", f"q={NUMBER}",
            )
        ),
        ("local-manager", "?late=1"),
        ("planning", "?late=1"),
        ("planning", f"?q={NUMBER}"),
        ("planning", "?module=checks"), ("local-planning", "?module=checks"),
        ("planning", "?module=advice"), ("local-planning", "?module=advice"),
        ("supply-lead", "?module=follow_ups"),
        ("manager", "?module=materials"),
        ("local-manager", "?asked=cases.close"),
        ("supply-lead", "?module=follow_ups"), ("supply-lead", "?module=assignments"),
    ),
    *_asked("/desk/filters/", ("manager", "")),
    *_searched("/work/search/", "manager", *SEARCHED),
    *_searched("/api/v1/applications/search/", "manager", *SEARCHED),
    *_searched("/oversight/search/", "regulator", *SEARCHED),
    *_searched("/oversight/search/", "local-regulator", SEARCHED[0]),
    *_asked("/api/v1/desk/", ("manager", ""), ("planning", ""), ("supply-lead", "")),
    *_asked(
        "/work/",
        ("manager", ""),
        ("hall", ""),
        ("local-manager", ""),
        *(
            ("manager", f"?{query}")
            for query in (
                "holder=supplier", "holder=applicant", "holder=government", "late=1",
                "kind=hv_single", "state=works", "state=energised", "state=withdrawn",
                f"district={DISTRICT}", f"state=energised&district={DISTRICT}",
                "state=withdrawn&kind=lv_other", "state=replanning", "kind=hv_dual",
                f"q={NUMBER}", "q=ZG2026", "mine=1", f"town={TOWN}",
                f"state=energised&town={TOWN}", "closable=1", f"closable=1&district={DISTRICT}",
            )
        ),
        ("local-manager", "?late=1"),
        ("local-manager", "?closable=1"),
        ("local-manager", "?holder=government"),
        ("hall", "?state=energised"),
    ),
    *_asked(
        "/bureau/",
        ("planning", ""),
        ("digital", ""),
        ("local-planning", ""),
        ("planning-lead", "?show=of_districts"),
        ("hall", ""), ("hall", "?show=all"), ("hall", "?late=1"), ("hall", "?show=hand_out"),
        *(
            ("planning", f"?{query}")
            for query in (
                "show=supplier", "show=decided", "show=all", "late=1", "late=1&show=decided",
                f"q={NUMBER}",
            )
        ),
        ("digital", "?late=1"),
        ("local-planning", "?late=1"),
        ("digital", f"?district={DISTRICT}"),
        ("digital", "?permit=greening"),
        ("digital", "?permit=highway_excavation"),
    ),
    *_asked(
        "/bureau/advice/",
        ("planning", ""), ("local-planning", ""), ("planning", "?show=answered"),
    ),
    *_asked(
        "/bureau/checks/",
        ("planning", ""), ("local-planning", ""), ("digital", "?show=late"),
        ("planning", "?show=checked"), ("planning", "?show=broken"),
    ),
    *_asked(
        "/oversight/checks/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?show=late"),
        ("regulator", "?show=checked"), ("local-regulator", "?show=broken"),
        ("regulator", "?bureau=planning"),
    ),
    *_asked(
        "/bureau/sets/",
        *(
            ("digital", query)
            for query in (
                "", "?party=supplier", "?party=transport", "?time=late", "?time=tomorrow",
                f"?q={NUMBER}", f"?district={DISTRICT}",
            )
        ),
    ),
    *_asked("/api/v1/sets/", ("digital", "")),
    *_asked(
        "/oversight/",
        ("regulator", ""),
        ("local-regulator", ""),
        ("regulator", f"?district={DISTRICT}"),
        ("regulator", "?party=planning"),
        ("regulator", "?party=supplier"),
        ("regulator", f"?party=planning&district={DISTRICT}"),
    ),
    *_asked(
        "/oversight/figures/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", f"?district={DISTRICT}&days=365"),
    ),
    *_asked(
        "/oversight/cases/",
        *(
            (who, f"?show={show}")
            for who in ("regulator", "local-regulator")
            for show in ("", "late", "tomorrow", "in_time", "done_late", "all")
        ),
        ("regulator", f"?q={NUMBER}"),
        ("regulator", "?show=late&kind=hv_single"),
        ("regulator", "?show=in_time&kind=lv_other&days=365"),
        ("regulator", "?show=late&state=submitted"),
        ("regulator", f"?district={DISTRICT}"),
    ),
    *_asked(
        "/oversight/permits/",
        *(
            (who, f"?show={show}")
            for who in ("regulator", "local-regulator")
            for show in ("", "late", "tomorrow", "supplier", "in_time", "done_late", "all")
        ),
        ("regulator", f"?q={NUMBER}"),
        ("regulator", "?show=late&bureau=planning"),
        ("regulator", "?show=tomorrow&permit=greening"),
        ("regulator", "?show=in_time&bureau=planning&days=365"),
        ("regulator", f"?show=done_late&district={DISTRICT}"),
    ),
    *_asked("/oversight/homes/", ("regulator", ""), ("local-regulator", "")),
    *_asked(
        "/oversight/closings/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", f"?district={DISTRICT}"),
    ),
    *_asked(
        "/oversight/charges/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?payee=affiliates"),
    ),
    *_asked(
        "/oversight/differences/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?state=explained"),
        ("regulator", "?state=all&kind=theirs"),
    ),
    *_asked(
        "/work/payments/differences/",
        ("supply-lead", ""), ("supply-lead", "?kind=amount"), ("supply-lead", "?state=all"),
        ("supply-lead", f"?district={DISTRICT}"),
    ),
    *_asked(
        "/api/v1/reconciliation/differences/",
        ("supply-lead", ""), ("local-regulator", "?state=open"), ("regulator", "?kind=ours"),
    ),
    *_asked("/api/v1/reconciliation/bills/", ("supply-lead", "")),
    *_asked(
        "/oversight/suspensions/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", f"?district={DISTRICT}"),
    ),
    *_asked("/oversight/explained/", ("regulator", ""), ("local-regulator", "")),
    *_asked("/oversight/rules/", ("regulator", ""), ("regulator", "?of=rules")),
    *_asked("/oversight/orders/", ("regulator", ""), ("regulator", "?state=closed")),
    *_asked(
        "/oversight/signals/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?state=open"),
        ("regulator", "?state=ordered"), ("regulator", "?sign=steps_in_minutes"),
    ),
    *_asked("/orders/", ("supply-lead", "")),
    *_asked(
        "/work/follow-ups/",
        ("supply-lead", ""), ("supply-lead", "?state=late"), ("supply-lead", "?state=closed"),
    ),
    *_asked("/work/appointments/", ("manager", "")),
    *_asked("/work/appointments/week.ics", ("manager", "")),
    *_asked(
        "/work/rental/",
        ("manager", ""), ("local-manager", ""), ("manager", "?state=late"),
        ("manager", "?state=ended"),
    ),
    *_asked(
        "/work/payments/",
        ("manager", ""), ("local-manager", ""), ("manager", "?state=to_do"),
        ("manager", "?state=received"),
    ),
    *_asked("/api/v1/payments/", ("manager", ""), ("local-manager", "?state=to_do")),
    *_asked("/work/rental/units/", ("manager", "")),
    *_asked("/api/v1/rentals/", ("manager", ""), ("local-manager", "?state=asked")),
    *_asked("/work/field/", ("manager", "")),
    *_asked("/work/field/phone/today/", ("manager", "")),
    *_asked("/api/v1/field/jobs/", ("manager", "")),
    *_asked("/work/assignments/", ("supply-lead", "")),
    *_asked("/work/absences/", ("supply-lead", ""), ("manager", "")),
    *_asked("/work/assignments/cells/", ("supply-lead", "")),
    *_asked("/work/referrals/", ("clerk", ""), ("clerk", "?state=ended")),
    *_asked("/work/referrals/new/", ("clerk", "")),
    *_asked("/work/referrals/offices/", ("supply-lead", "")),
    *_asked("/api/v1/referrals/", ("clerk", "")),
    *_asked("/api/v1/referrals/offices/", ("clerk", "")),
    *_asked(
        "/work/enquiries/",
        ("manager", ""), ("local-manager", ""), ("manager", "?state=late"),
        ("manager", "?state=answered"), ("local-manager", "?state=answered"),
    ),
    *_asked("/oversight/enquiries/", ("regulator", ""), ("local-regulator", "?state=answered")),
    *_asked(
        "/api/v1/enquiries/",
        ("manager", ""), ("resident", ""), ("local-manager", "?state=open"),
        ("manager", "?late=true"),
    ),
    *_asked(
        "/work/outages/",
        ("supply-lead", ""), ("local-manager", ""), ("supply-lead", "?show=planned"),
        ("supply-lead", "?show=past"), ("local-manager", "?show=past"),
    ),
    *_asked(
        "/work/fault-suggestions/",
        ("supply-lead", ""), ("local-manager", ""), ("local-manager", "?show=decided"),
    ),
    *_asked(
        "/work/fault-suggestions/unclear/", ("supply-lead", ""), ("regulator", "?problem=word"),
    ),
    *_asked("/api/v1/fault-suggestions/", ("supply-lead", ""), ("local-manager", "?state=aside")),
    *_asked("/api/v1/monitoring/unclear/", ("supply-lead", "?problem=element"), ("regulator", "")),
    *_asked("/work/patrols/", ("supply-lead", ""), ("local-manager", "?show=due")),
    *_asked("/api/v1/patrols/", ("supply-lead", ""), ("regulator", "?state=ended")),
    *_asked("/work/defects/", ("supply-lead", ""), ("local-manager", "?show=mended")),
    *_asked("/api/v1/defects/", ("supply-lead", ""), ("regulator", "?severity=critical")),
    *_asked("/work/repair-crews/", ("supply-lead", ""), ("local-manager", "?state=active")),
    *_asked("/api/v1/repair-crews/", ("supply-lead", ""), ("regulator", "?state=ended")),
    *_asked(
        "/api/v1/outages/",
        ("supply-lead", ""), ("local-manager", "?show=now"), ("regulator", "?show=past"),
    ),
    *_asked("/work/reports/", ("supply-lead", ""), ("supply-lead", "?state=closed")),
    *_asked("/bureau/reports/", ("planning", ""), ("planning", "?state=late")),
    *_asked("/oversight/reports/", ("regulator", ""), ("local-regulator", "?state=closed")),
    *_asked("/api/v1/reports/", ("regulator", ""), ("planning", "?state=open"), ("resident", "")),
    *_asked("/account/messages/broadcasts/", ("administrator", "")),
    *_asked("/account/messages/systems/", ("administrator", "")),
    *_asked("/api/v1/systems/", ("administrator", "")),
    *_asked("/api/v1/broadcasts/", ("administrator", "")),
    *_asked("/api/v1/account/followings/", ("resident", "")),
    *_asked("/work/complaints/", ("manager", ""), ("local-manager", "?state=dismissed")),
    *_asked(
        "/oversight/complaints/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?state=late"),
        ("regulator", "?state=dismissed"), ("regulator", "?payee=affiliates"),
    ),
    *_asked(
        "/api/v1/complaints/",
        ("regulator", ""), ("local-manager", "?state=open"), ("resident", ""),
        ("regulator", "?late=true"),
    ),
    *_asked("/work/interruptions/", ("manager", ""), ("local-manager", "?state=dismissed")),
    *_asked(
        "/oversight/interruptions/",
        ("regulator", ""), ("local-regulator", ""), ("regulator", "?state=late"),
        ("regulator", "?state=dismissed"),
    ),
    *_asked(
        "/api/v1/interruptions/",
        ("regulator", ""), ("local-manager", "?state=open"), ("resident", ""),
        ("regulator", "?late=true"), ("regulator", "?power_on=false"),
    ),
    *_asked("/oversight/orderly-use/", ("regulator", ""), ("lead-agency", "")),
    *_asked("/work/orderly-use/", ("supply-lead", "")),
    *_asked("/api/v1/orderly-use/plans/", ("regulator", ""), ("supply-lead", "")),
    *_asked("/api/v1/orderly-use/districts/", ("regulator", ""), ("local-regulator", "")),
    *_asked("/api/v1/orderly-use/executions/", ("regulator", "")),
    *_asked("/tasks/", ("lead-agency", ""), ("supply-lead", ""), ("regulator", "?show=overdue")),
    *_asked("/api/v1/tasks/", ("lead-agency", ""), ("local-regulator", "")),
    *_asked("/oversight/follow-ups/", ("regulator", ""), ("local-regulator", "")),
    *_asked("/signals/", ("supply-lead", "")),
    *_asked("/work/publish/", ("supply-lead", "")),
    *_asked("/work/grid/map/", ("manager", ""), ("supply-lead", "")),
    *_asked("/api/v1/grid/map/", ("manager", "?bbox=104.7,29.3,104.8,29.4")),
    *_asked("/work/publish/capacity/", ("supply-lead", "")),
    *_asked("/api/v1/publish/", ("supply-lead", "")),
    *_asked("/api/v1/publish/capacity/rows/", ("supply-lead", "")),
    *_asked("/api/v1/publish/capacity/publications/", ("supply-lead", "")),
    *_asked("/api/v1/publish/fees/to-check/", ("supply-lead", "")),
    *_asked(
        "/work/grid/",
        ("supply-lead", ""), ("local-manager", ""), ("manager", "?kind=line"),
        ("manager", f"?district={DISTRICT}"), ("manager", "?q=L-"), ("manager", "?short=1"),
        ("manager", "?limited=1"), ("local-manager", "?district=all"),
    ),
    *_asked("/work/grid/shortages/", ("supply-lead", ""), ("local-manager", "")),
    *_asked("/work/grid/customers/", ("supply-lead", "")),
    *_asked("/api/v1/grid/elements/", ("manager", ""), ("local-manager", "")),
    *_asked("/api/v1/grid/shortages/", ("manager", ""), ("local-manager", "?district=all")),
    *_asked("/api/v1/grid/customers/", ("manager", "")),
    *_asked("/account/", ("resident", ""), ("hall", "")),
    *_asked("/account/messages/", ("resident", ""), ("manager", "")),
    *_asked("/account/messages/deliveries/", ("administrator", "")),
    *_asked("/account/people/", ("administrator", ""), ("administrator", "?q=bulk-7")),
    *_asked("/account/organisations/", ("administrator", "")),
    *_asked("/account/tokens/", ("resident", "")),
    *_asked("/account/data/", ("resident", "")),
    *_asked("/api/v1/account/data/", ("resident", "")),
    *_asked("/account/passkeys/", ("resident", "")),
    *_asked("/account/mandates/", ("resident", "")),
    *_asked("/api/v1/account/parties/", ("resident", "")),
    *_asked("/api/v1/account/mandates/", ("resident", "")),
    *_asked("/api/v1/account/offers/", ("resident", "")),
    *_asked(
        "/api/v1/applications/",
        ("manager", ""), ("local-manager", ""), ("resident", ""), ("hall", ""),
        ("manager", "?state=works"), ("manager", "?state=energised"),
        ("manager", "?state=withdrawn"),
        ("manager", "?kind=hv_single"), ("manager", "?kind=hv_dual"),
        ("manager", "?holder=government"), ("manager", f"?district={DISTRICT}"),
        ("manager", "?closable=true"), ("local-manager", "?closable=true"),
        ("manager", "?closable=false"),
    ),
    *_asked(
        "/api/v1/permits/",
        ("manager", ""), ("planning", ""), ("local-planning", ""), ("local-manager", ""),
        ("resident", ""), ("manager", "?state=received"), ("manager", "?state=granted"),
        ("manager", "?bureau=planning"), ("manager", "?late=true"), ("manager", "?late=false"),
        ("planning", "?late=true"),
        ("manager", f"?application={NUMBER}"),
    ),
    *_asked(
        "/api/v1/advice/",
        ("planning", ""), ("local-planning", ""), ("manager", ""), ("local-manager", ""),
        ("planning", "?state=asked"),
    ),
    *_asked(
        "/api/v1/line-works/",
        ("manager", ""), ("planning", ""), ("local-planning", ""), ("local-manager", ""),
        ("resident", ""), ("manager", "?state=open"), ("manager", "?state=joined"),
        ("manager", "?state=withdrawn"),
        ("manager", f"?application={NUMBER}"),
    ),
    *_asked("/api/v1/orders/", ("regulator", ""), ("supply-lead", ""), ("regulator", "?late=true")),
    *_asked(
        "/api/v1/follow-ups/",
        ("regulator", ""), ("supply-lead", ""), ("resident", ""), ("regulator", "?late=true"),
    ),
    *_asked("/api/v1/oversight/signals/", ("regulator", ""), ("supply-lead", "")),
    *_asked("/api/v1/oversight/late/", ("regulator", ""), ("local-regulator", ""),
            ("regulator", "?party=planning")),
    *_asked("/api/v1/oversight/figures/", ("regulator", "")),
    *_asked("/api/v1/oversight/cases/", ("regulator", ""), ("local-regulator", "?show=late")),
    *_asked("/api/v1/oversight/permits/", ("regulator", ""), ("local-regulator", "?show=late")),
    *_asked(
        "/api/v1/oversight/charges/", ("regulator", ""), ("local-regulator", "?payee=affiliates")
    ),
    *_asked("/api/v1/oversight/homes/", ("regulator", "")),
    *_asked("/api/v1/oversight/homes/past-target/", ("regulator", ""), ("local-regulator", "")),
    *_asked("/api/v1/oversight/rules/", ("regulator", "")),
    *_asked("/api/v1/oversight/explained/", ("regulator", ""), ("local-regulator", "")),
)  # fmt: skip

#: What reads more than its rows, by the table that it reads: no case, and at most so many rows.
WIDE: Final = {
    # The mean of a year is over the homes of each day of it, kept by the days of filing and power.
    "oversight_homeday": 6_000,
    # What was filed in a year, kept by day, district and channel.
    "oversight_filingday": 6_000,
    # How many open cases every manager has: two rows for each open high-voltage case.
    "applications_assignment": 6_000,
}
#: What has no argument in its address either, and shows no rows.
PLAIN: Final = frozenset(
    {
        # Sums of one published month or year.
        "/oversight/statistics/",
        "/work/outages/new/", "/work/outages/repairs/", "/work/repair-crews/new/",
        "/work/patrols/new/", "/work/defects/new/",
        "/account/password/", "/account/password/code/", "/account/password/forgotten/",
        "/account/password/new/", "/account/people/new/", "/account/register/",
        "/account/second-factor/", "/account/settings/", "/account/sign-in/",
        "/account/sign-in/code/", "/account/sign-in-by-phone/",
        "/account/sign-in-by-phone/account/", "/account/sign-in-by-phone/code/",
        "/account/sign-out/",
        "/work/counter/", "/account/passkeys/ask/", "/account/passkeys/ask-to-close/",
        "/account/passkeys/ask-to-confirm/",
        "/account/close/code/",
        "/account/mandates/offer/", "/account/mandates/ask/",
        "/account/mandates/link/end/", "/account/offer/", "/account/offer/code/",
        "/account/claim/", "/account/claim/code/",
        "/account/identity/", "/account/identity/end/", "/account/identity/refused/",
        "/account/identity/account/",
        "/account/sign-in-by-passkey/", "/account/sign-in-by-passkey/ask/",
        "/api/v1/monitoring/systems/",
        "/api/v1/schema/", "/api/v1/tokens/", "/api/v1/supply-chain/events/",
        "/api/v1/tokens/current/", "/account/messages/read/",
        "/account/close/", "/account/messages/channels/", "/api/v1/account/channels/",
        "/account/messages/quiet-hours/", "/api/v1/account/quiet-hours/",
        "/oversight/orders/new/", "/work/enquiries/new/", "/oversight/orderly-use/new/",
        "/work/orderly-use/new/", "/tasks/new/", "/api/v1/enquiries/counter/",
        "/desk/together/", "/desk/filters/new/", "/work/appointments/blocked/",
        "/desk/digest/", "/api/v1/desk/digest/",
        "/work/field/along/", "/work/field/phone/", "/work/field/phone/worker.js",
        "/work/field/phone/manifest.webmanifest", "/api/v1/field/reports/",
        "/api/v1/field/barcodes/",
        # A file, read to its end in pieces.
        "/oversight/late.csv", "/account/data/export/",
    }
)  # fmt: skip
#: Addresses that somebody else looks at: pages for everybody, and one thing at a time.
ELSEWHERE: Final = (
    "/disclosure/", "/api/v1/disclosure/", "/api/v1/ledger/", "/record/", "/styleguide/", "/apply/",
    "/referrals/", "/opinions/", "/progress/", "/enquiries/", "/interruptions/", "/permits/",
    "/referrals/", "/opinions/", "/progress/", "/enquiries/", "/reports/", "/permits/",
    "/language/",
    "/display/", "/healthz", "/metrics", "/api/v1/fees/",
)  # fmt: skip


def without_arguments() -> Iterator[str]:
    """Every address of the portal that names nothing in particular."""

    def under(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for each in patterns:
            path = f"{prefix}{each.pattern}"
            if isinstance(each, URLResolver):
                yield from under(path, each.url_patterns)
            elif "<" not in path:
                yield path

    yield from under("/", get_resolver().url_patterns)


def hire() -> None:
    """Those of one district only, who have no account in the demonstration."""
    for username, role in LOCAL.items():
        kind = HOMES[role]
        places = Organisation.objects.filter(kind=kind, district=None)
        bureau = username.removeprefix("local-")
        place = places.get(code=bureau) if role == Role.OFFICER else places.earliest("pk")
        user = create_person(username=username, password=PASSWORD, name="Local")
        grant(user=user, role=role, organisation=place, district=DISTRICT, by=SYSTEM)


def opened_by(listing: Listing) -> Client:
    """Signed in as whoever opens it: for a page by session, for the API by token."""
    user, client = User.objects.get(username=listing.who), Client(HTTP_HOST="localhost")
    if listing.path.startswith("/api/"):
        token, _row = issue_token(user=user, life=TOKEN_LIFE, second_factor=True)
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    else:
        client.force_login(user)
        session = client.session
        session[sign_in.SECOND_FACTOR] = True
        session.save()
    return client


def ask(client: Client, listing: Listing, path: str = "") -> Any:
    """The answer to a listing, or to another page of it."""
    where = path or listing.path
    if listing.body is None:
        return client.get(where)
    if where.startswith("/api/"):
        return client.post(where, listing.body, content_type="application/json")
    return client.post(where, listing.body)


def next_page(answer: Any) -> str | None:
    """The address of the page after a first one that was opened."""
    if "json" in answer["Content-Type"]:
        found = answer.json()
        return found.get("next") if isinstance(found, dict) else None
    link = re.search(r'href="([^"]*\bcursor=[^"]*)"', answer.content.decode())
    return unescape(link[1]) if link else None


def rows_shown(answer: Any) -> int:
    """How many rows a page has, heads of tables among them."""
    if "json" in answer["Content-Type"]:
        found = answer.json()
        return len(found.get("results", ())) if isinstance(found, dict) else len(found)
    return int(answer.content.count(b"<tr"))
