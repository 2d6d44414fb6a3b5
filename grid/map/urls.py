"""Pages (mounted at /work/grid/)."""

from django.urls import path

from grid.map import views

app_name = "grid"
urlpatterns = [path("map/", views.page, name="map")]
