"""Addresses of charges under /api/v1/."""

from django.urls import path

from money import api
from money.investments import api as investments

urlpatterns = [
    path("applications/<str:number>/charges/", api.case_charges),
    path("applications/<str:number>/investments/", investments.investments),
    path("applications/<str:number>/investments/<int:line>/reverse/", investments.reversing),
]
