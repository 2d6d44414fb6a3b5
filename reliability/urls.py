"""The pages of the desk; those of the public are in disclosure."""

from django.urls import include, path

from reliability.crews.views import PAGES as CREWS
from reliability.monitoring import views as monitoring
from reliability.outages import views as outages
from reliability.patrols.views import DEFECT_PAGES, PATROL_PAGES

OUTAGES = [
    path("", outages.outages, name="list"),
    path("new/", outages.new, name="new"),
    path("repairs/", outages.repairs, name="repairs"),
    path("<str:number>/", outages.one, name="one"),
    path("<str:number>/<slug:action>/", outages.step, name="step"),
]

urlpatterns = [
    path("work/outages/", include((OUTAGES, "work-outages"))),
    *(
        path(f"work/{pages.name}/", include((pages.urls(), pages.name)))
        for pages in (CREWS, PATROL_PAGES, DEFECT_PAGES, monitoring.PAGES)
    ),
    path("work/fault-suggestions/unclear/", monitoring.unclear, name="work-monitoring-unclear"),
]
