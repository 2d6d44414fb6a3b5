"""How long before it takes effect a price is published, and what a publication may do to prices
that were published before (plan 3(5)1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.clock import local_date, months_after
from core.templatetags.city import day
from publishing.tables import OfRow, Row
from rules.registry import current
from rules.values import Valued

if TYPE_CHECKING:
    from publishing.differences import Change, Difference

#: What a row says of the price. Its document, note and source are put right at any time.
TERMS: Final = ("customers", "voltage", "period", "unit", "price", "nature")
FOREVER: Final = date.max
A_DAY: Final = timedelta(days=1)

TOO_SOON: Final = _(
    "“{row}”: this would hold from {day}. A price, and whatever changes one, is published at least "
    "{months} before it takes effect: {first} is the first day that can be ({clause})."
)
HAS_BEGUN: Final = _(
    "“{row}” took effect on {day} and is not withdrawn any more. A price ends by its last day, "
    "{last} at the earliest ({clause})."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """The rule of a day; the plan sets it for the whole city."""

    today: date
    rule: Valued

    @classmethod
    def at(cls, instant: datetime) -> Self:
        today = local_date(instant)
        return cls(today, current().in_force(on=today).value("price.notice_months"))

    @property
    def first_day(self) -> date:
        """The first day on which what is published today can take effect."""
        return months_after(self.today, int(self.rule.number))

    def refusal(self, reason: Any, row: Row, takes_effect: date) -> str:
        """One of the reasons above, in words."""
        months = int(self.rule.number)
        return str(reason).format(
            row=f"{row['code']} · {day(row['from_date'])}",
            day=day(takes_effect),
            months=ngettext("%(count)s month", "%(count)s months", months) % {"count": months},
            first=day(self.first_day),
            last=day(self.first_day - A_DAY),
            clause=self.rule.clause,
        )


def against(difference: "Difference", at: datetime) -> Iterable[OfRow]:
    """Every row by which a price would take effect, change or end too soon after this instant."""
    notice = Notice.at(at)
    for row in difference.added:
        if row["from_date"] < notice.first_day:
            yield row, "from_date", notice.refusal(TOO_SOON, row, row["from_date"])
    for change in difference.changed:
        found = first_change(change, difference, notice)
        if found and found[1] < notice.first_day:
            yield change.new, found[0], notice.refusal(TOO_SOON, change.new, found[1])
    for old in difference.withdrawn:
        row = {"code": old.code, "from_date": old.from_date}  # type: ignore[attr-defined]
        # What was announced and has not begun may be called off: nothing takes effect by that.
        if row["from_date"] <= notice.today:
            yield row, "from_date", notice.refusal(HAS_BEGUN, row, row["from_date"])


def first_change(
    change: "Change", difference: "Difference", notice: Notice
) -> tuple[str, date] | None:
    """The column by which a correction changes a price, and from which day on; None: it does
    not."""
    old: Any = change.old
    for name in change.columns:
        if name in TERMS:
            return name, max(change.new["from_date"], notice.today)
    if "until_date" not in change.columns:
        return None
    before, after = old.until_date or FOREVER, change.new["until_date"] or FOREVER
    begins = min(before, after) + A_DAY
    last = min(after, notice.first_day - A_DAY)
    if before < after and _called_off(difference.withdrawn, old.code, begins, last, notice):
        return None
    return "until_date", begins


def _called_off(
    withdrawn: Sequence[Any], code: str, first: date, last: date, notice: Notice
) -> bool:
    """Whether the same publication calls off what was to replace a price on these days, so that it
    goes on as it is."""
    return any(
        row.code == code
        and notice.today < row.from_date == first
        and (row.until_date or FOREVER) >= last
        for row in withdrawn
    )
