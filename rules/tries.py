"""How something that asks others is tried until it is done; read from a city's file."""

from dataclasses import dataclass

from rules.files import Table


@dataclass(frozen=True, slots=True)
class Tries:
    """`pauses`, `lease` and `wait` are seconds.

    Attributes:
        lease: for so long one try has the thing to itself.
        wait: how long one answer is waited for; less than the lease.
    """

    pauses: tuple[int, ...]
    lease: int
    wait: int

    def pause(self, tries: int) -> int:
        """Before another try, after so many; it never ends, so that nothing is given up."""
        return self.pauses[min(tries, len(self.pauses)) - 1]


def tries_of(table: Table, *, asks: int = 1) -> Tries:
    """Take them from a table, for tries that ask up to so many times.

    Raises:
        RuleError: pauses that do not grow, or a lease that may end before its try.
    """
    pauses = tuple(int(each) for each in table.take("pauses", list))
    tries = Tries(pauses, table.positive("lease"), table.positive("wait"))
    if not pauses or min(pauses) < 1 or sorted(pauses) != list(pauses):
        raise table.refuse("pauses are seconds that grow")
    if tries.wait * asks > tries.lease:
        raise table.refuse(f"a try asks up to {asks} times within its lease")
    return tries
