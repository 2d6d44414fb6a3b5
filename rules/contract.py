"""The wording of the city's supply contract, and how a signed one is kept.

Like the limits (rules/limits.py) no decision of the city: read from its own file once a process,
with a version of its own, which every contract names.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.city import CONTRACT_FILE, ROOT, city_code
from rules.files import RuleError, Table, Words, fields_in, parse_toml
from rules.names import Kind

#: What a clause may say of the case, between braces.
FIELDS: Final = frozenset(
    {"supplier", "applicant", "party", "identity", "number", "place", "voltage", "sources",
     "capacity", "kind", "purpose", "hotlines", "rules"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContractClause:
    """A sentence of the contract; `kinds` of customers that it is for, all where empty."""

    text: Words
    kinds: tuple[str, ...]

    def is_for(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Part:
    title: Words
    clauses: tuple[ContractClause, ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the PDF is tried to be made; `pauses`, `lease` and `wait` are seconds.

    Attributes:
        lease: for so long one try has a contract to itself.
        wait: how long a time stamp is waited for; less than the lease.
    """

    pauses: tuple[int, ...]
    lease: int
    wait: int

    def pause(self, tries: int) -> int:
        """Before another try, after so many; it never ends, so that no contract is given up."""
        return self.pauses[min(tries, len(self.pauses)) - 1]


@dataclass(frozen=True, slots=True)
class ContractTemplate:
    """The wording; `binding` says which language counts."""

    version: str
    title: Words
    binding: Words
    parts: tuple[Part, ...]
    keeping: Keeping


@lru_cache(maxsize=4)
def contract_template(code: str = "") -> ContractTemplate:
    """Read from its file once per process."""
    path = ROOT / (code or city_code()) / CONTRACT_FILE
    return parse_contract(path.read_text(encoding="utf-8"))


def parse_contract(text: str) -> ContractTemplate:
    """Raises RuleError at anything missing, unknown, or that no case can fill in."""
    top = Table(CONTRACT_FILE, "(file)", parse_toml(CONTRACT_FILE, text))
    keeping = Table(CONTRACT_FILE, "keeping", top.take("keeping", dict))
    read = ContractTemplate(
        version=top.take("version", str),
        title=top.words("title"),
        binding=top.words("binding"),
        parts=tuple(_part(table) for table in top.tables("part")),
        keeping=_keeping(keeping),
    )
    top.end()
    if not read.parts:
        raise RuleError(CONTRACT_FILE, "part", "there is none")
    return read


def _part(table: Table) -> Part:
    part = Part(table.words("title"), tuple(_clause(each) for each in table.tables("clause")))
    table.end()
    return part


def _clause(table: Table) -> ContractClause:
    kinds = tuple(str(kind) for kind in table.take("kinds", list, []))
    clause = ContractClause(table.words("text"), kinds)
    table.end()
    if unknown := set(kinds) - set(Kind):
        raise table.refuse(f"no kinds of customers: {', '.join(sorted(unknown))}")
    zh, en = (fields_in(text) for text in (clause.text.zh, clause.text.en))
    if zh != en or not zh <= FIELDS:
        raise table.refuse(f"says {', '.join(sorted(zh | en))}: not the same, or unknown")
    return clause


def _keeping(table: Table) -> Keeping:
    pauses = tuple(int(each) for each in table.take("pauses", list))
    keeping = Keeping(pauses, table.positive("lease"), table.positive("wait"))
    table.end()
    if not pauses or min(pauses) < 1 or sorted(pauses) != list(pauses):
        raise table.refuse("pauses are seconds that grow")
    if keeping.wait * 3 > keeping.lease:
        raise table.refuse("a try asks for up to three time stamps within its lease")
    return keeping
