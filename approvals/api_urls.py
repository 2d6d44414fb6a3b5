from django.urls import path

from approvals import api, set_api
from approvals.advice import api as advice
from approvals.opinions import api as opinions
from approvals.packages.api import permit_package
from approvals.papers import views as papers
from approvals.supplement import api as supplement

urlpatterns = [
    path("permits/", api.permits),
    path("permits/<int:pk>/", api.permit),
    path("permits/<int:pk>/actions/<str:action>/", api.permit_action),
    path("permits/<int:pk>/clocks/", api.permit_clocks),
    path("permits/<int:pk>/supplement/", supplement.supplement),
    path("permits/<int:pk>/supplement/items/<int:item>/", supplement.supplement_item),
    path("permits/<int:pk>/supplement/items/<int:item>/files/", supplement.supplement_files),
    path(
        "permits/<int:pk>/supplement/items/<int:item>/files/<uuid:ref>/",
        supplement.supplement_file,
    ),
    path("sets/", set_api.set_list),
    path("sets/<int:pk>/chase/", set_api.set_chase),
    path("permits/<int:pk>/permit.pdf", papers.api_paper),
    path("permits/check/<str:number>/", papers.api_check),
    path("permits/<int:pk>/package/", permit_package),
    path("permits/<int:pk>/advice/", advice.given),
    path("advice/", advice.advices),
    path("advice/<int:pk>/", advice.advice),
    path("advice/<int:pk>/actions/<str:name>/", advice.action),
    path("permits/<int:pk>/opinions/", opinions.opinions),
    path("permits/<int:pk>/opinions/<int:opinion>/actions/<str:name>/", opinions.action),
    path("line-works/<int:pk>/", api.line_works),
]
