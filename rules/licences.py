"""What the licence library has for an application, what is agreed to before it is asked, and which
accepted document serves again.

Like the limits (rules/limits.py) no decision of the city: read from its own file once a process.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.city import LICENCES_FILE, ROOT, city, city_code
from rules.files import RuleError, Table, Words, fields_in, parse_toml
from rules.names import COMPANY, PERSON

#: What a sentence of the consent may say, between braces.
FIELDS: Final = frozenset({"licence", "document", "number", "library", "contact"})
PARTIES: Final = (PERSON, COMPANY)
PLACE: Final = "place"
SCOPES: Final = (PERSON, PLACE)


@dataclass(frozen=True, slots=True)
class LicenceKind:
    """A kind of licence; `meets` is the document of the checklist that it serves as."""

    code: str
    name: Words
    meets: str
    parties: tuple[str, ...]
    of_place: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One of a consent; `of_place`: for licences of a place alone."""

    text: Words
    parties: tuple[str, ...]
    of_place: bool


@dataclass(frozen=True, slots=True)
class LicenceRules:
    """What can be fetched and used again.

    Attributes:
        contact: how the library's keeper is reached; None where nobody has said it.
        wait: seconds for a whole answer.
        reuse: by document the scope within which an accepted one serves again, `person` or `place`.
    """

    library: Words
    contact: Words | None
    wait: int
    kinds: tuple[LicenceKind, ...]
    consent: tuple[Sentence, ...]
    reuse: Mapping[str, str]

    def kind_for(self, requirement: str, party: str) -> LicenceKind | None:
        """What meets a document of a party's checklist, if anything does."""
        fitting = (k for k in self.kinds if k.meets == requirement and party in k.parties)
        return next(fitting, None)

    def kind(self, code: str) -> LicenceKind:
        return next(kind for kind in self.kinds if kind.code == code)

    def consent_to(self, kind: LicenceKind, party: str, document: Words, number: str) -> Words:
        """What a party agrees to before a licence is fetched for a case, a sentence a line."""
        said = [
            one.text
            for one in self.consent
            if party in one.parties
            and (kind.of_place or not one.of_place)
            and (self.contact is not None or "{contact}" not in one.text.zh)
        ]

        def filled(language: str) -> str:
            words = {"licence": kind.name, "document": document, "library": self.library}
            known = {name: getattr(each, language) for name, each in words.items()}
            contact = getattr(self.contact, language, "")
            lines = [getattr(text, language) for text in said]
            return "\n".join(line.format(**known, number=number, contact=contact) for line in lines)

        return Words(filled("zh"), filled("en"))


@lru_cache(maxsize=4)
def licence_rules(code: str = "") -> LicenceRules:
    """Read from its file once per process."""
    path = ROOT / (code or city_code()) / LICENCES_FILE
    return parse_licences(path.read_text(encoding="utf-8"))


def parse_licences(text: str) -> LicenceRules:
    """Raises RuleError at anything missing, unknown or double."""
    top = Table(LICENCES_FILE, "(file)", parse_toml(LICENCES_FILE, text))
    read = LicenceRules(
        library=top.words("library"),
        contact=top.maybe_words("contact"),
        wait=top.positive("wait"),
        kinds=tuple(_kind(table) for table in top.tables("licence")),
        consent=tuple(_sentence(table) for table in top.tables("consent")),
        reuse=dict(_reuse(top)),
    )
    top.end()
    served = [(kind.meets, party) for kind in read.kinds for party in kind.parties]
    if len(set(served)) < len(served):
        raise RuleError(LICENCES_FILE, "licence", "two of them meet one document of a party")
    return read


def _kind(table: Table) -> LicenceKind:
    kind = LicenceKind(
        code=table.take("code", str),
        name=table.words("name"),
        meets=table.one_of("meets", city().requirements),
        parties=_parties(table),
        of_place=table.take("of_place", bool, False),
    )
    table.end()
    return kind


def _sentence(table: Table) -> Sentence:
    said = Sentence(table.words("text"), _parties(table), table.take("of_place", bool, False))
    table.end()
    for text in (said.text.zh, said.text.en):
        if unknown := fields_in(text) - FIELDS:
            raise table.refuse(f"says what no case has: {', '.join(sorted(unknown))}")
    return said


def _parties(table: Table) -> tuple[str, ...]:
    named = tuple(str(each) for each in table.take("parties", list, list(PARTIES)))
    if unknown := set(named) - set(PARTIES):
        raise table.refuse(f"no parties: {', '.join(sorted(unknown))}")
    return named


def _reuse(top: Table) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for table in top.tables("reuse"):
        requirement = table.one_of("requirement", city().requirements)
        scope = table.one_of("scope", SCOPES)
        table.end()
        if requirement in seen:
            raise table.refuse(f"{requirement} stands twice")
        seen.add(requirement)
        yield requirement, scope
