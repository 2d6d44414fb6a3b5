"""Pages of those who watch over orders (mounted at /oversight/orders/)."""

from django.urls import path

from rectification import views

app_name = "oversight-orders"
urlpatterns = [
    path("", views.watched_orders, name="list"),
    path("new/", views.new_order, name="new"),
    path("<str:number>/", views.watched_order, name="order"),
    path("<str:number>/<slug:action>/", views.step, name="step"),
]
