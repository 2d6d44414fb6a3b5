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
from rules.tries import Tries, tries_of

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
class ContractTemplate:
    """The wording; `binding` says which language counts."""

    version: str
    title: Words
    binding: Words
    parts: tuple[Part, ...]
    keeping: Tries


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
        # Three, for the time stamps of one PDF.
        keeping=tries_of(keeping, asks=3),
    )
    keeping.end()
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
