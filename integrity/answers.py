"""What a signal looks like in the API's answers."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from documents.queries import about as documents_about
from documents.serializers import FileAnswer
from integrity import files, queries
from integrity.models import Signal
from integrity.queries import Proof
from rectification.models import Order
from rules.values import Valued


def rows_json(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Return signals as a list shows them; no query."""
    return [row_json(signal) for signal in signals]


def row_json(signal: Signal) -> dict[str, Any]:
    """Return what a list says of a signal."""
    return {
        "number": signal.number,
        "sign": signal.sign,
        "finding": queries.sentence_of(signal),
        "state": signal.state,
        "party": signal.party,
        "district": signal.district,
        "completed_at": signal.entry_at,
        "found_at": signal.found_at,
        "explained_at": signal.explained_at,
        "decided_at": signal.decided_at,
        "ended_at": signal.ended_at,
        "version": signal.version,
    }


def signal_json(signal: Signal, user: User) -> dict[str, Any]:
    """Return a signal as one person reads it: what it says, what was said, what can be done."""
    return {
        **moved_json(signal, user),
        "explanation": signal.explanation or None,
        "files": [FileAnswer(row).data for row in documents_about(files.SUBJECT, signal.pk)],
        "decision": signal.decision or None,
    }


def moved_json(signal: Signal, user: User) -> dict[str, Any]:
    """Return a signal without anything that was said: the answer to a step.

    Answers are kept in plain for whoever repeats a request, and what is said may name people.
    """
    order = Order.objects.filter(ref=signal.order_ref).first() if signal.order_ref else None
    sign = queries.sign_of(signal)
    return {
        **row_json(signal),
        "definition": sign.describe(signal.thresholds),
        "harmless": [str(note) for note in sign.harmless],
        "thresholds": [threshold_json(row) for row in queries.thresholds_of(signal).values()],
        "rules_version": signal.rules_version,
        "application": queries.case_number(signal, user) or None,
        "entries": queries.evidence_of(signal).count(),
        "order": order.number if order else None,
        "actions": [
            {"action": one.action, "allowed": one.allowed, "reason": one.reason}
            for one in queries.buttons(signal, user)
        ],
    }


def threshold_json(row: Valued) -> dict[str, Any]:
    """Return a number that signs are counted with, and where it comes from."""
    return {
        "key": row.key,
        "value": int(row.number),
        "unit": row.unit,
        "from": row.since,
        "clause": str(row.clause),
        "source": str(row.source.title),
        "trust": str(row.trust),
        "reading": row.ours,
    }


def entries_json(proofs: Iterable[Proof]) -> list[dict[str, Any]]:
    """Return the entries behind a signal, each with its leaf: what anybody can check."""
    return [
        {
            "index": proof.index,
            "leaf": bytes(proof.entry.leaf).hex(),
            "at": proof.entry.at,
            "type": proof.entry.type,
            "role": proof.entry.actor_role,
            "application": proof.application or None,
        }
        for proof in proofs
    ]
