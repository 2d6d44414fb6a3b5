from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField

from core.answers import Count, MaybeInstant, MaybeText
from core.links import public_address
from disclosure import queries
from disclosure.api import PublicView
from disclosure.opendata.changes import changed_last
from disclosure.opendata.columns import CHINESE, ENGLISH, DataColumn, Type
from disclosure.opendata.dcat import FORMATS
from disclosure.opendata.sets import DATA, DataSet, Frequency, data_set
from disclosure.opendata.views import feed_url, licence, rate
from disclosure.serializers import Hotline
from rules.limits import Quota, limits


class DataTitle(serializers.Serializer[Any]):
    """Words in both languages."""

    zh = serializers.SerializerMethodField()
    en = serializers.SerializerMethodField()

    def get_zh(self, column: DataColumn) -> str:
        return column.words(CHINESE)

    def get_en(self, column: DataColumn) -> str:
        return column.words(ENGLISH)


class DataColumnAnswer(serializers.Serializer[Any]):
    """A column: `name` is that of the files, `empty` what an empty cell, null in JSON, means."""

    name = CharField()
    title = DataTitle(source="*")
    type = ChoiceField(Type.choices)
    unit = MaybeText()
    empty = CharField()


class DataFile(serializers.Serializer[Any]):
    version = Count()
    format = ChoiceField(list(FORMATS))
    url = serializers.URLField()


class DataLicence(serializers.Serializer[Any]):
    name = CharField()
    url = MaybeText()


class DataSetRow(serializers.Serializer[Any]):
    """A data set; `version` is that of its newest columns, and files of older ones stay."""

    name = CharField()
    title = CharField()
    text = CharField()
    version = Count(source="newest")
    frequency = ChoiceField(Frequency.choices)
    changed_at = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    feed = serializers.SerializerMethodField()

    @extend_schema_field(MaybeInstant())
    def get_changed_at(self, data: DataSet) -> datetime | None:
        changed: dict[str, datetime] = self.context["changed"]
        return changed.get(data.name)

    @extend_schema_field(DataFile(many=True))
    def get_files(self, data: DataSet) -> list[dict[str, Any]]:
        return [
            {
                "version": version,
                "format": ext,
                "url": public_address(reverse("api-data-file", args=[data.name, version, ext])),
            }
            for version in data.versions
            for ext in FORMATS
        ]

    def get_page(self, data: DataSet) -> str:
        return public_address(reverse(data.page))

    def get_feed(self, data: DataSet) -> str:
        return public_address(feed_url(data))


class DataSetAnswer(DataSetRow):
    """A data set with its dictionary: the columns of the newest version, in their order."""

    columns = DataColumnAnswer(source="dictionary", many=True)
    most = serializers.SerializerMethodField(help_text="Rows of one file at most.")

    def get_most(self, _data: DataSet) -> int:
        return limits().quotas[Quota.DATA_ROWS]


class DataRate(serializers.Serializer[Any]):
    """So many answers and files in so many minutes for one client, without a key."""

    most = Count()
    minutes = Count()


class DataCatalogue(serializers.Serializer[Any]):
    """Every data set. `licence` is null while the city has not decided under which it gives it."""

    results = DataSetRow(many=True)
    licence = DataLicence(allow_null=True)
    rate = DataRate()
    catalogue = serializers.URLField(help_text="DCAT as JSON-LD.")
    hotlines = Hotline(many=True)


class DataView(PublicView):
    @extend_schema(responses=DataCatalogue, operation_id="disclosure_data")
    def get(self, request: Request) -> Response:
        """The data sets with their files."""
        found = {
            "results": DATA.values(),
            "licence": licence(),
            "rate": rate(),
            "catalogue": public_address(reverse("disclosure:data-catalogue")),
            "hotlines": queries.hotlines(),
        }
        return Response(DataCatalogue(found, context={"changed": changed_last()}).data)


class DataSetView(PublicView):
    @extend_schema(responses=DataSetAnswer, operation_id="disclosure_data_set")
    def get(self, request: Request, name: str) -> Response:
        """One data set with its dictionary."""
        context = {"changed": changed_last()}
        return Response(DataSetAnswer(data_set(name), context=context).data)
