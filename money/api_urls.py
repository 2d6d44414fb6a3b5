"""Addresses of charges under /api/v1/."""

from django.urls import path

from money import api

urlpatterns = [path("applications/<str:number>/charges/", api.case_charges)]
