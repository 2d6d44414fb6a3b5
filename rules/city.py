"""The city itself: districts, bureaus, and the names of everything the rules speak of."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid, Text
from rules.files import Clause, RuleError, Source, Table, Words, fields_in, parse_toml
from rules.names import COMPANY, PERSON, Kind, Permit
from rules.remedies import Remedy, remedies_in
from rules.reviews import RefusalClause, ReviewPoint, clauses_in, points_in

ROOT = Path(__file__).parent / "cities"
CITY_FILE = "city.toml"
#: The portal's own protection (rules/limits.py): no decision, and part of no version.
LIMITS_FILE = "limits.toml"
#: How messages leave it (rules/delivery.py): neither.
DELIVERY_FILE = "delivery.toml"
#: The wording of the supply contract (rules/contract.py): neither.
CONTRACT_FILE = "contract.toml"
#: What the licence library has, and what serves again (rules/licences.py): neither.
LICENCES_FILE = "licences.toml"
#: What is ordered of the supply chain (rules/materials.py): neither.
MATERIALS_FILE = "materials.toml"
#: When clocks are told of, and to whom (rules/warnings.py): neither.
WARNINGS_FILE = "warnings.toml"
#: Files of a city that are part of no version.
BESIDE = frozenset(
    {
        LIMITS_FILE,
        DELIVERY_FILE,
        CONTRACT_FILE,
        LICENCES_FILE,
        MATERIALS_FILE,
        WARNINGS_FILE,
    }
)
#: What is none of the reasons of a list, and is said in words.
OTHER_REASON = "other"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Township:
    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class District:
    """A district or county, or a zone laid over some of them.

    Attributes:
        code: GB/T 2260 code, or a local extension for a zone.
        statutory: for a zone, the districts one of which an address in it also lies in.
        spellings: other names that people write for it in an address.
    """

    code: str
    name: Words
    statutory: tuple[str, ...]
    spellings: tuple[str, ...]
    townships: tuple[Township, ...]


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau that decides permits; `code` is also the code of its organisations, `in_district`
    what its office in any district is called."""

    code: str
    name: Words
    in_district: Words


@dataclass(frozen=True, slots=True)
class PermitName:
    """`mark` stands for it in the numbers of permits."""

    code: str
    name: Words
    bureau: str
    mark: str


@dataclass(frozen=True, slots=True)
class NumberScheme:
    """`text` has `{mark}`, `{year}` and `{random}`, of which the last is so many characters."""

    text: str
    random: int


@dataclass(frozen=True, slots=True)
class PermitDocument:
    """What a bureau may ask for; `also` are other words by which a request may name it, `given_as`
    the documents of the applicant's checklist that are it."""

    code: str
    name: Words
    also: tuple[str, ...]
    given_as: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.code, self.name.zh, self.name.en, *self.also)


@dataclass(frozen=True, slots=True)
class KindName:
    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that the plan names; bureaus are organisations of kind `bureau`."""

    code: str
    kind: str
    name: Words


@dataclass(frozen=True, slots=True)
class Hotline:
    """A hotline; all of them are always shown together."""

    number: str
    name: Words
    clause: Clause


@dataclass(frozen=True, slots=True)
class RequirementName:
    """Of a document that is asked for: `name`, what each party calls its own, and what has to be
    readable on it."""

    name: Words
    shows: tuple[Words, ...] = ()
    person: Words | None = None
    company: Words | None = None

    def of(self, party: str) -> Words:
        """`party` is `person` or `company`; empty where both are meant."""
        own = {PERSON: self.person, COMPANY: self.company}.get(party)
        return own or self.name


@dataclass(frozen=True, slots=True)
class InspectionItem:
    """One thing that a review or inspection looks at; `requirement` is the document that shows it,
    empty where it is seen on site."""

    code: str
    name: Words
    requirement: str


@dataclass(frozen=True, slots=True)
class RealTimes:
    """Of how many days the real times are told, and from how many cases on."""

    days: int
    least: int


@dataclass(frozen=True, slots=True)
class City:
    code: str
    name: Words
    province: Words
    source: Source
    districts: tuple[District, ...]
    bureaus: tuple[Bureau, ...]
    permits: tuple[PermitName, ...]
    kinds: tuple[KindName, ...]
    organisations: tuple[Organisation, ...]
    hotlines: tuple[Hotline, ...]
    step_names: Mapping[str, Words]
    requirements: Mapping[str, RequirementName]
    permit_number: NumberScheme
    permit_documents: tuple[PermitDocument, ...]
    review_points: Mapping[str, ReviewPoint]
    refusal_clauses: Mapping[str, RefusalClause]
    #: Against a refusal or a revocation of a permit.
    remedies: tuple[Remedy, ...]
    inspection_items: Mapping[str, InspectionItem]
    #: What a permit is granted on (告知承诺), by code.
    conditions: Mapping[str, Words]
    #: By code, for what an applicant is called; `OTHER_REASON` is among them.
    call_reasons: Mapping[str, Words]
    real_times: RealTimes

    @property
    def requirement_names(self) -> dict[str, Words]:
        """Where both parties are meant."""
        return {code: row.name for code, row in self.requirements.items()}

    @property
    def document_names(self) -> dict[str, Words]:
        """What a file can be for: of the applicant's, and of those of a permit."""
        return {row.code: row.name for row in self.permit_documents} | self.requirement_names

    def requirement_name(self, code: str, party: str) -> Words:
        return self.requirements[code].of(party)

    @property
    def district_choices(self) -> list[tuple[str, Words]]:
        """For forms and filters."""
        return [(each.code, each.name) for each in self.districts]

    @property
    def supplier(self) -> Words:
        """The name of the supply company, with which a customer has its contract."""
        return next(each.name for each in self.organisations if each.kind == "supplier")

    def district(self, code: str) -> District:
        """Like the next four, raises LookupError for a code that the city does not have."""
        return _found(self.districts, code)

    def bureau(self, code: str) -> Bureau:
        return _found(self.bureaus, code)

    def permit(self, code: str) -> PermitName:
        return _found(self.permits, code)

    def kind(self, code: str) -> KindName:
        return _found(self.kinds, code)

    def permit_document(self, code: str) -> PermitDocument:
        return _found(self.permit_documents, code)

    def towns_of(self, district: str) -> tuple[Township, ...]:
        """Of a zone also those of the districts that it lies in."""
        there = self.district(district)
        parts = (there, *(self.district(code) for code in there.statutory))
        return tuple(town for part in parts for town in part.townships)

    def names_before(self, district: str) -> tuple[tuple[str, ...], ...]:
        """What is written in front of an address in a district: province, city, then a name of
        the place, its own or that of a zone laid over it."""
        here = [each for each in self.districts if district in (each.code, *each.statutory)]
        places = [name for each in here for name in (each.name.zh, *each.spellings)]
        return (self.province.zh,), (self.name.zh,), tuple(sorted(places, key=len, reverse=True))

    def check_place(self, *, district: str, statutory: str | None, town: str | None = None) -> None:
        """Raises Invalid, pointing under `/address`, where the parts do not go together."""
        if district not in {each.code for each in self.districts}:
            raise _misplaced("district", _("The city has no such district."))
        zone = self.district(district).statutory
        if zone and statutory not in zone:
            reason = _("An address in this zone needs the statutory district it lies in.")
            raise _misplaced("statutory_district", reason)
        if not zone and statutory and statutory != district:
            reason = _("Only an address in a zone has another statutory district.")
            raise _misplaced("statutory_district", reason)
        parts = [self.district(part) for part in (district, statutory) if part]
        if town and town not in {place.code for part in parts for place in part.townships}:
            raise _misplaced("town", _("The district has no such township."))


def _misplaced(field: str, reason: Text) -> Invalid:
    return Invalid([FieldError(f"/address/{field}", reason)])


def _found(rows: tuple[T, ...], code: str) -> T:
    for row in rows:
        if getattr(row, "code", None) == code:
            return row
    raise LookupError(code)


def city_code() -> str:
    """The city that this portal serves (`PORTAL_CITY`)."""
    fallback = os.environ.get("PORTAL_CITY", "zigong")
    return str(getattr(settings, "CITY", fallback) if settings.configured else fallback)


@lru_cache(maxsize=4)
def city(code: str = "") -> City:
    """Read from its file once per process."""
    name = code or city_code()
    return parse_city((ROOT / name / CITY_FILE).read_text(encoding="utf-8"))


def parse_city(text: str) -> City:
    """Raises RuleError at anything missing, unknown, double, or pointing at nothing."""
    top = Table(CITY_FILE, "(file)", parse_toml(CITY_FILE, text))
    head = Table(CITY_FILE, "city", top.take("city", dict))
    source = Source(head.words("source"), head.take("url", str, ""))
    times = Table(CITY_FILE, "real_times", top.take("real_times", dict))
    numbers = Table(CITY_FILE, "permit_number", top.take("permit_number", dict))
    parsed = City(
        code=head.take("code", str),
        name=head.words("name"),
        province=head.words("province"),
        source=source,
        districts=_each(
            top,
            "district",
            lambda t: District(
                townships=_each(t, "township", lambda town: Township(*_named(town))),
                statutory=tuple(str(code) for code in t.take("statutory", list, [])),
                spellings=tuple(str(name) for name in t.take("spellings", list, [])),
                code=t.take("code", str),
                name=t.words("name"),
            ),
        ),
        bureaus=_each(top, "bureau", _bureau),
        permits=_each(
            top,
            "permit",
            lambda t: PermitName(*_named(t), t.take("bureau", str), t.take("mark", str)),
        ),
        kinds=_each(top, "kind", lambda t: KindName(*_named(t))),
        organisations=_each(
            top,
            "organisation",
            lambda t: Organisation(t.take("code", str), t.take("kind", str), t.words("name")),
        ),
        hotlines=_each(
            top,
            "hotline",  # the clause first: every later error names it
            lambda t: Hotline(clause=t.cite(), number=t.take("number", str), name=t.words("name")),
        ),
        step_names=dict(_each(top, "step", _named)),
        requirements=dict(_each(top, "requirement", _requirement)),
        permit_number=NumberScheme(numbers.take("text", str), numbers.positive("random")),
        permit_documents=_each(
            top,
            "permit_document",
            lambda t: PermitDocument(
                *_named(t),
                also=tuple(str(word) for word in t.take("also", list, [])),
                given_as=tuple(str(code) for code in t.take("given_as", list, [])),
            ),
        ),
        review_points=points_in(top.tables("review_point")),
        refusal_clauses=clauses_in(top.tables("refusal_clause")),
        remedies=remedies_in(top.tables("remedy")),
        inspection_items={
            item.code: item
            for item in _each(
                top,
                "inspection_item",
                lambda t: InspectionItem(*_named(t), requirement=t.take("requirement", str, "")),
            )
        },
        conditions=dict(_each(top, "condition", _named)),
        call_reasons=dict(_each(top, "call_reason", _named)),
        real_times=RealTimes(times.positive("days"), times.positive("least")),
    )
    head.end()
    times.end()
    numbers.end()
    top.end()
    _check_city(parsed)
    return parsed


def _each(top: Table, name: str, read: Callable[[Table], T]) -> tuple[T, ...]:
    read_rows = []
    for table in top.tables(name):
        read_rows.append(read(table))
        table.end()
    return tuple(read_rows)


def _bureau(table: Table) -> Bureau:
    code, name = _named(table)
    # Files of before bureaus had offices in districts do not call them anything.
    return Bureau(code, name, table.words("in_district") if table.has("in_district") else name)


def _named(table: Table) -> tuple[str, Words]:
    return table.take("code", str), table.words("name")


def _requirement(table: Table) -> tuple[str, RequirementName]:
    code, name = _named(table)
    own = {party: table.maybe_words(party) for party in (PERSON, COMPANY)}
    shows = _each(table, "shows", lambda row: row.words("name"))
    return code, RequirementName(name, shows, **own)


def _check_city(city: City) -> None:
    """Refuses a city whose lists do not fit the names that the code knows, or each other."""
    towns = [town for district in city.districts for town in district.townships]
    for rows in (city.districts, towns, city.bureaus, city.organisations):
        for code, after in pairwise(sorted(row.code for row in rows)):
            if code == after:
                raise RuleError(CITY_FILE, code, "this code stands twice")
    for name, named, known in (("permit", city.permits, Permit), ("kind", city.kinds, Kind)):
        if [row.code for row in named] != list(known):
            raise RuleError(CITY_FILE, name, f"must be, in this order: {', '.join(known)}")
    if not any(row.kind == "supplier" for row in city.organisations):
        raise RuleError(CITY_FILE, "organisation", "there is no supplier among them")
    if OTHER_REASON not in city.call_reasons:
        raise RuleError(CITY_FILE, "call_reason", f"there is no {OTHER_REASON} among them")
    if fields_in(city.permit_number.text) != {"mark", "year", "random"}:
        raise RuleError(CITY_FILE, "permit_number", "text needs {mark}, {year} and {random}")
    _check_pointers(city)


def _check_pointers(city: City) -> None:
    """Refuses what one list names of another and is not there."""
    for item in city.inspection_items.values():
        looked_at = {item.requirement} - {""}
        _refuse_unknown(f"inspection_item.{item.code}", looked_at, set(city.requirements))
    for document in city.permit_documents:
        given = set(document.given_as)
        _refuse_unknown(f"permit_document.{document.code}", given, set(city.requirements))
    bureaus = {row.code for row in city.bureaus}
    for row in city.permits:
        _refuse_unknown(f"permit.{row.code}", {row.bureau}, bureaus)
    districts = {row.code for row in city.districts}
    for district in city.districts:
        _refuse_unknown(f"district.{district.code}", set(district.statutory), districts)


def _refuse_unknown(name: str, codes: set[str], known: set[str]) -> None:
    for code in sorted(codes - known):
        raise RuleError(CITY_FILE, name, f"points at {code}, which is not there")
