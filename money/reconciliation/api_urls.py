"""Addresses of differences and bills under /api/v1/."""

from django.urls import path

from money.reconciliation import api

urlpatterns = [
    path("reconciliation/differences/", api.differences),
    path("reconciliation/differences/<int:pk>/", api.difference),
    path("reconciliation/differences/<int:pk>/explain/", api.explained),
    path("reconciliation/bills/", api.bills),
]
