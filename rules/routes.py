"""Which route each permit takes (domain.md section 3, contract.md "Line works").

Each question returns the row that answers it with yes, and with it the clause, or None. They
are asked in the order of precedence; ordinary review is what remains.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from rules.names import Permit, Route
from rules.predicates import PREDICATES
from rules.values import PermitDecision, Valued
from rules.works import Works

Values = Mapping[str, Valued]
Question = Callable[[Values, str, Permit, Works], Valued | None]


def decide_permit(values: Values, bureau: str, permit: Permit, works: Works) -> PermitDecision:
    """Returns route, clause and limit of one permit.

    Args:
        values: the rows in force, by key.
        bureau: code of the bureau that decides the permit.
    """
    for route, question in QUESTIONS:
        row = question(values, bureau, permit, works)
        if row is not None:
            days = _instant_days(values, permit) if route is Route.INSTANT else None
            return PermitDecision(permit, route, row.clause, bureau, days)
    row = review_row(values, permit, works.voltage_kv)
    return PermitDecision(permit, Route.REVIEW, row.clause, bureau, int(row.number))


def review_row(values: Values, permit: Permit, voltage_kv: Decimal | None) -> Valued:
    """Returns the row of the review limit; from 35 kV, a shorter one where a district has it."""
    usual = values[f"permit.{permit}.review.days"]
    shorter = values.get(f"permit.{permit}.review.high_kv_days")
    high = voltage_kv is not None and voltage_kv >= values["permit.high_kv"].number
    return shorter if high and shorter and shorter.number < usual.number else usual


def _instant_days(values: Values, permit: Permit) -> int:
    return int(values[f"permit.{permit}.instant.days"].number)


def _asks(row: Valued | None, works: Works) -> bool:
    """Whether one of the predicates that the row names is true of the works."""
    return row is not None and any(PREDICATES[code](works) for code in row.codes)


def _not_needed(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    needed, spared = values[f"permit.{permit}.needed"], values.get(f"permit.{permit}.not_for")
    if not _asks(needed, works):
        return needed
    return spared if _asks(spared, works) else None


def _special(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    """Highways other than ordinary trunk ones, ancient and notable trees: outside the clause."""
    covered = values.get(f"permit.{permit}.covered")
    if covered is None:
        return None
    asked = works.greening if permit is Permit.GREENING else works.highway_class
    return None if asked in covered.codes else covered


def _exempt(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    name = f"permit.{permit}.exempt"
    investment = values.get(f"{name}.investment_yuan")
    if investment and works.investment_yuan <= investment.number:
        return investment
    length = values.get(f"{name}.{works.voltage}.length_m")
    dug = values.get(f"{name}.{works.voltage}.excavation_m")
    short = length is not None and works.length_m <= length.number
    shallow = dug is not None and works.excavation_m <= dug.number
    return length if short and shallow else None


def _instant(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    row = values.get(f"permit.{permit}.instant")
    return row if _asks(row, works) else None


def _commitment(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    row, switch = values.get(f"permit.{permit}.commitment.length_m"), f"commitment.{bureau}"
    if row is None or permit in works.choose_review or not _on(values, switch):
        return None
    return row if works.length_m <= row.number else None


def _filing(values: Values, bureau: str, permit: Permit, works: Works) -> Valued | None:
    row, switch = values.get("filing.length_m"), f"filing.{bureau}"
    if row is None or permit in works.choose_review or not _on(values, switch):
        return None
    short_low = works.voltage == "low" and works.length_m <= row.number
    return values[switch] if short_low else None


def _on(values: Values, switch: str) -> bool:
    row = values.get(switch)
    return row is not None and row.value is True


QUESTIONS: tuple[tuple[Route, Question], ...] = (
    (Route.NOT_NEEDED, _not_needed),
    (Route.SPECIAL, _special),
    (Route.EXEMPT, _exempt),
    (Route.INSTANT, _instant),
    (Route.COMMITMENT, _commitment),
    (Route.FILING, _filing),
)
