from django.urls import path

from reliability.reports import api as reports

urlpatterns = [
    path("reports/", reports.reports, name="api-reports"),
    path("reports/<int:pk>/", reports.one, name="api-report"),
    path("reports/<int:pk>/actions/see_reporter/", reports.reporter, name="api-reporter"),
    path("reports/<int:pk>/actions/<str:name>/", reports.action, name="api-report-action"),
]
