"""What an adapter of a payment provider answers. Amounts are whole fen, never a fraction of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Final, Protocol

CURRENCY: Final = "CNY"


class Outcome(Enum):
    """Of what a provider is asked to do."""

    TAKEN = auto()
    #: Not taken, and never will be.
    REFUSED = auto()
    #: Surely not taken; another try makes sense.
    NOT_NOW = auto()
    #: Nobody knows: it may have been taken.
    UNKNOWN = auto()


class Standing(Enum):
    """How an order or a refund stands with the provider."""

    #: An order that can be paid, a refund that is under way.
    OPEN = auto()
    DONE = auto()
    #: An attempt has failed: an order can still be paid, a refund is not coming.
    FAILED = auto()
    CLOSED = auto()
    #: The provider has no such thing.
    ABSENT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid.

    Attributes:
        number: ours; the same at every try.
        title: what the payer reads: the case's number and the item, nothing personal.
        client: the payer's network address, which providers ask for.
        back: where the payer's browser goes afterwards.
    """

    number: str
    amount_fen: int
    title: str
    expires_at: datetime
    client: str
    back: str


@dataclass(frozen=True, slots=True)
class Placed:
    """`address` is where the payer pays, where the order was taken."""

    outcome: Outcome
    address: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of one of our orders, asked or by itself; compared, never believed.

    Attributes:
        transaction: the provider's own number of a payment.
        amount_fen: None where it says none.
        at: when it was paid, as the provider says.
        said: the provider's own code, short.
    """

    number: str
    standing: Standing
    transaction: str = ""
    amount_fen: int | None = None
    currency: str = CURRENCY
    merchant: str = ""
    at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """`number` is ours and the same at every try; `order` the number of what was paid."""

    number: str
    order: str
    transaction: str
    amount_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class RefundTold:
    """What a provider says of a refund; `number` is ours."""

    number: str
    order: str
    standing: Standing
    transaction: str = ""
    amount_fen: int | None = None
    currency: str = CURRENCY
    merchant: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One payment or one refund of a day's bill.

    Attributes:
        refund: our number of the refund; empty where it is a payment.
    """

    order: str
    transaction: str
    refund: str
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """A day in the city (Asia/Shanghai), read by the names of its columns, its sums agreeing.

    Attributes:
        digest: SHA-256 of the file, in hex.
    """

    day: date
    rows: Sequence[BillRow]
    digest: str


class NoticeRefused(Exception):
    """A notice without a valid signature, too old, or that cannot be read."""


class NoticeProbed(NoticeRefused):
    """Signed wrongly on purpose, to see whether that is refused: so it is, and nobody is told."""


class BillWrong(Exception):
    """A bill whose sums disagree, or that cannot be read.

    Attributes:
        why: what is wrong, a word of `money.reconciliation.wording`.
        values: what its sentence says.
    """

    def __init__(self, why: str, **values: str | int) -> None:
        super().__init__(why, values)
        self.why, self.values = why, values


class Provider(Protocol):
    """An adapter. It raises nothing that it can put into an answer.

    Attributes:
        merchant: ours at the provider.
    """

    name: str
    merchant: str

    def order(self, order: Order) -> Placed: ...

    def query(self, number: str) -> Told: ...

    def close(self, number: str) -> Outcome: ...

    def refund(self, refund: RefundOrder) -> RefundTold: ...

    def query_refund(self, number: str) -> RefundTold: ...

    def notice(
        self, headers: Mapping[str, str], body: bytes, *, now: float
    ) -> Told | RefundTold | None:
        """What a notice says; None of something that is none of ours.

        Args:
            headers: by their lower-case names.
            body: as it came, byte by byte.
            now: seconds since 1970.

        Raises:
            NoticeRefused: not signed by the provider, or outside the time it may take.
        """

    def bill(self, day: date) -> Bill | None:
        """A day's bill; None where it is not there yet, which is not a day without trade.

        Raises:
            BillWrong: its sums disagree, or it cannot be read.
            OSError: the provider cannot be reached.
        """
