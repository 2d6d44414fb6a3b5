"""Charges on the supply company's desk, /work/."""

from django.urls import path

from money import views
from money.investments import views as investments

app_name = "money"

urlpatterns = [
    path("cases/<str:number>/charge/", views.charge, name="charge"),
    path("cases/<str:number>/investment/", investments.spend, name="spend"),
    path("cases/<str:number>/investment/<int:line>/", investments.reverse, name="reverse"),
]
