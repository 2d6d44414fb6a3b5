from django.urls import path

from grid.map import api

urlpatterns = [path("grid/map/", api.elements, name="api-grid-map")]
