"""What of a day's bill and of our own payments and refunds is not alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from money.reconciliation.models import Difference

Kind = Difference.Kind
#: An order's number, and the refund's where it is one.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Theirs:
    order: str
    refund: str
    transaction: str
    amount_fen: int

    @property
    def key(self) -> Key:
        return self.order, self.refund


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment or refund as we have it.

    Attributes:
        taken: as far as the provider's bill says it is: paid, or the refund begun.
        transaction: the provider's number of the payment; empty where we know none.
    """

    order: str
    refund: str
    transaction: str
    amount_fen: int
    taken: bool
    state: str
    district: str

    @property
    def key(self) -> Key:
        return self.order, self.refund


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, by the names of its columns."""

    kind: Kind
    order: str = ""
    refund: str = ""
    transaction: str = ""
    theirs_fen: int | None = None
    ours_fen: int | None = None
    ours_state: str = ""
    district: str = ""
    said: Mapping[str, str | int] = field(default_factory=dict)


def differences(
    theirs: Iterable[Theirs], ours: Iterable[Ours], left: Iterable[Ours]
) -> Iterator[Found]:
    """Every row of a bill beside ours of the same number, and what the bill does not have.

    Args:
        ours: of the bill's numbers, whatever the day: a payment near midnight may be of another
            one here. One number may have been paid twice, each time as another transaction.
        left: ours of the day that stand in no bill.
    """
    by_key: dict[Key, list[Ours]] = defaultdict(list)
    for each in ours:
        by_key[each.key].append(each)
    for row in theirs:
        own = _of(row, by_key[row.key])
        if own is None:
            yield Found(Kind.THEIRS, row.order, row.refund, row.transaction, row.amount_fen)
            continue
        by_key[row.key].remove(own)
        if own.amount_fen != row.amount_fen:
            yield _beside(Kind.AMOUNT, row, own)
        elif not own.taken:
            yield _beside(Kind.STATE, row, own)
    for own in left:
        yield Found(
            Kind.OURS, own.order, own.refund, own.transaction, None, own.amount_fen, own.state,
            own.district,
        )  # fmt: skip


def _of(row: Theirs, ours: Sequence[Ours]) -> Ours | None:
    """That of the same transaction, else one of which we know none."""
    same = [each for each in ours if each.transaction == row.transaction]
    return next(iter([*same, *(each for each in ours if not each.transaction)]), None)


def _beside(kind: Kind, row: Theirs, own: Ours) -> Found:
    return Found(
        kind, row.order, row.refund, row.transaction, row.amount_fen, own.amount_fen, own.state,
        own.district,
    )  # fmt: skip
