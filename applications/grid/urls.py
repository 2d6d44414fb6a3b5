"""The grid at the supply desk. Codes of elements may hold a slash."""

from django.urls import path

from applications.grid import views

app_name = "work-grid"

urlpatterns = [
    path("", views.elements, name="elements"),
    path("shortages/", views.shortages, name="shortages"),
    path("customers/", views.customers, name="customers"),
    path("elements/<path:code>/", views.element, name="element"),
]
