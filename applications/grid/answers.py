"""What programs of the supply company are told of its grid."""

from functools import partial
from typing import Any

from rest_framework import serializers

from core.answers import Count, Day, Exact, Instant, MaybeChoice, MaybeDay, MaybeInstant, MaybeText
from core.answers import page_of as pages_of
from grid.models import ElementKind
from grid.points.models import AreaClass, Level

Answer = serializers.Serializer[Any]


kva = partial(Exact, allow_null=True)


class GridElementRow(Answer):
    """A published element with its figures now, in kVA; null: unknown."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(ElementKind.choices)
    name = serializers.CharField()
    district = serializers.CharField()
    fed_from = MaybeText()
    voltage_kv = Exact()
    rating_kva = kva()
    max_load_kva = kva()
    committed_kva = kva()
    connected_kva = kva(help_text="In use since the figures were taken.")
    offered_kva = kva(help_text="Promised, and without power yet.")
    open_kva = kva(help_text="Of the whole way up.")
    waiting = Count()
    generation_limit_kva = kva()
    generation_kva = kva()
    limited = serializers.BooleanField()
    reason = MaybeText()
    limited_above = MaybeChoice(
        ElementKind.choices, help_text="What feeds it and is limited; null: nothing is."
    )
    limited_above_reason = MaybeText()
    measure = MaybeText()
    expected_end = MaybeDay()
    data_date = Day()
    source = serializers.CharField()  # type: ignore[assignment]


class GridReservation(Answer):
    """What a case was promised, here or below; `element` is where it connects."""

    application = serializers.CharField(source="number")
    source = serializers.IntegerField()  # type: ignore[assignment]
    element = serializers.CharField(source="element.code")
    kva = Exact()
    from_at = Instant()
    until_at = MaybeInstant()
    lapses_at = MaybeInstant()
    connected_at = MaybeInstant()


class GridWaiting(Answer):
    application = serializers.CharField(source="number")
    kva = Exact()
    since = Instant()


class GridPublished(Answer):
    """A row as it was published; `number` is that of its publication."""

    number = serializers.IntegerField(source="publication.number")
    published_at = Instant(source="publication.published_at")
    fed_from = MaybeText()
    rating_kva = kva()
    max_load_kva = kva()
    committed_kva = kva()
    limited = serializers.BooleanField()
    data_date = Day()


class CustomerCount(Answer):
    """Customers of one class and level; `area_class` is null where it is not known yet."""

    area_class = MaybeChoice(AreaClass.choices)
    level = serializers.ChoiceField(Level.choices)
    customers = Count()
    of_cases = Count(help_text="Of them, those of energised cases that no publication has yet.")
    points = Count()
    oldest = Day(help_text="The oldest day of the data, and the newest.")
    newest = Day()


class PlacedCount(CustomerCount):
    """Of one district, and of one town where that was asked for."""

    district = serializers.CharField()
    town = MaybeText()


class CustomersAnswer(Answer):
    on = Day()
    counts = PlacedCount(many=True)


class GridElement(Answer):
    """One element; `published` is null where it is withdrawn. The next page of reservations is at
    the same address."""

    code = serializers.CharField()
    published = GridElementRow(allow_null=True)
    short_kva = kva(help_text="By how much more is promised than there is; null: it is not short.")
    way_up = serializers.ListField(child=serializers.CharField())
    customers = CustomerCount(many=True)
    waiting = GridWaiting(many=True)
    history = GridPublished(many=True)
    reservations = pages_of(GridReservation)


class GridShortage(Answer):
    """More is promised of an element than there is, since its figures were lowered."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(ElementKind.choices, allow_null=True)
    name = MaybeText()
    district = MaybeText()
    room_kva = kva(help_text="By its own figures; null: not known any more.")
    promised_kva = Exact()
    short_kva = Exact()
