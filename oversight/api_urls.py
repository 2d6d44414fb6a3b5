from django.urls import include, path

from oversight import api, list_api, statistics_api
from oversight.interruptions import api as interruptions
from oversight.orderly import api as orderly

urlpatterns = [
    path("", include("oversight.task_ledger.api_urls")),
    path("orders/", api.order_list),
    path("orders/<str:number>/", api.order),
    path("orders/<str:number>/actions/<str:action>/", api.order_action),
    path("oversight/signals/", api.finding_list),
    path("oversight/signals/<str:number>/", api.finding),
    path("oversight/signals/<str:number>/entries/", api.entries),
    path("oversight/signals/<str:number>/actions/<str:action>/", api.finding_action),
    path("orderly-use/plans/", orderly.plans),
    path("orderly-use/plans/<int:pk>/", orderly.plan),
    path("orderly-use/plans/<int:pk>/actions/<str:name>/", orderly.plan_action),
    path("orderly-use/districts/", orderly.district_plans),
    path("orderly-use/districts/<int:pk>/", orderly.district_plan),
    path("orderly-use/districts/<int:pk>/actions/<str:name>/", orderly.district_action),
    path("orderly-use/executions/", orderly.executions),
    path("orderly-use/executions/<int:pk>/", orderly.execution),
    path("orderly-use/executions/<int:pk>/actions/<str:name>/", orderly.execution_action),
    path("interruptions/", interruptions.interruptions),
    path("interruptions/<int:pk>/", interruptions.interruption),
    path("interruptions/<int:pk>/actions/<str:name>/", interruptions.action),
    path("oversight/charges/", list_api.charges),
    path("oversight/late/", api.late),
    path("oversight/figures/", list_api.figures_now),
    path("oversight/cases/", list_api.cases),
    path("oversight/permits/", list_api.permits),
    path("oversight/homes/", api.homes),
    path("oversight/homes/past-target/", api.homes_past_target),
    path("oversight/statistics/<str:period>/", statistics_api.counts),
    path("oversight/statistics/<str:period>/recount/", statistics_api.recount),
    path("oversight/statistics/<str:period>/actions/revise/", statistics_api.revision),
    path("oversight/explained/", api.explained),
    path("oversight/rules/", api.rules),
]
