"""Pages of those who watch over signals (mounted at /oversight/signals/)."""

from django.urls import path

from integrity import views

app_name = "oversight-signals"
urlpatterns = [
    path("", views.watched_signals, name="list"),
    path("<str:number>/", views.watched_signal, name="signal"),
    path("<str:number>/<slug:action>/", views.step, name="step"),
]
