from django.urls import path

from approvals import api, set_api

urlpatterns = [
    path("permits/", api.permits),
    path("permits/<int:pk>/", api.permit),
    path("permits/<int:pk>/actions/<str:action>/", api.permit_action),
    path("permits/<int:pk>/clocks/", api.permit_clocks),
    path("sets/", set_api.set_list),
    path("sets/<int:pk>/chase/", set_api.set_chase),
    path("line-works/<int:pk>/", api.line_works),
]
