"""Who looked at what is kept of the person behind a case: shown to that person (PIPL 44, 45).

By role and organisation, never by name: whoever looks does so for an organisation, which answers
for it, and is owed protection too. Names are in the record, for the regulator and a court.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation, User
from accounts.queries import Deed, organisations_of
from accounts.roles import role_words
from applications.correspondence.events import PHONE_SHOWN
from applications.models import Application
from applications.reveal import showings
from applications.who import as_reader
from core.answers import Instant, MaybeText
from core.problems import Forbidden, Text
from core.templatetags.city import instant
from documents.models import Opening

IDENTITY: Final = "identity"
PHONE: Final = "phone"
DOCUMENT: Final = "document"
WHAT: Final = {
    IDENTITY: _("Name, number and phone in full"),
    PHONE: _("Name and phone, to call you"),
    DOCUMENT: _("A document"),
}
#: On a page and in an answer; the copy of one's data has them all.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Access:
    """One time that somebody at a desk saw personal data. `reason` is what was said where it had to
    be said; `document` what the file is for, and its name."""

    at: datetime
    number: str
    what: str
    role: str
    organisation: Organisation | None
    reason: str = ""
    requirement: str = ""
    document: str = ""


def accesses(*cases: Application, most: int | None = MOST) -> list[Access]:
    """Return those of some cases, the newest first; `most` None is all. Four statements."""
    numbers = {case.ref: case.number for case in cases}
    openings = (
        Opening.objects.filter(case_ref__in=numbers).select_related("document").order_by("-id")
    )[:most]
    shown = [(Deed(row.by, row.role, row.at), row) for row in showings(*cases)]
    opened = [(Deed(row.opened_by_id, row.role, row.opened_at), row) for row in openings]
    homes = organisations_of(deed for deed, _row in (*shown, *opened))
    found = [
        Access(
            deed.at,
            numbers[row.case_ref],
            PHONE if row.kind == PHONE_SHOWN else IDENTITY,
            deed.role,
            homes.get(deed),
            reason=row.reason,
        )
        for deed, row in shown
    ]
    for deed, opening in opened:
        file = opening.document
        found.append(
            Access(
                deed.at,
                numbers[opening.case_ref],
                DOCUMENT,
                deed.role,
                homes.get(deed),
                requirement=file.requirement,
                document=file.original_name,
            )
        )
    return sorted(found, key=lambda access: access.at, reverse=True)[:most]


class AccessAnswer(serializers.Serializer[Any]):
    """Who saw what, as role and organisation, and for which reason."""

    at = Instant()
    what = serializers.ChoiceField(list(WHAT))
    role = serializers.CharField()
    organisation = serializers.SerializerMethodField()
    reason = MaybeText()
    requirement = MaybeText()
    document = MaybeText()

    def get_organisation(self, access: Access) -> str | None:
        return str(access.organisation) if access.organisation else None


class AccessesAnswer(serializers.Serializer[Any]):
    """The newest accesses of one case, newest first; `complete` where there are no others."""

    number = serializers.CharField()
    complete = serializers.BooleanField()
    accesses = AccessAnswer(many=True)


def accesses_json(case: Application, user: User) -> dict[str, Any]:
    """Raises Forbidden for whoever only reads the case: it is told to the applicant."""
    if as_reader(case, user) is None:
        raise Forbidden(_("Only the applicant is told who looked."))
    found, complete = newest(case)
    told = {"number": case.number, "complete": complete, "accesses": found}
    answer: dict[str, Any] = AccessesAnswer(told).data
    return answer


def accesses_context(case: Application) -> dict[str, Any]:
    """Return the context of `applications/_accesses.html`."""
    found, complete = newest(case)
    caption = _("Each time that somebody at a desk saw it, the newest first")
    return {"accesses": accesses_table(found, caption), "all_accesses": complete}


def newest(case: Application) -> tuple[list[Access], bool]:
    """Return as many as are shown at once, and whether these are all."""
    found = accesses(case, most=MOST + 1)
    return found[:MOST], len(found) <= MOST


def accesses_table(
    found: Sequence[Access], caption: Text, *, numbered: bool = False
) -> dict[str, Any]:
    """`numbered`: whether the application of each is named."""
    return {
        "caption": caption,
        "columns": [
            {"label": _("At what time")},
            *([{"label": _("Application")}] if numbered else []),
            {"label": _("Role and organisation")},
            {"label": _("What")},
            {"label": _("Reason given")},
        ],
        "rows": [
            [
                instant(access.at),
                *([access.number] if numbered else []),
                " · ".join(filter(None, [role_words(access.role), str(access.organisation or "")])),
                access.document or str(WHAT[access.what]),
                access.reason or "–",
            ]
            for access in found
        ],
        "stack": True,
    }
