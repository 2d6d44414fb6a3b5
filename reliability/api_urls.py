from django.urls import path

from reliability.crews import api as crews
from reliability.outages import api

urlpatterns = [
    path("repair-crews/", crews.crews, name="api-repair-crews"),
    path("repair-crews/<int:pk>/", crews.crew, name="api-repair-crew"),
    path("repair-crews/<int:pk>/actions/<str:name>/", crews.action, name="api-repair-crew-action"),
    path("outages/", api.outages, name="api-outages"),
    path("outages/<str:number>/", api.outage, name="api-outage"),
    path("outages/<str:number>/actions/<str:name>/", api.action, name="api-outage-action"),
]
