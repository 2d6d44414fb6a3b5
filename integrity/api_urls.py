"""Addresses of signals under /api/v1/oversight/."""

from django.urls import path

from integrity import api

urlpatterns = [
    path("signals/", api.signals),
    path("signals/<str:number>/", api.signal),
    path("signals/<str:number>/entries/", api.entries),
    path("signals/<str:number>/actions/<str:action>/", api.signal_action),
]
