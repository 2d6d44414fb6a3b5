from django.urls import path

from reliability.following import api as following
from reliability.outages import api
from reliability.reports import api as reports

urlpatterns = [
    path("outages/", api.outages, name="api-outages"),
    path("outages/<str:number>/", api.outage, name="api-outage"),
    path("outages/<str:number>/actions/<str:name>/", api.action, name="api-outage-action"),
    path("reports/", reports.reports, name="api-reports"),
    path("reports/<int:pk>/", reports.one, name="api-report"),
    path("reports/<int:pk>/actions/see_reporter/", reports.reporter, name="api-reporter"),
    path("reports/<int:pk>/actions/<str:name>/", reports.action, name="api-report-action"),
    path("account/followings/", following.followings, name="api-followings"),
    path("account/followings/<int:pk>/", following.following, name="api-following"),
]
