"""News as a published table: each publisher keeps its own, and a second person of it checks."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from approvals.offices import office_choices, offices_led
from approvals.policies.models import NUMBER_MAX, PolicyDocument
from oversight.news.models import BODY_MAX, CODE, CODE_MAX, NewsItem
from publishing.columns import Choice, Choices, Paragraphs, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    Keeper,
    Row,
    RowForm,
    Table,
    Wording,
    register,
    source_column,
)
from rules.city import city

LEAD_AGENCY: Final = "lead-agency"
SUPPLY_COMPANY: Final = "supply-company"
#: Who keeps the texts of a publisher of the whole city, by the kind of its organisation.
CITY_WIDE: Final = {
    LEAD_AGENCY: ("lead_agency", Role.LEAD_AGENCY),
    SUPPLY_COMPANY: ("supplier", Role.SUPPLY_LEAD),
}


def publishers() -> Choices:
    """The lead agency, the supply company, and the offices of bureaus."""
    names = {each.kind: each.name for each in city().organisations}
    return [
        *((code, names[kind]) for code, (kind, _role) in CITY_WIDE.items() if kind in names),
        *office_choices(),
    ]


def publishes_for(user: User) -> set[str]:
    """Codes of the publishers for whom somebody publishes; a lead of one district is none."""
    whole = {
        code
        for code, (_kind, role) in CITY_WIDE.items()
        if user.role_in(role) and user.districts(role) is None
    }
    return whole | offices_led(user)


class NewsForm(RowForm):
    code = Text(
        _("Short name"),
        longest=CODE_MAX,
        hint=_("Letters, digits and hyphens, such as 2026-07. It stands in the page's address."),
    )
    publisher = Choice(_("Publisher"), publishers)
    title = Text(_("Title"), longest=120)
    body = Paragraphs(
        _("Text"), longest=BODY_MAX, hint=_("Plain paragraphs: each begins on a line of its own.")
    )
    policy = Text(
        _("Policy document that it explains"),
        longest=NUMBER_MAX,
        required=False,
        hint=_("Its number in the table of policy documents, where it explains one."),
    )
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if not re.fullmatch(CODE, row["code"]):
            yield "code", _("Only letters without accents, digits and hyphens.")


def unknown_policy(row: Row, _old: PublishedRow | None, _at: datetime) -> Iterable[Complaint]:
    known = PolicyDocument.objects.standing()
    if row["policy"] and not known.filter(number=row["policy"]).exists():
        words = _("No policy document “{number}” is published.")
        yield "policy", format_lazy(words, number=row["policy"])


register(
    Table(
        Kind.NEWS,
        NewsItem,
        NewsForm,
        key=("code",),
        listed=("code", "publisher", "title"),
        announced="announced_at",
        refuses=unknown_policy,
        keeper=Keeper(
            (Role.LEAD_AGENCY, Role.SUPPLY_LEAD, Role.BUREAU_LEAD),
            _("Only the lead agency, the supply company's lead and leads of bureaus publish news."),
            part="publisher",
            parts=publishes_for,
        ),
        words=Wording(
            _("News and explanations"),
            _("Nothing is published yet"),
            _(
                "Here the lead agency, the supply company and the bureaus tell what changes for "
                "whoever needs electricity, and explain it."
            ),
        ),
    )
)
