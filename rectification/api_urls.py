"""Addresses of orders under /api/v1/."""

from django.urls import path

from rectification import api

urlpatterns = [
    path("orders/", api.orders),
    path("orders/<str:number>/", api.order),
    path("orders/<str:number>/actions/<str:action>/", api.order_action),
]
