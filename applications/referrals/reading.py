"""What the pages of referrals show, in statements that do not grow with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.roles import role_words
from applications.models import Application
from applications.referrals.models import Referral, RegisteredOffice
from applications.referrals.package import declared, papers_of
from applications.referrals.workflow import ReferralState
from core.clock import city_now
from core.events import has_receipt, words_of
from core.templatetags.city import instant, masked_id, masked_name, masked_phone
from ledger.queries import Event, timeline
from rules.city import city
from workflow.machine import state_words

TONES: Final = {
    ReferralState.SENT: "warning",
    ReferralState.OPENED: "primary",
    ReferralState.ACKNOWLEDGED: "success",
    ReferralState.DECLINED: "danger",
    ReferralState.WITHDRAWN: "",
}


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    name: str
    office: str
    city: str
    state: str
    tone: str
    sent_at: datetime
    late: bool


def rows_of(found: Sequence[Referral]) -> list[Row]:
    """No statement, however many there are."""
    now = city_now() if found else None
    return [
        Row(
            number=each.number,
            name=masked_name(declared(each).get("name")),
            office=str(each.office),
            city=each.office.city,
            state=state_words(each),
            tone=TONES[ReferralState(each.state)],
            sent_at=each.sent_at,
            late=is_late(each, now),
        )
        for each in found
    ]


def is_late(referral: Referral, now: datetime | None = None) -> bool:
    """Whether its office let the days of the rules pass once, and has not answered yet."""
    if referral.remind_at is None:
        return False
    return referral.reminded_at is not None or referral.remind_at <= (now or city_now())


def one_context(
    referral: Referral, receipt: Callable[[Event], str] = lambda _event: ""
) -> dict[str, Any]:
    """Everything about one but its words, which stay in the row: what a template is given may be
    logged.

    Args:
        receipt: the address of the receipt of a step that has one; empty: readers get none here.
    """
    tags = [{"text": state_words(referral), "tone": TONES[ReferralState(referral.state)]}]
    if is_late(referral):
        tags.append({"text": _("Not confirmed in time"), "tone": "danger"})
    return {
        "referral": referral,
        "tags": tags,
        "sentence": sentence(referral),
        "facts": facts_of(referral),
        "events": events_table(timeline(referral.ref), receipt),
    }


def sentence(referral: Referral) -> str:
    """Who has it now, and what comes next."""
    values = {"office": referral.office, "telephone": referral.office.telephone}
    said = {
        ReferralState.SENT: _(
            "%(office)s has the link to it and has not opened it yet (telephone %(telephone)s)."
        ),
        ReferralState.OPENED: _(
            "%(office)s has opened it and has not confirmed it yet (telephone %(telephone)s)."
        ),
        ReferralState.ACKNOWLEDGED: _(
            "%(office)s has it and goes on with it, by the rules of that city (telephone "
            "%(telephone)s)."
        ),
        ReferralState.DECLINED: _(
            "%(office)s did not take it in; why stands below (telephone %(telephone)s)."
        ),
        ReferralState.WITHDRAWN: _("It was taken back. Whoever opened it before has read it."),
    }
    return said[ReferralState(referral.state)] % values


def office_words(office: RegisteredOffice) -> str:
    return _("%(office)s (%(city)s)") % {"office": office, "city": office.city}


def facts_of(referral: Referral) -> list[dict[str, Any]]:
    to = referral.office
    rows = [
        (_("Passed on to"), office_words(to)),
        (_("Telephone there"), to.telephone),
        (_("Taken in at"), str(referral.counter)),
        (_("Passed on at"), instant(referral.sent_at)),
        (_("The customer's consent"), referral.get_consent_display()),
        (_("Last opened there"), instant(referral.opened_at) if referral.opened_at else ""),
        (_("The other office's number"), referral.reference),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def declared_rows(referral: Referral, *, whole: bool = False) -> list[dict[str, Any]]:
    """What was declared; empty once it is erased.

    Args:
        whole: name and numbers in full, for the office that it is for.
    """
    said = declared(referral)
    if not said:
        return []
    kinds = dict(Application.ApplicantType.choices)
    rows = [
        (_("Who applies"), str(kinds[said["type"]])),
        (_("Name"), said["name"] if whole else masked_name(said["name"])),
        (
            _("Number of the identity document or business licence"),
            said["id_number"] if whole else masked_id(said["id_number"]),
        ),
        (_("Phone number"), said["phone"] if whole else masked_phone(said["phone"])),
        (_("Address in the other city"), said["address"]),
        (_("What is wanted"), said["wanted"]),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def paper_names(referral: Referral) -> list[str]:
    """What the papers are, for whoever may not open them here."""
    names = city().requirement_names
    return [str(names[paper.requirement]) for paper in papers_of(referral)]


def events_table(events: Sequence[Event], receipt: Callable[[Event], str]) -> dict[str, Any]:
    rows = []
    for event in events:
        url, words = receipt(event) if has_receipt(event.type) else "", words_of(event.type)
        what = {"text": _("%(step)s (receipt)") % {"step": words}, "url": url} if url else words
        rows.append([instant(event.at), what, role_words(event.role)])
    columns = [_("At what time"), _("What"), _("Who")]
    return {
        "caption": _("Every step, from the record"),
        "columns": [{"label": label} for label in columns],
        "rows": rows,
        "stack": True,
    }
