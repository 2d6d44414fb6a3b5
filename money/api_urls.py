"""Addresses of charges under /api/v1/."""

from typing import Final

from django.urls import path

from money.charges import api as charges

CHARGES: Final = "applications/<str:number>/charges/"
ONE: Final = f"{CHARGES}<int:pk>/"

urlpatterns = [
    path(CHARGES, charges.of_case),
    path(ONE, charges.one),
    path(f"{ONE}actions/<slug:name>/", charges.action),
]
