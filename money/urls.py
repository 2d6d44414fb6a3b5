"""Charges on the supply company's desk, /work/."""

from django.urls import path

from money import views

app_name = "money"

urlpatterns = [path("cases/<str:number>/charge/", views.charge, name="charge")]
