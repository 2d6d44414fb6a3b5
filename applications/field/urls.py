"""Pages of field work. Under `phone/` is what works without a connection: its worker, which the
browser lets look after nothing but this folder, keeps the page and nothing else."""

from django.urls import path

from applications.field import views

app_name = "field"

urlpatterns = [
    path("", views.today, name="today"),
    path("along/", views.along, name="along"),
    path("along/<str:number>/leave/", views.leave, name="leave"),
    path("phone/", views.phone, name="phone"),
    path("phone/worker.js", views.worker, name="worker"),
    path("phone/manifest.webmanifest", views.manifest, name="manifest"),
    path("phone/today/", views.phone_today, name="phone-today"),
]
