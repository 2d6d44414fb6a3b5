"""The public data (mounted at /api/v1/disclosure/)."""

from django.urls import path

from disclosure import (
    api,
    api_reliability,
    interruptions,
    investment,
    news,
    notices,
    orderly,
    outages,
    publicity,
    repairs,
    reports,
    signs,
    standard_versions,
)
from disclosure import urls as pages
from disclosure.opendata import views as data
from disclosure.opendata.api import DataSetView, DataView
from disclosure.record.api import LeafView, RecordView
from disclosure.timings import api as timings

urlpatterns = [
    path("standards/", api.StandardsView.as_view(), name="api-standards"),
    path("notices/", notices.NoticesView.as_view(), name="api-notices"),
    path("notices/<str:number>/", notices.NoticeView.as_view(), name="api-notice"),
    path(
        "standards/versions/",
        standard_versions.VersionsView.as_view(),
        name="api-standards-versions",
    ),
    path(
        "standards/versions/<str:since>/",
        standard_versions.VersionView.as_view(),
        name="api-standards-version",
    ),
    path("standards.csv", api.StandardsFile.as_view(), name="api-standards-csv"),
    path("data/", DataView.as_view(), name="api-data"),
    path("data/<slug:name>/", DataSetView.as_view(), name="api-data-set"),
    path("data/<slug:name>/v<int:version>.<str:ext>", data.file, name="api-data-file"),
    path("guides/", api.GuidesView.as_view(), name="api-guides"),
    path("what-if/", api.WhatIfView.as_view(), name="api-what-if"),
    path("fees/", api.FeesView.as_view(), name="api-fees"),
    path("payees/", api.PayeesView.as_view(), name="api-payees"),
    path("prices/", api.PricesView.as_view(), name="api-prices"),
    path("calendar/", publicity.CalendarView.as_view(), name="api-calendar"),
    path("news/", news.NewsView.as_view(), name="api-news"),
    path("news/<str:code>/", news.NewsItemView.as_view(), name="api-news-item"),
    path("policies/", api.PoliciesView.as_view(), name="api-policies"),
    path("capacity/", api.CapacityView.as_view(), name="api-capacity"),
    path("capacity/areas/", api.AreasView.as_view(), name="api-areas"),
    path("capacity/areas.geojson", api.AreasDrawn.as_view(), name="api-areas-geojson"),
    path("outages/", outages.OutagesView.as_view(), name="api-outages-public"),
    path("outages.csv", outages.table_csv, name="api-outages-csv"),
    path("outages/customer/", outages.CustomerView.as_view(), name="api-outages-customer"),
    path("outages/earlier/", api.EarlierOutagesView.as_view(), name="api-outages-earlier"),
    path("outages/<str:number>/", outages.OutageView.as_view(), name="api-outage-public"),
    path("repairs/", repairs.RepairsView.as_view(), name="api-repairs"),
    path("repairs.csv", repairs.RepairsFile.as_view(), name="api-repairs-csv"),
    path("roads/", api.RoadsView.as_view(), name="api-roads"),
    path("rental/", api.RentalView.as_view(), name="api-rental"),
    path("reliability/", api_reliability.ReliabilityView.as_view(), name="api-reliability"),
    path("reliability.csv", api_reliability.ReliabilityFile.as_view(), name="api-reliability-csv"),
    path(
        "reliability/interruptions/",
        api_reliability.InterruptionsView.as_view(),
        name="api-reliability-interruptions",
    ),
    path("reliability/lines/", api_reliability.LinesView.as_view(), name="api-reliability-lines"),
    path("reliability/plots/", api_reliability.PlotsView.as_view(), name="api-reliability-plots"),
    path("statistics/", timings.ReleasesView.as_view(), name="api-statistics-list"),
    path("statistics/<str:period>/", timings.ReleaseView.as_view(), name="api-statistics"),
    path("statistics/<str:period>.csv", timings.ReleaseFile.as_view(), name="api-statistics-csv"),
    path("record/", RecordView.as_view(), name="api-record"),
    path("record/leaves/<str:leaf>/", LeafView.as_view(), name="api-record-leaf"),
    path("investment/", investment.InvestmentView.as_view(), name="api-investment"),
    path("investment.csv", investment.InvestmentFile.as_view(), name="api-investment-csv"),
    path("interruptions/", interruptions.InterruptionsView.as_view(), name="api-interruptions"),
    path(
        "interruptions.csv",
        interruptions.InterruptionsFile.as_view(),
        name="api-interruptions-csv",
    ),
    path("orderly-use/", orderly.PlansView.as_view(), name="api-orderly"),
    path("orderly-use.csv", orderly.ExecutionsFile.as_view(), name="api-orderly-csv"),
    path(
        "orderly-use/districts.csv",
        orderly.DistrictsFile.as_view(),
        name="api-orderly-districts-csv",
    ),
    path(
        "orderly-use/executions/",
        orderly.ExecutionsView.as_view(),
        name="api-orderly-executions",
    ),
    path("reports/", reports.ReportsView.as_view(), name="api-public-reports"),
    path("reports.csv", reports.ReportsFile.as_view(), name="api-public-reports-csv"),
    path("signals/", signs.SignalsView.as_view(), name="api-signals"),
    path("signals.csv", signs.SignalsFile.as_view(), name="api-signals-csv"),
    path(f"<{pages.PUBLISHED}:kind>.<str:ext>", api.TableFile.as_view(), name="api-file"),
]
