from django.urls import path

from approvals import api

urlpatterns = [
    path("permits/", api.permits),
    path("permits/<int:pk>/", api.permit),
    path("permits/<int:pk>/actions/<str:action>/", api.permit_action),
    path("permits/<int:pk>/clocks/", api.permit_clocks),
    path("line-works/<int:pk>/", api.line_works),
]
