"""Pages of those to whom orders go (mounted at /orders/)."""

from django.urls import path

from rectification import views

app_name = "orders"
urlpatterns = [
    path("", views.own_orders, name="list"),
    path("<str:number>/", views.own_order, name="order"),
]
