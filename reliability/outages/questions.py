"""What is asked of an outage before it is announced: is it told in time, does it hit the same
people again, could it be done live."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework.exceptions import ErrorDetail

from core.bodies import refused
from core.clock import local_date
from reliability.outages.audience import Count
from reliability.outages.kinds import OutageKind
from reliability.rules import again_days, live_clause, notice_days, notice_hours, too_far

if TYPE_CHECKING:
    from reliability.outages.models import Outage

Said = Mapping[str, Any]


def refusals(
    outage: "Outage", said: Said, now: datetime, missed: ErrorDetail | None
) -> Iterator[tuple[str, ErrorDetail]]:
    """What is refused now, by field, with the clause behind it; `missed` is what `notice_missed`
    said of it."""
    begins, ends = said["planned_from"], said["planned_until"]
    if begins and ends <= begins:
        yield "planned_until", refused(_("Must be after the planned beginning."))
    if begins and begins <= now:
        yield (
            "planned_from",
            refused(_("Has begun already: what is off is recorded as it happens.")),
        )
    for name in ("planned_from", "planned_until"):
        if said[name] and (far := too_far(said[name], now, outage.district)):
            yield name, refused(far)
    if not said["counts"]:
        yield (
            "customers",
            refused(_("The grid's tables know nobody below this: say how many customers it is.")),
        )
    if begins:
        if missed and not said["short_notice_reason"]:
            yield "short_notice_reason", missed
        yield from _of_the_plan(outage, said, begins, now)


def _of_the_plan(
    outage: "Outage", said: Said, begins: datetime, now: datetime
) -> Iterator[tuple[str, ErrorDetail]]:
    if not said["again_reason"] and (again := met_again(outage, said["counts"], begins)):
        days = again_days(local_date(begins), outage.district)
        text = _("Others take the power from the same people within {days} days: {numbers}. Say why again.")  # fmt: skip # noqa: E501
        reason = format_lazy(text, days=days.number, numbers=", ".join(again))
        yield "again_reason", refused(reason, days.clause)
    # 不停电作业
    clause = live_clause(outage.nature, local_date(now), outage.district)
    if clause and not said["not_live_reason"]:
        reason = _("Works of this kind can be done live. Say why they are not.")
        yield "not_live_reason", refused(reason, clause)


def notice_missed(outage: "Outage", said: Said, now: datetime) -> ErrorDetail | None:
    """Why it is announced too late, None where it is in time or has no plan
    (电力供应与使用条例 28).

    Planned outages by days, temporary repairs and what important customers are without by hours.
    """
    begins = said["planned_from"]
    if begins is None:
        return None
    today = local_date(now)
    if outage.kind == OutageKind.PLANNED:
        days = notice_days(today, outage.district)
        if days and (local_date(begins) - today).days < days.number:
            reason = ngettext_lazy(
                "This is announced less than {days} day ahead: say why so late.",
                "This is announced less than {days} days ahead: say why so late.",
                days.number,
            )
            return refused(format_lazy(reason, days=days.number), days.clause)
    if outage.kind == OutageKind.TEMPORARY or said["important"]:
        hours = notice_hours(today, outage.district)
        if hours and begins - now < timedelta(hours=hours.number):
            reason = ngettext_lazy(
                "This is announced less than {hours} hour ahead: say why so late.",
                "This is announced less than {hours} hours ahead: say why so late.",
                hours.number,
            )
            return refused(format_lazy(reason, hours=hours.number), hours.clause)
    return None


def met_again(outage: "Outage", counts: Iterable[Count], begins: datetime) -> list[str]:
    """The numbers of other outages near in time that take the power from some of the same people,
    by number; at most five."""
    days = again_days(local_date(begins), outage.district)
    below = {count.element for count in counts} - {""}
    if not days or not below:
        return []
    span = timedelta(days=days.number)
    near = type(outage).objects.exclude(state="cancelled").exclude(pk=outage.pk)
    near = near.filter(begins_at__gte=begins - span, begins_at__lte=begins + span)
    same = near.filter(interruptions__element__in=below)
    found = same.order_by("begins_at").values_list("number", flat=True).distinct()
    return sorted(set(found[:50]))[:5]
