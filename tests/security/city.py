"""A city with one thing of every sort, owned by one applicant, and a browser for every role."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from fido2.webauthn import AttestedCredentialData

from accounts import offers, sign_in
from accounts.actions import create_person, grant, issue_token
from accounts.actor import SYSTEM
from accounts.mandates import Right
from accounts.models import Organisation, Passkey, RoleGrant, User
from accounts.offers import Terms
from accounts.roles import Role
from applications.advice.actions import ask as ask_advice
from applications.assignments import absences, cells
from applications.assignments.models import GridCell
from applications.contracts.keeping import keep_contracts
from applications.enquiries.actions import ask, ask_generally
from applications.models import Application
from applications.packages import actions as packages
from applications.states import State
from applications.timings.periods import Period
from applications.timings.releases import publish
from approvals.models import LineWorks, Permit
from approvals.opinions.actions import OPINIONS
from approvals.opinions.models import Opinion
from approvals.papers.keeping import PERMIT_PAPERS
from approvals.papers.models import PermitPaper
from approvals.supplement.drafts import save_answer
from core.clock import city_now, local_date
from desk.models import SavedFilter
from documents.models import Document, Upload
from ledger import folders, keys
from ledger.models import Entry
from money.charges.actions import charge
from money.investments.actions import spend
from money.payments.actions import order_for
from money.payments.receiving import take
from money.providers.interface import Standing
from notifications import outbox
from notifications.bulk.models import Broadcast
from notifications.models import Outbox
from notifications.webhooks.actions import test as try_system
from notifications.webhooks.models import Endpoint
from oversight import actions as ordering
from oversight.addressees import SUPPLIER
from oversight.interruptions.actions import complain
from oversight.models import Finding
from oversight.orderly.actions import draft as draft_plan
from oversight.orderly.models import CityPlan
from oversight.scan import scan
from publishing import actions as publishing
from publishing.models import Draft
from publishing.tables import table_of
from reliability.following.actions import follow
from rules.names import Kind
from tests.applications.appointments.booking import booked, times
from tests.applications.follow_ups import rated_low
from tests.applications.materials.ordering import ordered
from tests.applications.referrals.passing import DECLARED, passed_on
from tests.applications.rentals.renting import asked as rented
from tests.applications.rentals.renting import body as rental_body
from tests.applications.rentals.renting import register
from tests.builders import (
    again,
    case_at,
    declaration,
    drafted,
    filed,
    fresh_address,
    packed,
    perform,
    permit_step,
    post_works,
    taken_in,
)
from tests.disclosure.published import SOURCE, TABLES
from tests.money.cast import online, refund_failed, told
from tests.money.complaints import BODY as COMPLAINT
from tests.money.complaints import DECISION, EXPLANATION, charge_of, complained
from tests.money.differing import differing
from tests.oversight import orderly
from tests.oversight.interruptions import body as interruption
from tests.oversight.scenes import integrate
from tests.oversight.task_ledger import tasks
from tests.people import PASSWORD, browser, open_demonstration, staff
from tests.publishing.builders import in_force, second
from tests.reliability.monitoring import told as lost
from tests.reliability.outages import COUNTED, FAULT, announced
from tests.reliability.patrols import DEFECT, PATROL, on_the_public_grid
from tests.reliability.repairs import CREW, registered
from tests.reliability.reporting import DIGGING, ILLEGAL, OUT, reported, step
from tlog.files import Writer
from tools.scenarios import FOUR_REVIEWS, PACKAGE, PDF, PERMIT_BODIES

#: Who asks, in the order of the columns of routes.toml.
WHO = (
    "anonymous", "owner", "other", "clerk", "manager", "officer", "foreign", "regulator",
    "keeper", "administrator", "lead", "hall", "digital", "agency", "district", "machine",
    "prices",
)  # fmt: skip
USERNAMES = {
    "owner": "factory", "other": "resident", "clerk": "clerk", "manager": "manager",
    "officer": "planning", "foreign": "transport", "regulator": "regulator",
    "keeper": "supply-lead", "lead": "planning-lead", "hall": "hall", "digital": "digital",
    "agency": "lead-agency", "district": "district-lead", "machine": "approval-system",
    "prices": "price-authority",
}  # fmt: skip
#: Who comes back after a pause with every request, which is written into the session.
RETURNING = "owner"
KIND = Kind.HV_SINGLE
#: At a host that nobody has allowed.
HOOKED = {"name": "城市大脑", "url": "https://elsewhere.example.org/"}
FOLLOWED = {"scope": "city"}
SPENT = {"kind": "meter", "amount_yuan": "350"}
ADVICE = {"question": "绕行东侧是否可行？"}
PLACE = {"position": "104.77 29.35"}


@dataclass(slots=True)
class City:
    """What the tests ask about.

    Args:
        people: everybody by what they are here (WHO) and by username.
        browsers: a signed-in browser for each of WHO.
        things: the values of arguments of addresses, by the names that routes.toml uses.
    """

    people: dict[str, User]
    browsers: dict[str, Client]
    things: dict[str, Any]
    cases: dict[str, Application]
    answers: dict[str, Any] = field(default_factory=dict)

    def body(self, name: str) -> dict[str, Any]:
        """A body that serves, by the name that routes.toml uses."""
        body: dict[str, Any] = BODIES[name](self)
        return body


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> City:
    """The city: one case in every situation that an address needs, all of the same owner."""
    people = open_demonstration()
    people["manager"] = people["project"] = _both_managers(people)
    people |= {who: people[username] for who, username in USERNAMES.items()}
    people["administrator"] = staff(Role.ADMINISTRATOR, username="root-1")
    browsers = {who: browser(people.get(who)) for who in WHO}
    for who, one in browsers.items():
        one.raise_request_exception = False
        if who != "anonymous":
            _last_seen(one, -2 * sign_in.SEEN_EVERY if who == RETURNING else timedelta(hours=1))
    cases = _cases(people)
    return City(people, browsers, _things(people, cases), cases)


def _last_seen(client: Client, since: timedelta) -> None:
    """Say when somebody was seen last, from now on.

    What writes that down is taken back with all else. So whoever was seen a minute ago would have
    it written with every request from then on, and the same question would be another one on a
    slow machine.
    """
    session = client.session
    session[sign_in.SEEN_AT] = (timezone.now() + since).timestamp()
    session.save()


def _both_managers(people: Mapping[str, User]) -> User:
    """One account for both managers of every case, so that each act has somebody who takes it."""
    manager, home = people["manager"], people["project"].grants.get().organisation
    grant(user=manager, role=Role.PROJECT, organisation=home, district=None, by=SYSTEM)
    both = {"managers": [manager.pk], "projects": [manager.pk]}
    for cell in GridCell.objects.all():
        body = {"district": cell.district, "name": cell.name, **both}
        cells.keep(cell, body, by=people["supply-lead"])
    return User.objects.get(pk=manager.pk)


def _cases(people: Mapping[str, User]) -> dict[str, Application]:
    replied = case_at(people, KIND, State.PLAN_REPLIED)
    perform(
        application=replied, action="correct_identity", by=people["owner"], body=CORRECTION,
        uploads=[upload()],
    )  # fmt: skip
    return {
        "draft": drafted(people, KIND),
        "filed": filed(people, KIND),
        "accepted": case_at(people, KIND, State.ACCEPTED),
        "replied": again(replied),
        "confirmed": _with_package(people),
        "permits": _with_package(people, posted=True),
        "advised": _with_package(people),
        "replanning": case_at(people, KIND, State.REPLANNING),
        "contracted": _contracted(people),
        "withdrawn": case_at(people, KIND, State.WITHDRAWN),
        "visited": case_at(people, KIND, State.ACCEPTED),
        "temporary": filed(people, KIND, purpose="temporary"),
        "at-counter": taken_in(people, kind=KIND, purpose="temporary"),
    }


def _contracted(people: Mapping[str, User]) -> Application:
    """A low-voltage case of the same owner, whose contract is signed and kept."""
    case = case_at({**people, "shop": people["owner"]}, Kind.LV_OTHER, State.CONTRACTED)
    keep_contracts()
    return case


def _with_package(people: Mapping[str, User], *, posted: bool = False) -> Application:
    """A case whose package is prepared, or was sent with its line."""
    case = case_at(people, KIND, State.PLAN_CONFIRMED)
    sha256 = packed(people, case)
    return post_works(people, case, FOUR_REVIEWS | {"package": sha256}) if posted else case


def _passkey(user: User) -> Passkey:
    data = AttestedCredentialData.from_ctap1(b"an id", b"\4" + bytes(64))
    return Passkey.objects.create(
        user=user, name="a phone", credential=bytes(data).hex(), digest=b"x" * 32
    )


def _upload(case: Application, owner: User) -> UUID:
    begun = Upload.objects.create(
        party=owner.party,
        subject_kind="application",
        subject_id=case.pk,
        requirement="identity",
        name="证件.pdf",
        size=900,
    )
    return begun.ref


def _things(people: Mapping[str, User], cases: Mapping[str, Application]) -> dict[str, Any]:
    permit = Permit.objects.get(case_ref=cases["permits"].ref, permit="planning")
    _text, token = issue_token(user=people["owner"], life=timedelta(hours=1), second_factor=True)
    works = LineWorks.objects.get(case_ref=cases["replanning"].ref)
    return {
        **{name: case.number for name, case in cases.items()},
        "permit": permit.pk,
        "set": permit.round_id,
        **_receipt(cases["permits"], permit),
        **_asked(people, cases["permits"]),
        **_paper(people),
        "opinion": _opinion(people, permit),
        "works": works.pk,
        "document": Document.objects.filter(case_ref=cases["filed"].ref)[0].ref,
        "upload": _upload(cases["draft"], people["owner"]),
        "investment": spend(application=cases["filed"], body=SPENT, by=people["manager"]).number,
        "attachment": packages.shown(cases["confirmed"]).files[0].ref,
        "advice": ask_advice(application=cases["advised"], body=ADVICE, by=people["manager"]).pk,
        "token": token.pk,
        "passkey": _passkey(people["owner"]).pk,
        "service": "national",
        **_mandates(people["owner"]),
        "delivery": _given_up(cases["filed"], people["owner"]),
        "person": people["other"].pk,
        "role": RoleGrant.objects.filter(user=people["manager"])[0].pk,
        "publication": _publish(people["keeper"]),
        "news": _news(people["keeper"]),
        "row": table_of("fees").model.objects.order_by("pk")[0].pk,
        **_complaint(people, cases["filed"]),
        "table-draft": _table_draft(people["keeper"]).pk,
        **_drafts_to_check(people["keeper"]),
        "outage": announced(people["keeper"], **COUNTED).number,
        **_frozen(),
        "broadcast": Broadcast.objects.latest("id").pk,
        **_system(),
        "following": follow(body=FOLLOWED, by=people["owner"], client="there").pk,
        **on_the_public_grid(people["keeper"]),
        "suggestion": lost("YS-L1").pk,
        "crew": registered(people["keeper"], code="B-1").pk,
        "saved-filter": SavedFilter.objects.create(
            owner=people["manager"], list="desk", name="待受理", query="asked=cases.accept"
        ).pk,
        "signal": _signal(),
        **_orders(people),
        "appointment": booked(cases["visited"], people["owner"], time=2).pk,
        **_managers(people),
        "material": _material(cases["contracted"], people["manager"]),
        "rental": _rental(people, cases["temporary"]),
        **_charged(people, cases["temporary"]),
        "enquiry": ask(
            application=cases["filed"], body={"text": "何时受理？"}, by=people["owner"]
        ).pk,
        **_reports(people["owner"]),
        "question": ask_generally(body=QUESTION, by=people["owner"], client="there").number,
        "interruption": complain(body=interruption(), by=people["owner"], client="there").pk,
        **_orderly(people),
        "task": tasks.entered({"lead-agency": people["agency"]}).pk,
        "follow-up": rated_low(people, cases["confirmed"], stage="acceptance").pk,
        **_referral(people),
        "published": _published_keys(),
        "index": 0,  # integrated for the signal
        "leaf": "ab" * 32,
    }


def _frozen() -> dict[str, Any]:
    """The figures of a month in which nothing was filed yet: to revise them changes nothing."""
    release = publish(Period(2025, 1), SYSTEM)
    return {"period": release.period, "release": release.number}


def _system() -> dict[str, Any]:
    """A system that is told of outages, with a message that waits."""
    one = Endpoint.objects.create(name="城市大脑", url="https://hooks.example.org/", secret="s")
    return {"system": one.pk, "system-delivery": try_system(one).pk}


def _asked(people: Mapping[str, User], case: Application) -> dict[str, Any]:
    """A permit for which a bureau named something as missing, with the draft of an answer."""
    permit = Permit.objects.filter(case_ref=case.ref, state="received").latest("id")
    asked, by = PERMIT_BODIES["request_supplement"], people[permit.bureau]
    permit_step(permit=permit, action="request_supplement", by=by, body=asked)
    project = people["project"]
    save_answer(permit, 1, "附后", by=project, uploads=[upload()])
    return {"asked": permit.pk, "asked-file": Document.objects.latest("id").ref}


def _paper(people: Mapping[str, User]) -> dict[str, Any]:
    """A planning permit that was granted, its paper kept."""
    case = case_at(people, KIND, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    for action in ("accept", "grant"):
        permit_step(permit=permit, action=action, by=people["officer"], body={})
    PERMIT_PAPERS.run()
    paper = PermitPaper.objects.get(permit=permit)
    return {"granted-permit": paper.pk, "permit-number": paper.number}


def _opinion(people: Mapping[str, User], permit: Permit) -> int:
    """What somebody outside was asked about a permit."""
    new = Opinion(permit=permit)
    with override_settings(SMS_PROVIDER="counterpart"):
        return OPINIONS.perform(new, "ask", by=people["officer"], body=OPINION).pk


def _material(case: Application, by: User) -> UUID:
    """What is ordered and has not come."""
    with override_settings(SUPPLY_CHAIN_URL="http://127.0.0.1:9/"):
        return ordered(case, by, item="pole", quantity="1").ref


def _execution(city: Any) -> dict[str, Any]:
    return orderly.execution_body(CityPlan(pk=city.things["orderly-plan"]))


def _orderly(people: Mapping[str, User]) -> dict[str, int]:
    """A plan that is issued, with what its district has to hand in and an execution; a draft."""
    cast = {"lead-agency": people["agency"], "supply-lead": people["keeper"]}
    plan = orderly.issued(cast)
    return {
        "orderly-plan": plan.pk,
        "orderly-district": orderly.of_district(plan).pk,
        "execution": orderly.begun(cast, plan).pk,
        "orderly-draft": draft_plan(body=orderly.plan_body(), by=people["agency"]).pk,
    }


def _complaint(people: Mapping[str, User], case: Application) -> dict[str, int]:
    """A charge, and a complaint about another one."""
    first, second = (charge_of(case, people["manager"], **CHARGE) for _ in range(2))
    return {"filed-charge": first.pk, "complaint": complained(second).pk}


def _reports(by: User) -> dict[str, Any]:
    """What somebody has reported: for the lead of the district, the supply company and a bureau."""
    said = (
        ("report", ILLEGAL, by), ("power-out", OUT, by),
        ("bureau-report", DIGGING | {"where": "site"}, by),
    )  # fmt: skip
    found = {name: reported(who, body) for name, body, who in said}
    # Handed over by the lead of the district, who is not among those who ask as such.
    lead = staff(Role.DISTRICT_LEAD, username="handing-over")
    to = {"office": "planning", "reason": "规划核验"}
    step(found["bureau-report"], "hand_over", lead, **to)
    return {
        **{name: one.pk for name, one in found.items()},
        "report-kind": "digging",
        "report-number": found["report"].number,
    }


def _rental(people: Mapping[str, User], case: Application) -> int:
    """A unit that is asked for; another one is free."""
    register({"supply-lead": people["keeper"]}, "Z-1", "Z-2")
    return rented(case, people["owner"]).pk


def _charged(people: Mapping[str, User], case: Application) -> dict[str, Any]:
    """A charge, and for it a payment that came too late, of which a refund has failed."""
    body = CHARGE | {"payee": "YS-GD"}
    one = charge(application=case, body=body, by=people["manager"])
    with online():
        payment = order_for(one, people["owner"])
    for standing in (Standing.CLOSED, Standing.DONE):
        payment = take(payment.provider, told(payment, standing))
    refund = refund_failed(people, payment, amount_yuan="0.01")
    return {"charge": one.pk, "payment": payment.number, "refund": refund.number}


def _referral(people: Mapping[str, User]) -> dict[str, Any]:
    """What a counter has passed on to another city, and the office there."""
    with override_settings(SMS_PROVIDER="counterpart"):
        one = passed_on(people)
    return {"referral": one.number, "registered-office": one.office_id, "one": 1}


def _managers(people: Mapping[str, User]) -> dict[str, int]:
    """The manager, who is away next month, somebody who deputises and may have a case, a cell."""
    second = staff(Role.MANAGER, username="second")
    home = second.grants.get().organisation
    grant(user=second, role=Role.PROJECT, organisation=home, district=None, by=SYSTEM)
    second = User.objects.get(pk=second.pk)
    absence = absences.enter(
        {"user": people["manager"].pk, "deputy": second.pk, **_days(30)}, by=people["manager"]
    )
    cell = GridCell.objects.earliest("pk").pk
    pks = {"manager-account": people["manager"].pk, "second": second.pk}
    [difference] = differing()
    return {**pks, "absence": absence.pk, "cell": cell, "difference": difference.pk}


def _days(first: int) -> dict[str, str]:
    """Two, so many from today."""
    days = [local_date(city_now()) + timedelta(days=first + more) for more in (0, 1)]
    return {"first": str(days[0]), "last": str(days[1])}


def _absence(city: City) -> dict[str, Any]:
    """As the page sends it: whoever asks is away, or for whoever is no manager the manager is."""
    found: dict[str, Any] = {
        "user": city.things["manager-account"], "deputy": city.things["second"],
        "version": 0, "idempotency_key": "k",
    }  # fmt: skip
    for name, text in _days(60).items():
        parts = zip(("year", "month", "day"), text.split("-"), strict=True)
        found |= {f"{name}_{part}": int(figures) for part, figures in parts}
    return found


def _mandates(owner: User) -> dict[str, int]:
    """Of somebody who acts for the owner, and one that is offered."""
    agent = create_person(username="agent-1", password=PASSWORD, name="李代办")
    given = offers.give(owner.party_id, agent, Terms(Right.READ))
    offered, _token = offers.offer(
        party=owner.party_id, terms=Terms(Right.READ), phone="13800004322", by=owner
    )
    return {"mandate": given.pk, "offer": offered.pk}


def _given_up(case: Application, owner: User) -> int:
    """An SMS that its carrier refused."""
    outbox.put(
        kind="case.accepted",
        subject_kind="application",
        subject_id=case.pk,
        case_ref=case.ref,
        version=99,
        recipients=[owner.party_id],
        context={"number": case.number},
    )
    intent = Outbox.objects.latest("pk")
    row = intent.deliveries.create(channel="sms", state="parked", reason="refused", due_at=None)
    return row.pk


def _signal() -> str:
    """Cases that are hurried through like these are signals themselves; the newest of them."""
    integrate()
    scan()
    return Finding.objects.filter(party="supplier", state="open").latest("pk").number


def _receipt(case: Application, permit: Permit) -> dict[str, Any]:
    """The receipt of what the planning bureau received: for the case's people and that bureau."""
    seq = Entry.objects.get(part=permit.ref, type="permit.received").case_seq
    return {"received": seq, "receipt": f"{case.number}-{seq}"}


def _orders(people: Mapping[str, User]) -> dict[str, str]:
    """An order to the supply company that is to be answered, and one that was."""
    first, second = (
        ordering.issue(
            {"party": SUPPLIER, "district": "510302", "text": ORDER["text"], "days": 10},
            by=people["regulator"],
        )
        for _ in range(2)
    )
    ordering.ORDERS.perform(second, "answer", by=people["keeper"], body={"text": ANSWER["text"]})
    return {"order": first.number, "answered-order": second.number}


def _publish(by: User) -> int:
    for kind, text in TABLES.items():
        draft = publishing.begin(kind=kind, by=by, text=text, source=SOURCE)
        number = in_force(draft, by).number
    return number


def _published_keys() -> str:
    """The keys of the record as its sequencer publishes them; it signs only what is committed."""
    keys.ensure()
    writer = Writer(folders.public())
    writer.put(folders.public() / "keys.json", json.dumps(keys.published()).encode())
    return "keys.json"


def _table_draft(by: User) -> Draft:
    text = TABLES["capacity"].replace("4800", "4700")
    return publishing.begin(kind="capacity", by=by, text=text, source=SOURCE, note="更正")


def _news(keeper: User) -> str:
    text = "code,publisher,title,body\nn-1,supply-company,停电计划,正文\n"
    in_force(publishing.begin(kind="news", by=keeper, text=text, source=SOURCE), keeper)
    return "n-1"


def _drafts_to_check(keeper: User) -> dict[str, Any]:
    """One that can be offered, one that can be taken back, and one that somebody else offered."""

    def draft(by: User) -> Draft:
        text = TABLES["fees"].replace("12.5", "12.4")
        return publishing.begin(kind="fees", by=by, text=text, source=SOURCE, note="更正")

    other = second(keeper)
    return {
        "unchecked": draft(keeper).pk,
        "offered": publishing.offer(draft=draft(keeper), by=keeper).pk,
        "to-check": publishing.offer(draft=draft(other), by=other).pk,
    }


def _version(city: City, name: str, **more: Any) -> dict[str, Any]:
    return {"version": again(city.cases[name]).version, "idempotency_key": "k"} | more


def typed() -> dict[str, Any]:
    """What a person types into the form of an application."""
    body = declaration(KIND)
    applicant = body.pop("applicant")
    return {
        "applicant_type": applicant["type"],
        "applicant_name": applicant["name"],
        "id_number": applicant["id_number"],
        "phone": applicant["phone"],
        "enterprise_size": applicant["enterprise_size"],
        "district": "510302",
        "address_line": fresh_address(),
        **{name: str(body[name]) for name in ("capacity_kw", "voltage", "sources", "purpose")},
        "version": "0",
        "idempotency_key": "k",
    }


def _works(city: City, name: str) -> dict[str, Any]:
    return {**FOUR_REVIEWS, "voltage": "high", "application": city.things[name]}


def _office() -> int:
    return Organisation.objects.filter(kind="supplier")[0].pk


def _free_time(city: City) -> str:
    return times(city.cases["accepted"])[0].begins_at.isoformat()


def typed_works() -> dict[str, Any]:
    """What a project manager types into the form of a line."""
    return {name: value for name, value in FOUR_REVIEWS.items() if value is not False} | {
        "external": "yes"
    }


def upload() -> SimpleUploadedFile:
    """A small whole file."""
    return SimpleUploadedFile("证件.pdf", PDF, content_type="application/pdf")


CORRECTION = {"name": "四川某某机械厂", "id_number": "125103004504000000", "reason": "名称有误"}
#: Where a grid is published, a plan says that it reserves nothing of it.
PLAN = {"summary": "由东线供电", "rows": "0", "unreserved": "on"}
CHARGE = {"fee_item": "YS-01", "quantity": "10", "payee": "市供电公司"}


def table_file() -> SimpleUploadedFile:
    """A published table as a file."""
    return SimpleUploadedFile("fees.csv", TABLES["fees"].encode(), content_type="text/csv")


SIGNED = {"responsible": "王建国", "position": "经理"}
PERSON = {"username": "newcomer", "name": "新来者", "phone": "13800005678",
          "password": "a-long-sentence-as-password"}  # fmt: skip
ROW = {"code": "YS-02", "item": "演示", "payer": "演示", "unit": "元/次", "rate": "3",
       "kinds": "hv_dual", "nature": "market", "legal_basis": "演示文件", "from_date": "2026-01-01",
       "source": SOURCE, "note_of_publication": "演示"}  # fmt: skip
PROGRAM_ROW = {name: ROW[name] for name in ROW if name != "note_of_publication"}
ORDER: dict[str, Any] = {
    "party": SUPPLIER,
    "district": "510302",
    "text": "全额退还勘查费",
    "days": 10,
}
ANSWER = {"text": "已全额退还"}
OPINION = {
    "name": "自贡水务集团", "phone": "13912340011", "question": "有无供水主管？", "days": 3,
}  # fmt: skip
QUESTION = {"topic": "time", "district": "510302", "text": "多久能通电？"}
BODIES: dict[str, Any] = {
    "order": lambda city: ORDER,
    "order-answer": lambda city: ANSWER,
    "revision": lambda _city: {"reason": "Counted late."},
    "revision-page": lambda _city: {"reason": "Counted late.", "idempotency_key": "k"},
    "order-page": lambda city: ORDER | {"idempotency_key": "k", "do": "issue"},
    "order-answer-page": lambda city: (
        ANSWER | {"version": 1, "idempotency_key": "k", "evidence": upload()}
    ),
    "order-step-page": lambda city: {"version": 2, "idempotency_key": "k", "reason": "缺凭证"},
    "nothing": lambda city: {},
    "question": lambda city: {"text": "何时受理？"},
    "question-page": lambda city: _version(city, "filed", text="何时受理？"),
    "general-question": lambda city: QUESTION,
    "counter-question": lambda city: QUESTION | {"phone": "13800001234"},
    "general-question-page": lambda city: QUESTION | {"version": 0, "idempotency_key": "k"},
    "counter-question-page": lambda city: (
        QUESTION | {"version": 0, "idempotency_key": "k", "phone": "13800001234"}
    ),
    "answer": lambda city: {"answer": "今日受理。"},
    "answer-page": lambda city: {"version": 1, "idempotency_key": "k", "answer": "今日受理。"},
    "search": lambda city: {"name": "王小明"},
    "digest": lambda city: {"wanted": "no"},
    "wanted": lambda city: {"wanted": True},
    "filter": lambda city: {"name": "待受理", "idempotency_key": "k"},
    "together": lambda city: {
        "act": "cases.accept",
        "row": f"cases.{city.cases['filed'].pk}.{city.cases['filed'].version}",
        "idempotency_key": "k",
    },
    "decided": lambda city: {"action": "withdraw", "body": {}},
    "confirmation": lambda city: {"action": "withdraw", "body": {}, "code": "000000"},
    "said-phone": lambda city: {"phone": "13800001234"},
    "to-counter": lambda city: {"phone": "13800001234", "files": upload()},
    "correction": lambda city: CORRECTION | {"files": upload()},
    "correction-page": lambda city: _version(city, "filed") | CORRECTION | {"evidence": upload()},
    "decide-page": lambda city: _version(city, "replied", agree="no", reason="证件看不清"),
    "material": lambda city: {"item": "conductor", "quantity": 7.5},
    "material-page": lambda city: _version(city, "contracted", item="conductor", quantity="7.5"),
    "appointment": lambda city: {"purpose": "survey", "begins_at": _free_time(city)},
    "appointment-page": lambda city: {
        "begins_at": _free_time(city),
        "version": 0,
        "idempotency_key": "k",
    },
    "appointment-step-page": lambda city: {"reason": "停产", "version": 1, "idempotency_key": "k"},
    "rental": lambda _city: rental_body("Z-2"),
    "rental-page": lambda _city: rental_body("Z-2") | {"version": 0, "idempotency_key": "k"},
    "blocked-time": lambda city: {
        "day": "2099-01-05",
        "begins": "09:00",
        "until": "12:00",
        "idempotency_key": "k",
    },
    "field-report": lambda city: {
        "number": city.things["filed"],
        "phone_at": "2026-11-30T09:00:00+08:00",
    },
    "barcode": lambda city: {"photo": upload()},
    "along": lambda city: {"number": city.things["filed"], "idempotency_key": "k"},
    "signed-page": lambda city: {"contract": upload(), "version": 1, "idempotency_key": "k"},
    "signed": lambda city: {"files": upload()},
    "referral": lambda city: {
        **DECLARED,
        "office": city.things["registered-office"],
        "papers": upload(),
    },
    "registered-office": lambda city: {
        "city_zh": "泸州市",
        "city_en": "Luzhou",
        "name_zh": "泸州营业厅",
        "name_en": "Luzhou",
        "telephone": "0830-3100001",
        "mobile": "13900001111",
        "idempotency_key": "k",
    },
    "referral-page": lambda city: {"version": 1, "idempotency_key": "k", "reason": "改在本地办理"},
    "channels": lambda city: {"asked": "cases.sms", "wanted": "cases.sms"},
    "quiet": lambda city: {"mode": "off"},
    "channel": lambda city: {"sms": False},
    "close-account": lambda city: {"want": "close"},
    "language": lambda city: {"language": "en", "next": "/"},
    "display": lambda city: {"on": "elder", "next": "/"},
    "credentials": lambda city: {"username": "shop", "password": "tongdian-demo"},
    "declaration": lambda city: declaration(KIND),
    "typed": lambda city: typed(),
    "redraft": lambda city: typed() | _version(city, "draft"),
    "document": lambda city: {"requirement": "identity", "file": upload()},
    "begin-upload": lambda city: {"requirement": "identity", "name": "证件.pdf", "size": 900},
    "part": lambda city: {"octets": b"%PDF"},
    "part-page": lambda city: {"offset": 0, "part": SimpleUploadedFile("blob", b"%PDF")},
    "document-page": lambda city: {"file": upload()} | _version(city, "draft"),
    "requirement": lambda city: {"requirement": "identity"},
    "consent": lambda city: {"requirement": "identity", "consent": "0" * 64},
    "consent-page": lambda city: _version(city, "draft", consent="0" * 64, agree="on"),
    "submit-page": lambda city: _version(city, "draft"),
    "plan-page": lambda city: _version(city, "accepted", **PLAN),
    "renew-page": lambda city: _version(city, "replied", **PLAN),
    "confirm-page": lambda city: _version(city, "replied", agree="yes"),
    "charge": lambda city: CHARGE,
    "investment": lambda city: SPENT,
    "investment-page": lambda city: _version(city, "filed", **SPENT),
    "reversal-page": lambda city: _version(city, "filed", reason="重复登记"),
    "charge-page": lambda city: _version(city, "filed") | CHARGE | {"payee": "YS-GD"},
    "outage": lambda _city: FAULT | COUNTED,
    "patrol": lambda _city: PATROL | {"element": "YS-P1"},
    "patrol-page": lambda _city: PATROL | {"element": "YS-P1", "idempotency_key": "k"},
    "defect": lambda _city: DEFECT | {"element": "YS-P1"},
    "defect-page": lambda _city: DEFECT | {"element": "YS-P1", "idempotency_key": "k"},
    "mended": lambda _city: {"mended": "更换绝缘子"},
    "mended-page": lambda _city: {"mended": "更换绝缘子", "version": 1, "idempotency_key": "k"},
    "aside": lambda _city: {"reason": "tested"},
    "aside-page": lambda _city: {"reason": "tested", "version": 1, "idempotency_key": "k"},
    "crew": lambda _city: CREW,
    "crew-page": lambda _city: CREW | {"towns": "", "version": 0, "idempotency_key": "k"},
    "step-page": lambda _city: {"version": 1, "idempotency_key": "k"},
    "outage-page": lambda _city: (
        FAULT | COUNTED | {"elements": "", "version": 0, "idempotency_key": "k"}
    ),
    "cancel-page": lambda _city: {"reason": "不需要", "version": 1, "idempotency_key": "k"},
    "system": lambda _city: HOOKED,
    "system-page": lambda _city: HOOKED | {"version": 0, "idempotency_key": "k"},
    "follow": lambda _city: FOLLOWED,
    "follow-page": lambda _city: FOLLOWED | {"version": 0, "idempotency_key": "k"},
    "customer-number": lambda _city: {"customer_number": "M-1"},
    "report": lambda city: DIGGING,
    "report-page": lambda city: {"version": 0, "idempotency_key": "k"} | DIGGING,
    "report-step-page": lambda city: {"version": 1, "idempotency_key": "k"},
    "report-second-page": lambda city: {"version": 2, "idempotency_key": "k"},
    "seen-second-page": lambda city: {"version": 2, "idempotency_key": "k", "reason": "核对地点"},
    "seen-page": lambda city: {"version": 1, "idempotency_key": "k", "reason": "核对地点"},
    "complaint": lambda city: COMPLAINT,
    "complaint-page": lambda city: _version(city, "filed") | COMPLAINT,
    "decision": lambda city: DECISION,
    "decision-page": lambda city: {"version": 1, "idempotency_key": "k"} | DECISION,
    "explanation-page": lambda city: {"version": 1, "idempotency_key": "k"} | EXPLANATION,
    "withdrawal-page": lambda city: {"version": 1, "idempotency_key": "k"},
    "interruption": lambda city: interruption(),
    "interruption-page": lambda city: (
        interruption(still_off="yes") | {"version": 0, "idempotency_key": "k"}
    ),
    "task": lambda city: tasks.body(),
    "task-page": lambda city: tasks.body() | {"idempotency_key": "k"},
    "task-progress": lambda city: {"words": "过半"},
    "task-progress-page": lambda city: {"words": "过半", "version": 1, "idempotency_key": "k"},
    "orderly-plan": lambda city: orderly.plan_body(),
    "orderly-plan-page": lambda city: orderly.plan_body() | {"idempotency_key": "k"},
    "hand-in": lambda city: orderly.HANDED_IN,
    "hand-in-page": lambda city: orderly.HANDED_IN | {"version": 1, "idempotency_key": "k"},
    "execution": _execution,
    "execution-page": lambda city: _execution(city) | {"idempotency_key": "k"},
    "reason": lambda city: {"reason": "核对身份证"},
    "refund-page": lambda city: {"reason": "多收了", "version": 0, "idempotency_key": "k"},
    "retry-page": lambda city: {"version": 2, "idempotency_key": "k"},
    "message": lambda city: {"text": "什么时候来现场？"},
    "message-page": lambda city: _version(city, "filed", text="什么时候来现场？"),
    "call-reason": lambda city: {"reason": "documents"},
    "call-reason-page": lambda city: _version(city, "filed", reason="documents"),
    "call": lambda city: {"outcome": "not_reached"},
    "call-page": lambda city: _version(city, "filed", outcome="not_reached"),
    "reason-page": lambda city: _version(city, "filed", reason="核对身份证"),
    "accept-page": lambda city: _version(city, "filed", action="accept"),
    "supplement-page": lambda city: _version(
        city, "filed", ask_identity="on", why_identity="照片不清"
    ),
    "works": lambda city: _works(city, "confirmed"),
    "works-page": lambda city: (
        _version(city, "confirmed", do="post")
        | typed_works()
        | {"package": packages.shown(city.cases["confirmed"]).package.digest()}
    ),
    "advice": lambda city: ADVICE,
    "advice-page": lambda city: {"version": 3, "idempotency_key": "k", **ADVICE},
    "place": lambda city: PLACE,
    "place-page": lambda city: {"version": 0, "idempotency_key": "k"} | PLACE,
    "supply-page": lambda city: _version(city, "contracted", element="YS-P1"),
    "advised": lambda city: {"verdict": "no_objection"},
    "withdraw-advice-page": lambda city: {"version": 1, "idempotency_key": "k"},
    "advised-page": lambda city: {"version": 1, "idempotency_key": "k", "verdict": "no_objection"},
    "package": lambda city: PACKAGE,
    "package-page": lambda city: {
        **PACKAGE,
        "route": "",
        "requirement": "cross_sections",
        "file": upload(),
        "take_out": city.things["attachment"],
        "version": 3,
        "idempotency_key": "k",
    },
    "attachment": lambda city: {"requirement": "cross_sections", "file": upload()},
    "changed-works": lambda city: _works(city, "replanning"),
    "permit-page": lambda city: {"version": 1, "idempotency_key": "k", "action": "accept"},
    "commit-page": lambda city: {"version": 1, "idempotency_key": "k", "action": "commit"} | SIGNED,
    "item-answer": lambda city: {"answer": "附后"},
    "item-file": lambda city: {"files": upload()},
    "item-page": lambda city: {"version": 2, "idempotency_key": "k", "answer": "附后"},
    "opinion": lambda city: OPINION,
    "opinion-page": lambda city: (
        OPINION | {"parts": ["route"], "version": 0, "idempotency_key": "k"}
    ),
    "opinion-step-page": lambda city: {"version": 1, "idempotency_key": "k"},
    "permit-step-page": lambda city: {"version": 1, "idempotency_key": "k", "items": "红线图"},
    "progress": lambda city: {"number": city.things["filed"], "phone": "13800001234"},
    "phone": lambda city: {"phone": "13800004321"},
    "person": lambda city: PERSON,
    "settings": lambda city: {"phone": "13800005678", "language": "zh-hans", "name": "某"},
    "password": lambda city: {"current": "tongdian-demo", "password": "a-long-sentence-12"},
    "code": lambda city: {"code": "000000"},
    "token": lambda city: {"label": "program", "days": "30"},
    "grant": lambda city: {"role": "manager", "organisation": _office(), "district": ""},
    "organisation": lambda city: {"kind": "bureau", "code": "new", "name_zh": "新", "name_en": "n"},
    "table-draft": lambda city: {"text": TABLES["capacity"], "source": SOURCE, "note": "更正"},
    "publish": lambda city: {"base": "1"},
    "upload": lambda city: {"file": table_file(), "source": SOURCE, "note": "更正"},
    "published-rows": lambda city: {"rows": [PROGRAM_ROW], "source": SOURCE, "note": "更正"},
    "row-correction": lambda city: {"values": {"rate": 3}, "source": SOURCE, "note": "更正"},
    "draft-words": lambda city: {"source": SOURCE, "note": "更正"},
    "table-file": lambda city: {"file": table_file()},
    "publish-draft": lambda city: {"base": 1},
    "give-back": lambda city: {"offer": 1, "reason": "依据文号有误"},
    "undo": lambda city: {"source": SOURCE, "note": "误发"},
    "row": lambda city: ROW,
    "note": lambda city: {"note": "更正"},
    "offer": lambda city: {"phone": "13800004321", "right": "read"},
    "assign-page": lambda city: _version(
        city, "filed", user=city.things["second"], reason="片区调整"
    ),
    "absence-page": _absence,
    "difference-explained": lambda city: {"words": "银行延迟入账"},
    "difference-explained-page": lambda city: {
        "words": "银行延迟入账",
        "version": 0,
        "idempotency_key": "k",
    },
    "cell-page": lambda city: {
        "name": "二号网格",
        "towns": ["510302001"],
        "version": 1,
        "idempotency_key": "k",
    },
    "kept-cell-page": lambda city: {
        "name": "一号网格",
        "idempotency_key": "k",
        "version": GridCell.objects.get(pk=city.things["cell"]).version,
    },
    "said": lambda city: {"text": "经核实"},
    "said-page": lambda city: {"version": 1, "idempotency_key": "k", "text": "经核实"},
}
