"""Who takes part in a case: whose it is, who acts for them, where it was taken in, who took which
step of it."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.mandates import Mandate
from accounts.models import User
from accounts.queries import Deed, organisations_of
from accounts.roles import Role, role_words
from applications.casefile import Rows
from applications.models import Application
from core.events import words_of
from core.templatetags.city import masked_name, masked_phone, short_instant
from ledger.models import Entry, Salt

#: They take steps too, and stand above with what is known of them.
NOT_STAFF: Final = (Role.APPLICANT, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class People:
    """`sides` are rows of a summary list, `steps` a table: of each of the staff the newest step."""

    sides: Rows
    steps: dict[str, Any]


def people_of(case: Application) -> People:
    """Return everybody, personal data masked; statements that do not grow with the steps."""
    applicant = " · ".join(
        filter(None, [masked_name(case.applicant_name), masked_phone(case.phone)])
    )
    sides: Rows = [
        {"key": _("Applicant"), "value": applicant},
        {"key": _("Handled by"), "value": handled_by(case)},
    ]
    return People(sides, steps_table(case))


def handled_by(case: Application) -> str:
    """Who takes the applicant's steps."""
    if case.office:
        return _("%(office)s, which took it in at the counter") % {"office": case.office}
    acting = Mandate.objects.in_force().covering(case.filed_by_id, case.ref).count()
    if acting:
        return _("The applicant, or who acts for them (%(count)s)") % {"count": acting}
    return _("The applicant")


def steps_table(case: Application) -> dict[str, Any]:
    """Of each who took a step for the company or a bureau: the newest step, and when."""
    entries = list(
        Entry.objects.filter(case_ref=case.ref)
        .exclude(to_state="")
        .exclude(actor_role__in=NOT_STAFF)
        .order_by("-case_seq")
    )
    doers = dict(
        Salt.objects.filter(ref__in=[entry.salt_ref for entry in entries]).values_list(
            "ref", "actor_id"
        )
    )
    newest: dict[tuple[int | None, str], Entry] = {}
    for entry in entries:
        newest.setdefault((doers.get(entry.salt_ref), entry.actor_role), entry)
    deeds = {who: Deed(who[0], entry.actor_role, entry.at) for who, entry in newest.items()}
    homes = organisations_of(deeds.values())
    names = dict(
        User.objects.filter(pk__in=[pk for pk, _role in newest if pk]).values_list("pk", "name")
    )
    return {
        "caption": _("Who took steps in it"),
        "columns": [
            {"label": _("Who")}, {"label": _("Role and organisation")}, {"label": _("Newest step")},
        ],
        "rows": [
            [
                masked_name(names.get(who[0] or 0, "")) or "–",
                " · ".join(filter(None, [role_words(who[1]), str(homes.get(deeds[who]) or "")])),
                f"{words_of(entry.type, entry.to_state)}, {short_instant(entry.at)}",
            ]
            for who, entry in newest.items()
        ],
        "stack": True,
    }  # fmt: skip
