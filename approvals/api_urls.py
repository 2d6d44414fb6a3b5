from django.urls import path

from approvals import api
from approvals.papers import views as papers

urlpatterns = [
    path("permits/", api.permits),
    path("permits/<int:pk>/", api.permit),
    path("permits/<int:pk>/actions/<str:action>/", api.permit_action),
    path("permits/<int:pk>/clocks/", api.permit_clocks),
    path("permits/<int:pk>/permit.pdf", papers.api_paper),
    path("permits/check/<str:number>/", papers.api_check),
    path("line-works/<int:pk>/", api.line_works),
]
