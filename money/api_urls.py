"""Addresses of charges under /api/v1/."""

from django.urls import path

from money import api
from money.complaints import api as complaints

urlpatterns = [
    path("applications/<str:number>/charges/", api.case_charges),
    path("applications/<str:number>/charges/<int:pk>/complaints/", complaints.complain_of),
    path("complaints/", complaints.complaints),
    path("complaints/<int:pk>/", complaints.complaint),
    path("complaints/<int:pk>/actions/<str:name>/", complaints.action),
]
