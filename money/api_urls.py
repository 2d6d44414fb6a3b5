"""Addresses of charges under /api/v1/."""

from typing import Final

from django.urls import path

from money.charges import api as charges
from money.complaints import api as complaints

CHARGES: Final = "applications/<str:number>/charges/"
ONE: Final = f"{CHARGES}<int:pk>/"

urlpatterns = [
    path(CHARGES, charges.of_case),
    path(ONE, charges.one),
    path(f"{ONE}actions/<slug:name>/", charges.action),
    path(f"{ONE}complaints/", complaints.complain_of),
    path("complaints/", complaints.complaints),
    path("complaints/<int:pk>/", complaints.complaint),
    path("complaints/<int:pk>/actions/<str:name>/", complaints.action),
]
