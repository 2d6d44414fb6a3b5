from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Any, Final

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, DateField, IntegerField, ListField

from applications.answers import LimitAnswer
from approvals.roads.models import Road
from approvals.roads.tables import Line
from core.clock import CITY
from disclosure.what_if import ROADS
from grid.models import ElementKind
from grid.rental.models import RentalUnit
from money.models import Nature
from oversight.publicity import Sort
from publishing.columns import Choice, Day, Flag, Minute, Number, Several
from publishing.tables import Table
from reliability.indices.formulas import rounded
from rules.names import VOLTAGES, Measure, Permit, Route, Stage, Statistic, Trust
from rules.names import Kind as CaseKind

Serializer = serializers.Serializer[Any]
Field = serializers.Field[Any, Any, Any, Any]
PRECISION = 6
STAGES = [str(stage) for stage in Stage]


class Text(CharField):
    """Words; an empty text is null where it may be."""

    def to_representation(self, value: Any) -> Any:
        return value if value != "" or not self.allow_null else None


class Figures(serializers.FloatField):
    """A number as JSON has it: whole numbers without a point, fractions with six decimals."""

    def to_representation(self, value: Any) -> Any:
        number: Any = rounded(value, PRECISION) if isinstance(value, Fraction) else value
        return int(number) if number == int(number) else float(number)


def words(codes: Iterable[Any], **more: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(list(codes), **more)


class Answer(Serializer):
    """A serializer of which a field may have a name that is a word of Python: `from_`."""

    def get_fields(self) -> dict[str, Field]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class Hotline(Serializer):
    """One of the hotlines, which go with every answer."""

    number = CharField()
    name = CharField()


class NeededDocument(Serializer):
    code = CharField()
    name = CharField()
    stage = words(STAGES)
    clause = CharField()
    shows = ListField(child=CharField(), help_text="What has to be readable on it.")


class FetchedLicence(Serializer):
    """A licence that the licence library has, and the document that it stands for."""

    code = CharField()
    name = CharField()
    requirement = CharField(source="meets")


class Times(Serializer):
    """Of the cases energised lately: how many, the median in working days, how many in time."""

    cases = IntegerField()
    median = serializers.FloatField()
    within = IntegerField()


class Guide(Serializer):
    """What an application of a kind takes; `due_on` if it were filed today, where the whole process
    is what the limit counts. Without `times`, too few cases are known to tell."""

    kind = words(CaseKind)
    name = CharField()
    voltage = words(VOLTAGES)
    conditions = CharField()
    limit = LimitAnswer()
    due_on = DateField(source="due.date", allow_null=True, default=None)
    provisional = BooleanField(source="due.provisional", allow_null=True, default=None)
    times = Times(allow_null=True)
    free = BooleanField()
    documents = NeededDocument(many=True)
    licences = FetchedLicence(many=True)
    steps = ListField(child=CharField())
    since = DateField()
    rules_version = CharField(source="version")


class RoutedPermit(Serializer):
    permit = words(Permit)
    route = words(Route)
    clause = CharField()
    limit_days = IntegerField(allow_null=True)


class CrossingAnswer(Serializer):
    """The permits of a line longer than `beyond_m` and up to `until_m`, along a road."""

    beyond_m = Figures()
    until_m = Figures(allow_null=True)
    road = words(ROADS)
    permits = RoutedPermit(many=True)


class AbleLimit(Serializer):
    """So many elements take nothing, for they are limited, or with `fed` what feeds them is."""

    elements = IntegerField()
    kind = words(ElementKind.choices)
    fed = BooleanField()
    reason = CharField()


class AbleAnswer(Serializer):
    """How many lines (low voltage: public transformers) of the district can take so much now, and
    the most that one of them can; `more`: others may be able to, which were not looked at."""

    kva = Figures()
    elements = IntegerField()
    more = BooleanField()
    largest_kva = Figures()
    limits = AbleLimit(many=True)


class WhatIfAnswer(Serializer):
    """What a connection would take; the clause is the one that decides its kind. `able` is null
    where nothing is published of the district's grid."""

    takes = Guide()
    clause = CharField(source="decision.clause")
    permits = CrossingAnswer(many=True, source="crossings")
    able = AbleAnswer(allow_null=True)


class OutageNotice(Serializer):
    """Planned outages that stand, and how many were announced later than the rules ask."""

    planned = IntegerField()
    short = IntegerField()


class PublicationStand(Serializer):
    """The newest publication of a table."""

    number = IntegerField()
    published_at = serializers.DateTimeField(default_timezone=CITY)
    source = CharField()  # type: ignore[assignment]


class TakenBack(Serializer):
    at = serializers.DateTimeField(source="published_at", default_timezone=CITY)
    reason = CharField(source="note")


class News(Serializer):
    """A text as it was published last; `taken_back` is null where it stands."""

    code = CharField()
    publisher = CharField()
    title = CharField()
    paragraphs = ListField(child=CharField())
    policy = Text(allow_null=True)
    source = CharField()  # type: ignore[assignment]
    announced_at = serializers.DateTimeField(default_timezone=CITY)
    changed_at = serializers.DateTimeField(default_timezone=CITY)
    taken_back = TakenBack(source="replaced_in", allow_null=True)


class CalendarEntry(Serializer):
    """A day of the publicity calendar. `as_of` is the day of the oldest figures that stand, `rows`
    how many begin or end, `clause` that of the rule behind the rhythm."""

    day = DateField()
    table = CharField(source="kind")
    what = words([sort.value for sort in Sort], source="sort")
    districts = ListField(child=CharField(), source="places")
    as_of = DateField(allow_null=True)
    rows = IntegerField()
    clause = CharField(source="rule.clause", allow_null=True, default=None)
    overdue = BooleanField()


class CalendarPublication(PublicationStand):
    table = CharField(source="kind")


class PublicityCalendar(Serializer):
    entries = CalendarEntry(many=True)
    published = CalendarPublication(many=True)
    hotlines = Hotline(many=True)


class Origin(Answer):
    clause = CharField(source="row.clause")
    source = CharField(source="row.source")  # type: ignore[assignment]
    trust = words(Trust, source="row.trust")
    from_ = DateField(source="row.since")
    until = DateField(source="row.until", allow_null=True)

    def get_fields(self) -> dict[str, Field]:
        """What the value is comes first."""
        fields = super().get_fields()
        origin = {name: fields.pop(name) for name in ("clause", "source", "trust", "from", "until")}
        return fields | origin


class StandardValue(Answer):
    """One value of the rules, with where it comes from and when it is in force."""

    key = CharField()
    name = CharField()
    value = CharField()
    from_ = DateField(source="since")
    until = DateField(allow_null=True)
    clause = CharField()
    source = CharField()  # type: ignore[assignment]
    source_url = CharField()
    trust = words(Trust)
    reading = BooleanField(source="ours", help_text="The exact value is this project's reading.")
    note = CharField()


class StandardLimit(Origin):
    """A limit of a kind, in working days."""

    days = IntegerField()
    measure = words((Measure.WHOLE_PROCESS, Measure.HANDLING))
    statistic = words(Statistic)


class StandardSteps(Origin):
    """The steps of a kind, in their order."""

    names = ListField(child=CharField())


class StandardDocument(Origin):
    """A document that may be asked for, and when."""

    requirement = CharField(source="code")
    name = CharField()
    stage = words(STAGES)


class StandardItem(Origin):
    """An item that a review or inspection looks at; `requirement` is the document that shows it,
    null where it is seen on site."""

    item = CharField(source="code")
    name = CharField()
    stage = words(STAGES)
    requirement = Text(allow_null=True)


class StandardKind(Serializer):
    """What holds for one kind of application."""

    kind = words(CaseKind, source="code")
    name = CharField()
    limit = StandardLimit()
    steps = StandardSteps()
    documents = StandardDocument(many=True)
    inspections = StandardItem(many=True)


class StandardRoute(Origin):
    """One route of a permit, and when it is taken."""

    route = words(Route)
    condition = CharField()
    limit_days = IntegerField(source="days", allow_null=True)


class StandardLaw(Serializer):
    """A law behind a permit."""

    clause = CharField()
    subject = CharField()
    url = CharField()


class PolicyLink(Serializer):
    """A policy document in force on that day, and the page of the office that issued it."""

    number = CharField()
    title = CharField()
    office = CharField()
    link = CharField()


class StandardCondition(Origin):
    """A condition of a permit that is granted on a commitment."""

    condition = CharField(source="code")
    name = CharField()


class StandardPermit(Serializer):
    """One permit: its bureau, its routes in their order of precedence, the laws behind it; what is
    committed to on the route of a commitment, and how that is checked; the policy documents that
    concern it."""

    permit = words(Permit, source="code")
    name = CharField()
    bureau = CharField()
    routes = StandardRoute(many=True)
    laws = StandardLaw(many=True)
    conditions = StandardCondition(many=True)
    checks = StandardValue(many=True)
    policies = PolicyLink(many=True)


class Standards(Answer):
    """Everything that holds in one place on one day, and what held when."""

    on = DateField()
    district = Text(allow_null=True)
    rules_version = CharField(source="version")
    calendar_version = CharField()
    from_ = DateField(source="since")
    until = DateField(allow_null=True)
    kinds = StandardKind(many=True)
    three_zero = StandardValue(many=True)
    permits = StandardPermit(many=True)
    joint_limits = StandardValue(source="joint", many=True)
    parties = StandardValue(many=True)
    history = StandardValue(many=True)
    not_adopted = StandardValue(many=True)
    hotlines = Hotline(many=True)


class UnitPrice(Serializer):
    """What a unit costs today: the item of the fee catalogue in force; null where none is."""

    code = CharField()
    item = CharField()
    rate = Figures()
    unit = CharField()
    nature = words(Nature.choices)
    legal_basis = CharField()


class FreeDays(Serializer):
    """Days that can be asked for; on `until_day` a unit goes back, and is the next one's."""

    from_day = DateField()
    until_day = DateField()


#: Columns of codes that each city has of its own, such as its districts.
OF_THE_CITY: Final = ("district", "office", "organisation", "organiser")


@cache
def row_serializer(table: Table) -> type[Serializer]:
    fields: dict[str, Any] = {}
    for name, column in table.standing.items():
        null = not column.required
        match column:
            case Number():
                fields[name] = Figures(allow_null=null)
            case Day():
                fields[name] = DateField(allow_null=null)
            case Minute():
                fields[name] = serializers.DateTimeField(default_timezone=CITY, allow_null=null)
            case Flag():
                fields[name] = BooleanField()
            # Several are a text, parted by semicolons.
            case Choice() if name not in OF_THE_CITY and not isinstance(column, Several):
                fields[name] = words(column.choices, allow_null=null)
            case Line():
                point = ListField(child=serializers.FloatField())
                help_text = "Pairs of longitude and latitude in degrees (CGCS2000)."
                fields[name] = ListField(child=point, help_text=help_text)
            case _:
                fields[name] = Text(allow_null=null)
    if table.announced:
        fields[table.announced] = serializers.DateTimeField(default_timezone=CITY)
    if issubclass(table.model, Road):
        help_text = "The last day on which it may not be dug."
        fields["closed_until"] = DateField(help_text=help_text)
    if issubclass(table.model, RentalUnit):
        fields["price"] = UnitPrice(allow_null=True)
        fields["free"] = FreeDays(many=True)
        help_text = "Since when it should be back and is not; null where nobody is late with it."
        fields["late_since"] = DateField(allow_null=True, help_text=help_text)
    fields["publication"] = IntegerField(source="publication.number")
    return type(f"{table.kind.value.title()}Row", (Serializer,), fields)


def published_rows(table: Table, **more: Field) -> Serializer:
    fields: dict[str, Any] = {
        "results": row_serializer(table)(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "published": PublicationStand(allow_null=True),
        "empty": CharField(allow_null=True, help_text="Why there are no rows."),
        "hotlines": Hotline(many=True),
        **more,
    }
    return inline_serializer(f"Published{table.kind.value.title()}", fields)
