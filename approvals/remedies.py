"""What can be done against a decision that refuses or takes a permit: whoever decides so says it
(行政许可法 7, 38)."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import serializers

from core.answers import MaybeText
from core.clock import local_date
from core.templatetags.city import calendar_days
from rules.city import city
from rules.registry import current
from rules.remedies import Remedy as ByCity
from rules.values import Valued

if TYPE_CHECKING:
    from approvals.models import Permit


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way, in the reader's language; `within` and its clause are empty where the rules set no
    term, `url` where the city has named no place online. `clause`: by which one goes there."""

    remedy: str
    name: str
    within: str
    within_clause: str
    authority: str
    clause: str
    url: str

    @property
    def words(self) -> str:
        if self.within:
            text = _(
                "%(name)s: within %(within)s of knowing the decision "
                "(%(within_clause)s), to %(authority)s (%(clause)s)"
            )
        else:
            text = _("%(name)s: to %(authority)s (%(clause)s)")
        said = text % asdict(self)
        return (
            _("%(said)s, online at %(url)s") % {"said": said, "url": self.url} if self.url else said
        )


def remedies_of(permit: "Permit") -> list[Remedy]:
    """By the rules of the day of the decision; none where nothing was refused or taken."""
    at = permit.revoked_at or (permit.decided_at if permit.reason else None)
    if at is None:
        return []
    rules = current().in_force(on=local_date(at))
    return [_remedy(one, rules.remedy_term(one.code)) for one in city().remedies]


def _remedy(one: ByCity, term: Valued | None) -> Remedy:
    return Remedy(
        remedy=one.code,
        name=str(one.name),
        within=_length(term) if term else "",
        within_clause=str(term.clause) if term else "",
        authority=str(one.authority),
        clause=str(one.clause),
        url=one.url,
    )


def remedies_in_words(permit: "Permit") -> str:
    """All of them in one sentence; where the city names none, that the law has them."""
    found = [one.words for one in remedies_of(permit)]
    return _("; ").join(found) or _("administrative reconsideration or litigation, as the law says")


def _length(term: Valued) -> str:
    count = int(term.number)
    if term.unit == "month":
        return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}
    return calendar_days(count)


class RemedyAnswer(serializers.Serializer[Any]):
    """What can be done against a refusal or a revocation."""

    remedy = serializers.CharField()
    name = serializers.CharField()
    within = MaybeText(help_text="From the day on which the decision is known.")
    within_clause = MaybeText()
    authority = serializers.CharField()
    clause = serializers.CharField()
    url = MaybeText()
