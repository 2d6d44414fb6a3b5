from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import role_words
from approvals import queries, wording
from approvals.actions import PERMITS
from approvals.advice.reading import given_before, told
from approvals.answers import Clocks, clause_of, time_left, times
from approvals.chases import Chase
from approvals.commitments.pages import commitment_context
from approvals.custody import custody_of
from approvals.exclusions import exclusions, over_words
from approvals.forms import FORMS
from approvals.missing import item_words
from approvals.models import Permit, Round
from approvals.offices import LEVELS, office_name, office_of
from approvals.opinions.queries import tallied, tally
from approvals.opinions.reading import opinions_words, tally_words
from approvals.packages.actions import SUBJECT as PACKAGE
from approvals.packages.reading import package_words, seen_for
from approvals.packages.sight import shown, supplied
from approvals.papers.queries import paper_of
from approvals.roads.approving import GIVE_APPROVAL
from approvals.seam import Face, seam
from approvals.supplement.drafts import SUPPLY
from approvals.supplement.models import ITEM, SupplementItem
from approvals.supplement.reading import side_by_side
from approvals.window.acts import handed_out_words
from approvals.workflow import GOVERNMENT, SUPPLIER, State
from core.events import has_receipt, words_of
from core.templatetags.city import due_day, instant, working_days
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft
from documents.models import Document
from ledger.queries import Event
from notifications.told import marks_told, told_table
from rules.city import city
from workflow.buttons import Button, buttons, choices
from workflow.machine import state_words, turn_of
from workflow.pages import steps_of

#: States in which no limit of the bureau can run: the state itself says it all.
STANDS_STILL: Final = frozenset(State) - {State.RECEIVED, State.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    name: str
    asked: str
    number: str
    place: str
    applicant: str
    since: datetime
    route: str
    bureau: str
    left: TimeLeft
    chased: bool
    over: str
    opinions: str


def rows_of(permits: Sequence[Permit], now: datetime) -> list[Row]:
    """Four queries however many there are, one more where reviews are suspended."""
    prefetch_related_objects(list(permits), "chases", tallied())
    suspended = [permit for permit in permits if permit.state == State.SUSPENDED]
    prefetch_related_objects(suspended, "excluded")
    clocks = queries.clocks_by_part(
        ref for permit in permits for ref in (permit.ref, permit.round.ref)
    )
    faces, nobody = seam.cases.faces({permit.case_ref for permit in permits}), Face("", "")
    return [
        Row(
            pk=permit.pk,
            name=wording.permit_name(permit.permit),
            asked=wording.asked(permit),
            number=permit.line_works.application,
            place=wording.place_name(permit.line_works, faces.get(permit.case_ref, nobody).street),
            applicant=faces.get(permit.case_ref, nobody).applicant,
            since=permit.received_at,
            route=str(wording.ROUTES[permit.route]),
            bureau=office_of(permit),
            left=time_left(permit, clocks, now),
            chased=permit.chased() is not None,
            over=over_words(permit, now),
            opinions=tally_words(tally(permit.opinions.all())),
        )
        for permit in permits
    ]


def permit_head(
    permit: Permit, events: Iterable[Event], clocks: Clocks, now: datetime
) -> dict[str, Any]:
    """`events`: the permit's own entries; `clocks`: what is explained."""
    return {
        "permit": permit,
        "name": wording.permit_name(permit.permit),
        "bureau": office_of(permit),
        "number": permit.line_works.application,
        "timeline": custody_of(permit, events, now),
        "clocks": explained(clocks, now),
        "told": told_table(marks_told(clocks.values())),
    }


def permit_context(permit: Permit, user: User, now: datetime) -> dict[str, Any]:
    round_ = permit.round
    clocks = queries.clocks_by_part([permit.ref, round_.ref])
    left = time_left(permit, clocks, now)
    permit.times = times(permit, clocks, now)
    prefetch_related_objects([permit], "chases", "excluded__files")
    opinions = opinions_words(permit, user, now)
    events, package = steps_of(PERMITS, permit), package_of(permit, user)
    own = own_buttons(permit, user)
    marked = tags(permit, left)
    if package and package["roads_open"]:
        marked.append({"text": _("Digs a road that may not be dug"), "tone": "danger"})
    else:
        # Nothing asks for it then.
        own = [button for button in own if button.action != GIVE_APPROVAL]
    return {
        **permit_head(permit, events, clocks, now),
        "place": wording.place_name(permit.line_works),
        "sentence": sentence(permit, left, user),
        "tags": marked,
        "facts": facts(permit),
        "works": wording.works_rows(round_),
        "review_points": permit.reviewed(),
        "paper": paper_of(permit),
        "advised": [told(one, changed=one.changed) for one in given_before(permit)],
        "package": package,
        "documents": documents_of(permit),
        "sides": side_by_side(permit, user),
        "events": events_table(events, permit.line_works.application),
        "opinions": opinions,
        "members": members_table(round_, opinions["by_permit"]),
        "signing": commitment_context(permit, user, now),
        "excluded": exclusions(permit, now),
        "chases": [chase_words(chase) for chase in permit.chases.all()],
        "choices": choices(PERMITS, permit, user, own),
    }


def own_buttons(permit: Permit, user: User) -> list[Button]:
    """The acts of this person's side, each possible now or with the reason why not; of a chase
    nothing is said where there is none."""
    return [
        replace(
            button,
            url=form_url(permit, button.action),
            tone=tone_of(button.action),
        )
        for button in buttons(PERMITS, permit, user)
        if button.mine and (button.allowed or button.action != "answer_chase")
    ]


def form_url(permit: Permit, action: str) -> str:
    """Where an act asks for something; empty where it asks for nothing."""
    if action == SUPPLY:
        return reverse("work:permit", args=[permit.pk])
    return reverse("bureau:step", args=[permit.pk, action]) if action in FORMS else ""


def tone_of(action: str) -> str:
    """A refusal and a revocation cannot be undone."""
    return "warning" if action in ("refuse", "revoke") else ""


def sentence(permit: Permit, left: TimeLeft, user: User | None = None) -> str:
    """Who does what, how long yet, until when; whose turn it is, is asked in the second person."""
    turn = turn_of(Permit, permit, user) if user else ""
    doing = wording.please(permit, turn) if turn else doing_words(permit)
    values = {"doing": doing, "left": working_days(left.left), "day": due_day(left.due_on)}
    if left.tone == "late":
        return _("%(doing)s; the limit has passed: %(word)s.") % {"doing": doing, "word": left.word}
    if permit.state in STANDS_STILL:
        return _("%(doing)s.") % values
    if left.due_on is None:
        return _("%(doing)s; %(word)s.") % {"doing": doing, "word": left.word}
    if not left.left:
        return _("%(doing)s; today is the last day, %(day)s.") % values
    return _("%(doing)s; %(left)s left, %(day)s.") % values


def doing_words(permit: Permit) -> str:
    if permit.decided_at:
        text = {
            State.GRANTED: _("Granted on %(at)s"),
            State.REFUSED: _("Refused on %(at)s"),
            State.REVOKED: _("Granted on %(at)s, and revoked since"),
        }[State(permit.state)]
        return text % {"at": instant(permit.decided_at)}
    texts = {
        State.RECEIVED: _("%(bureau)s is checking whether anything is missing"),
        State.ACCEPTED: _("%(bureau)s is reviewing"),
        State.SUSPENDED: _("The review of %(bureau)s is suspended by law"),
        State.AWAITING_SUPPLEMENT: _("The supply company is to hand in what %(bureau)s missed"),
        State.AWAITING_COMMITMENT: _("The supply company is to commit itself to %(bureau)s"),
        State.WITHDRAWN: _("Ended, because the case was withdrawn"),
    }
    if permit.is_instant() and permit.state == State.RECEIVED:
        return _("%(bureau)s decides on the spot") % {"bureau": office_of(permit)}
    return texts[State(permit.state)] % {"bureau": office_of(permit)}


def tags(permit: Permit, left: TimeLeft) -> list[dict[str, str]]:
    state = State(permit.state)
    found = [{"text": str(state.label), "tone": wording.TONES.get(state, "primary")}]
    found.append({"text": str(wording.ROUTES[permit.route]), "tone": ""})
    if permit.deemed_accepted:
        found.append({"text": _("Accepted by silence"), "tone": "warning"})
    if permit.carried_over:
        found.append({"text": _("Holds on from the round before"), "tone": ""})
    if permit.extended_at:
        found.append({"text": _("Extended by law"), "tone": ""})
    if left.tone == "late":
        found.append({"text": _("Late"), "tone": "danger"})
    return found


def facts(permit: Permit) -> list[dict[str, Any]]:
    on_the_spot = _("on the day of receipt") if permit.is_instant() else ""
    return known_rows(
        {"key": _("Decided by"), "value": LEVELS[permit.level]},
        {"key": _("Rule"), "value": clause_of(permit.clause)},
        {"key": _("Limit of the decision"), "value": on_the_spot or limit_words(permit)},
        {"key": _("Received"), "value": instant(permit.received_at)},
        {"key": _("Accepted"), "value": instant(permit.accepted_at)},
        {"key": _("Missing, as the bureau said"), "lines": missing_words(permit)},
        {"key": _("Extended by the lead of the bureau"), "value": extended_words(permit)},
        {"key": _("Decided"), "value": instant(permit.decided_at)},
        *decision_rows(permit),
    )


def extended_words(permit: Permit) -> str:
    """Since when, until when and why; empty where the limit of the law was not extended."""
    if permit.extended_at is None:
        return ""
    values = {
        "at": instant(permit.extended_at),
        "days": working_days(permit.extension_days or 0),
        "last": due_day(permit.times.legal_due_on) or _("it stands still"),
        "reason": permit.extension_reason,
    }
    return _("%(at)s, by %(days)s; last day by the law: %(last)s. Reason: %(reason)s") % values


def missing_words(permit: Permit) -> list[str]:
    return [item_words(text) for text in permit.supplement_items]


def decision_rows(permit: Permit) -> list[dict[str, Any]]:
    return [
        {"key": _("Conditions"), "value": permit.conditions},
        {"key": _("Why a road that may not be dug is not dug"), "value": permit.not_dug},
        {"key": _("Reason of the refusal"), "value": permit.reason},
        {"key": _("Clause of the refusal"), "value": permit.refusal_words()},
        {
            "key": _("What can be done against the decision"),
            "lines": [one.words for one in permit.remedies()],
        },
        {"key": _("Handed out at the service hall"), "value": handed_out_words(permit)},
    ]


def limit_words(permit: Permit) -> str:
    return _("none") if permit.limit_days is None else working_days(permit.limit_days)


def known_rows(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("value") or row.get("lines")]


def package_of(permit: Permit, user: User) -> dict[str, Any] | None:
    """What was sent with the line, as far as this permit looks at it; None where nothing was."""
    seen = seen_for(permit, user)
    return package_words(seen, permit.round.works, permit.rules()) if seen else None


def documents_of(permit: Permit) -> list[dict[str, Any]]:
    """What else is here for this permit: the applicant's, given once and shared (plan 3(1)2), and
    what the company has handed in anew. What the permit does not look at is not among it; what
    answers a bureau's own items stands beside them, and the document of a ground beside it."""
    own = SupplementItem.objects.filter(permit=permit).values("pk")
    grounds = {file.pk for span in permit.excluded.all() for file in span.files.all()}
    given = Document.objects.filter(case_ref=permit.case_ref).exclude(subject_kind=PACKAGE)
    known = list(given.exclude(subject_kind=ITEM, subject_id__in=own).order_by("id"))
    names, named = city().document_names, supplied(known)

    def code_of(row: Document) -> str:
        # What answers an item of another permit is what that item names.
        answers = named.get(row.subject_id) if row.subject_kind == ITEM else None
        return answers or row.requirement

    return [
        {
            "name": str(names.get(code_of(row), row.requirement)),
            "type": row.get_content_type_display(),
            "url": reverse("documents:open", args=[row.ref]),
            "at": row.uploaded_at,
            "file": row,
        }
        for row in shown(permit, known)
        if row.pk not in grounds
    ]


def explained(clocks: Clocks, now: datetime) -> list[dict[str, Any]]:
    """The clock of the whole set comes last."""
    order = [*queries.PERMIT_KINDS, Clock.Kind.SET.value]
    rows = sorted(clocks.values(), key=lambda clock: order.index(clock.kind))
    found = [explain(clock, now) for clock in rows]
    return [
        {
            "title": _("How this is counted: %(name)s") % {"name": one.name},
            "lines": [{"kind": line.kind, "text": line.text} for line in one.lines],
        }
        for one in found
    ]


def events_table(events: Iterable[Event], number: str) -> dict[str, Any]:
    """`number`: of the case, by which receipts are found."""
    heads = (_("At what time"), _("What"), _("Who"), _("Receipt"))
    return {
        "caption": _("What has happened"),
        "columns": [{"label": head} for head in heads],
        "rows": [
            [
                instant(event.at),
                words_of(event.type, event.to_state),
                role_words(event.role),
                # A clock that ran out has none.
                {
                    "text": f"{number}-{event.seq}",
                    "url": reverse("applications:receipt", args=[number, event.seq]),
                }
                if has_receipt(event.type)
                else "",
            ]
            for event in events
        ],
        "stack": True,
    }


def members_table(round_: Round, opinions: Mapping[str, str]) -> dict[str, Any]:
    """`opinions`: by the code of a permit, how many were asked for and given."""
    states = {row.permit: state_words(row) for row in round_.permits.all()}
    district = round_.line_works.district
    return {
        "caption": _("The whole set of permits"),
        "columns": [
            {"label": _("Permit")},
            {"label": _("Bureau")},
            {"label": _("Route")},
            {"label": _("State")},
            *([{"label": _("Opinions")}] if opinions else []),
        ],
        "rows": [
            [
                wording.permit_name(answer["permit"]),
                office_name(answer["bureau"], answer.get("level", ""), district),
                str(wording.ROUTES[answer["route"]]),
                states.get(answer["permit"], "–"),
                *([opinions.get(answer["permit"], "–")] if opinions else []),
            ]
            for answer in round_.routes
        ],
        "stack": True,
    }


def chase_words(chase: Chase) -> dict[str, Any]:
    asked = {GOVERNMENT: _("the bureau"), SUPPLIER: _("the supply company")}
    said = {"by": role_words(chase.role), "party": asked[chase.party], "waits": chase.waits()}
    return {"chase": chase, **said}
