from django.urls import path

from approvals import api
from approvals.packages.api import permit_package

urlpatterns = [
    path("permits/", api.permits),
    path("permits/<int:pk>/", api.permit),
    path("permits/<int:pk>/actions/<str:action>/", api.permit_action),
    path("permits/<int:pk>/clocks/", api.permit_clocks),
    path("permits/<int:pk>/package/", permit_package),
    path("line-works/<int:pk>/", api.line_works),
]
