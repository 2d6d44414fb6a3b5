"""The public pages and files (mounted at /disclosure/)."""

from django.urls import include, path, register_converter

from disclosure import (
    following,
    interruptions,
    investment,
    news,
    notices,
    orderly,
    outages,
    publicity,
    reliability,
    repairs,
    reports,
    signs,
    standard_versions,
    views,
)
from disclosure.opendata import views as data
from disclosure.timings import views as timings
from publishing.models import Kind
from publishing.tables import tables


class KindConverter:
    regex = "|".join(each.kind.value for each in tables() if each.for_public)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


PUBLISHED = "published"
register_converter(KindConverter, PUBLISHED)

app_name = "disclosure"
urlpatterns = [
    path("", views.index, name="index"),
    path("data/", data.page, name="data"),
    path("data/catalog.jsonld", data.catalogue, name="data-catalogue"),
    path("data/<slug:name>/", data.set_page, name="data-set"),
    path("data/<slug:name>/changes.atom", data.feed, name="data-feed"),
    path("data/<slug:name>/v<int:version>.<str:ext>", data.file, name="data-file"),
    path("standards/", views.standards_page, name="standards"),
    path("notices/", notices.index, name="notices"),
    path("notices/<slug:kind>/<slug:language>.pdf", notices.pdf, name="notice-pdf"),
    path("notices/<str:number>/", notices.check, name="notice"),
    path("standards/versions/", standard_versions.page, name="standards-versions"),
    path(
        "standards/versions/<str:since>/",
        standard_versions.version_page,
        name="standards-version",
    ),
    path("standards/<slug:part>/", views.standards_part, name="standards-part"),
    path("standards.csv", views.standards_csv, name="standards-csv"),
    path("guides/<slug:kind>/", views.guide, name="guide"),
    path("what-if/", views.what_if, name="what-if"),
    path("fees/", views.table, {"kind": Kind.FEES}, name="fees"),
    path("payees/", views.table, {"kind": Kind.PAYEES}, name="payees"),
    path("prices/", views.table, {"kind": Kind.PRICES}, name="prices"),
    path("capacity/map/", views.table, {"kind": Kind.AREAS}, name="areas"),
    path("capacity/", views.table, {"kind": Kind.CAPACITY}, name="capacity"),
    path("outages/", outages.page, name="outages"),
    path("outages.csv", outages.table_csv, name="outages-csv"),
    path("outages.ics", outages.calendar, name="outages-ics"),
    path("outages.atom", outages.feed, name="outages-atom"),
    path("outages/customer/", outages.of_customer, name="outages-customer"),
    path("outages/follow/", following.page, name="outages-follow"),
    path("outages/follow/<int:pk>/end/", following.end, name="outages-follow-end"),
    path("outages/earlier/", views.table, {"kind": Kind.OUTAGES}, name="outages-earlier"),
    path("repairs/", repairs.page, name="repairs"),
    path("repairs.csv", repairs.page_csv, name="repairs-csv"),
    path("policies/", views.table, {"kind": Kind.POLICIES}, name="policies"),
    path("group/", views.table, {"kind": Kind.GROUP}, name="group"),
    path("projects/", views.table, {"kind": Kind.PROJECTS}, name="projects"),
    path("training/", views.table, {"kind": Kind.TRAINING}, name="training"),
    path("practices/", views.table, {"kind": Kind.PRACTICES}, name="practices"),
    path("calendar/", publicity.page, name="calendar"),
    path("calendar.ics", publicity.ics, name="calendar-ics"),
    path("news/", news.page, name="news"),
    path("news.atom", news.feed, name="news-atom"),
    path("roads/", views.table, {"kind": Kind.ROADS}, name="roads"),
    path("rental/", views.table, {"kind": Kind.RENTAL}, name="rental"),
    path("reliability/", reliability.reliability, name="reliability"),
    path("reliability.csv", reliability.reliability_csv, name="reliability-csv"),
    path("reliability/interruptions/", reliability.interruptions, name="reliability-interruptions"),
    path("reliability/lines/", reliability.lines, name="reliability-lines"),
    path("statistics/", timings.page, name="statistics"),
    path("statistics/<str:period>.csv", timings.release_csv, name="statistics-csv"),
    path("statistics/<str:period>/<int:number>/", timings.release_page, name="statistics-release"),
    path(
        "statistics/<str:period>/<int:number>.csv",
        timings.release_csv,
        name="statistics-release-csv",
    ),
    path("investment/", investment.page, name="investment"),
    path("investment.csv", investment.page_csv, name="investment-csv"),
    path("interruptions/", interruptions.page, name="interruptions"),
    path("interruptions.csv", interruptions.page_csv, name="interruptions-csv"),
    path("orderly-use/", orderly.page, name="orderly"),
    path("orderly-use.csv", orderly.page_csv, name="orderly-csv"),
    path("orderly-use/<int:pk>/", orderly.page, name="orderly-plan"),
    path("orderly-use/districts.csv", orderly.districts_csv, name="orderly-districts-csv"),
    path("reports/", reports.page, name="reports"),
    path("reports.csv", reports.page_csv, name="reports-csv"),
    path("record/signs/", signs.page, name="record-signs"),
    path("record/signs.csv", signs.page_csv, name="record-signs-csv"),
    path("record/", include("disclosure.record.urls")),
    path("<published:kind>.<str:ext>", views.table_file, name="file"),
    path("<published:kind>/history/", views.history, name="history"),
    path("<published:kind>/history/<int:number>/", views.publication, name="publication"),
    path(
        "<published:kind>/history/<int:number>.<str:ext>",
        views.publication_file,
        name="publication-file",
    ),
    path("news/<str:code>/", news.one_page, name="news-item"),
    path("outages/<str:number>/", outages.one_page, name="outage"),
    path("outages/<str:number>.ics", outages.one_calendar, name="outage-ics"),
]
