from django.urls import path

from reliability.crews import api as crews
from reliability.following import api as following
from reliability.monitoring import api as monitoring
from reliability.outages import api
from reliability.patrols import api as patrols
from reliability.reports import api as reports

urlpatterns = [
    path("patrols/", patrols.patrols, name="api-patrols"),
    path("patrols/<int:pk>/", patrols.patrol, name="api-patrol"),
    path("patrols/<int:pk>/actions/<str:name>/", patrols.patrol_action, name="api-patrol-action"),
    path("defects/", patrols.defects, name="api-defects"),
    path("defects/<int:pk>/", patrols.defect, name="api-defect"),
    path("defects/<int:pk>/actions/<str:name>/", patrols.defect_action, name="api-defect-action"),
    path("repair-crews/", crews.crews, name="api-repair-crews"),
    path("repair-crews/<int:pk>/", crews.crew, name="api-repair-crew"),
    path("repair-crews/<int:pk>/actions/<str:name>/", crews.action, name="api-repair-crew-action"),
    path("fault-suggestions/", monitoring.suggestions, name="api-fault-suggestions"),
    path("fault-suggestions/<int:pk>/", monitoring.suggestion, name="api-fault-suggestion"),
    path(
        "fault-suggestions/<int:pk>/actions/<str:name>/",
        monitoring.action,
        name="api-fault-suggestion-action",
    ),
    path("monitoring/systems/", monitoring.systems, name="api-monitoring-systems"),
    path("monitoring/unclear/", monitoring.unclear, name="api-monitoring-unclear"),
    path("monitoring/<slug:system>/events/", monitoring.events, name="api-monitoring-events"),
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
