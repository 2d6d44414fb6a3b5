"""Addresses of charges, payments and differences under /api/v1/."""

from typing import Final

from django.urls import include, path

from money.charges import api as charges
from money.complaints import api as complaints
from money.investments import api as investments
from money.payments import api as payments

CHARGES: Final = "applications/<str:number>/charges/"
ONE: Final = f"{CHARGES}<int:pk>/"
PAYMENTS: Final = f"{ONE}payments/"

urlpatterns = [
    path(CHARGES, charges.of_case),
    path(ONE, charges.one),
    path(f"{ONE}actions/<slug:name>/", charges.action),
    path(f"{ONE}complaints/", complaints.complain_of),
    path("complaints/", complaints.complaints),
    path("complaints/<int:pk>/", complaints.complaint),
    path("complaints/<int:pk>/actions/<str:name>/", complaints.action),
    path("", include("money.reconciliation.api_urls")),
    path(PAYMENTS, payments.of_charge),
    path(f"{PAYMENTS}<slug:order>/", payments.payment),
    path(f"{PAYMENTS}<slug:order>/look/", payments.looked_up),
    path(f"{PAYMENTS}<slug:order>/actions/<slug:name>/", payments.action),
    path(f"{PAYMENTS}<slug:order>/refunds/", payments.refunds),
    path(f"{ONE}refunds/<slug:refund>/actions/<slug:name>/", payments.refund_action),
    path("payments/", payments.payments),
    path("payments/notices/<slug:provider>/", payments.notices),
    path("applications/<str:number>/investments/", investments.investments),
    path("applications/<str:number>/investments/<int:line>/reverse/", investments.reversing),
]
