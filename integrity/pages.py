"""What the pages of signals show: rows of the lists, and everything about one signal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SUPERVISORS, Role, role_words
from core.buttons import PageButton
from core.clock import CITY
from core.events import words_of as step_words
from core.templatetags.city import day, instant
from documents.queries import about as documents_about
from integrity import files, queries, wording
from integrity.models import Signal
from integrity.permissions import addressee_of
from integrity.queries import Proof
from integrity.states import ENDED
from ledger.queries import timeline
from rectification.models import Order


def rows_of(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Return the rows of a page of signals; no query."""
    return [
        {
            "number": signal.number,
            "sentence": queries.sentence_of(signal),
            "sign": queries.sign_of(signal).name,
            "state": signal.get_state_display(),
            "tone": wording.TONES[signal.state],
            "addressee": addressee_of(signal).words(),
            "at": signal.entry_at,
        }
        for signal in signals
    ]


def about_context(case_ref: UUID, user: User) -> dict[str, Any]:
    """Return the signals that concern a case, for the pages of those who watch over it."""
    return {"signals": rows_of(queries.about(user, case_ref))}


def signal_context(signal: Signal, user: User) -> dict[str, Any]:
    """Return everything that the page of a signal shows, besides its entries."""
    sign = queries.sign_of(signal)
    return {
        "signal": signal,
        "ended": signal.state in ENDED,
        "sign": sign,
        "sentence": queries.sentence_of(signal),
        "standing": wording.standing(signal),
        "tag": {"text": signal.get_state_display(), "tone": wording.TONES[signal.state]},
        "definition": sign.describe(signal.thresholds),
        "thresholds": thresholds_table(signal),
        "facts": facts(signal, user),
        "said": said(signal),
        "order": order_of(signal, user),
        "events": events_table(signal),
    }


def facts(signal: Signal, user: User) -> list[dict[str, Any]]:
    """Return what is known of a signal, as rows of a summary list."""
    number = queries.case_number(signal, user)
    rows = [
        (_("Who explains"), addressee_of(signal).words()),
        (_("Case"), number),
        (_("Completed by the step of"), instant(signal.entry_at)),
        (_("Found on"), instant(signal.found_at)),
        (_("Rules"), signal.rules_version),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def thresholds_table(signal: Signal) -> dict[str, Any]:
    """Return what a signal was counted with, each number with where it comes from."""
    sign = queries.sign_of(signal)
    return {
        "caption": _("What it was counted with"),
        "columns": [
            {"label": _("What")},
            {"label": _("Value")},
            {"label": _("In force")},
            {"label": _("Clause")},
            {"label": _("Source")},
        ],
        "rows": [
            [
                str(sign.thresholds[name]),
                wording.amount(row),
                _("since %(day)s") % {"day": day(row.since)},
                str(row.clause),
                _origin(row),
            ]
            for name, row in queries.thresholds_of(signal).items()
        ],
        "stack": True,
    }


def _origin(row: Any) -> str:
    return f"{row.source.title}; {row.note}" if row.note else str(row.source.title)


def said(signal: Signal) -> list[dict[str, Any]]:
    """Return the explanation and the decision, with the files of the first."""
    found = []
    if signal.explained_at:
        found.append(
            {
                "what": _("The explanation"),
                "at": signal.explained_at,
                "text": signal.explanation,
                "files": documents_about(files.SUBJECT, signal.pk),
            }
        )
    if signal.decided_at:
        what = _("What the regulator decided")
        found.append({"what": what, "at": signal.decided_at, "text": signal.decision, "files": []})
    return found


def order_of(signal: Signal, user: User) -> dict[str, str] | None:
    """Return the order that a signal led to, with its page for this reader."""
    order = Order.objects.filter(ref=signal.order_ref).first() if signal.order_ref else None
    if order is None:
        return None
    watching = user.role_in(*SUPERVISORS, district=signal.district)
    page = "oversight-orders:order" if watching else "orders:order"
    return {
        "number": order.number,
        "url": reverse(page, args=[order.number]),
        "state": str(order.get_state_display()),
    }


def events_table(signal: Signal) -> dict[str, Any]:
    """Return the life of a signal from the record, oldest first."""
    return {
        "caption": _("Every step, from the record"),
        "columns": [{"label": _("At what time")}, {"label": _("What")}, {"label": _("Who")}],
        "rows": [
            [instant(event.at), wording.event_words(event.type), role_words(event.role)]
            for event in timeline(signal.ref)
        ],
        "stack": True,
    }


def proofs_table(proofs: Sequence[Proof], user: User) -> dict[str, Any]:
    """Return the entries behind a signal, each with its case and its place in the public record."""
    return {
        "caption": _("The entries behind it"),
        "columns": [
            {"label": _("At what time")},
            {"label": _("What")},
            {"label": _("Who")},
            {"label": _("Case")},
            {"label": _("Entry of the record")},
        ],
        "rows": [
            [
                _to_the_second(proof.entry.at),
                str(step_words(proof.entry.type)),
                role_words(proof.entry.actor_role),
                _case_cell(proof, user),
                _entry_cell(proof),
            ]
            for proof in proofs
        ],
        "stack": True,
    }


def _to_the_second(at: datetime) -> str:
    """An instant with its second: steps within minutes are told apart by it."""
    return f"{day(at)} {at.astimezone(CITY):%H:%M:%S}"


def _case_cell(proof: Proof, user: User) -> Any:
    if not proof.application:
        return "–"
    return {"text": proof.application, "url": _case_url(proof, user)}


def _case_url(proof: Proof, user: User) -> str:
    """The page of a case or permit for this reader; empty where there is none."""
    district, permit = proof.entry.actor_district, proof.permit
    if user.role_in(*SUPERVISORS) is not None:
        return reverse("oversight:case", args=[proof.application])
    if user.role_in(Role.SUPPLY_LEAD) is not None:
        return reverse("work:case", args=[proof.application])
    if permit and user.role_in(Role.BUREAU_LEAD, district=district, bureau=permit.bureau):
        return reverse("bureau:permit", args=[permit.pk])
    return ""


def _entry_cell(proof: Proof) -> Any:
    if proof.index is None:
        return "–"
    text = _("No. %(index)s") % {"index": proof.index}
    return {"text": text, "url": reverse("disclosure:record-entry", args=[proof.index])}


def deciding_buttons(signal: Signal, user: User) -> list[PageButton]:
    """Return the regulator's steps, each possible now or with the reason why not."""
    return [
        PageButton(
            action=button.action,
            label=str(button.label),
            allowed=button.allowed,
            reason=None if button.reason is None else str(button.reason),
            url=reverse("oversight-signals:step", args=[signal.number, button.action]),
        )
        for button in queries.buttons(signal, user)
        if button.action != "explain"
    ]
