"""Pages of those whom signals concern (mounted at /signals/)."""

from django.urls import path

from integrity import views

app_name = "signals"
urlpatterns = [
    path("", views.own_signals, name="list"),
    path("<str:number>/", views.own_signal, name="signal"),
]
