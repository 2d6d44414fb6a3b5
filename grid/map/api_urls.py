from django.urls import path

from grid.map import api

urlpatterns = [path("grid/elements/", api.elements, name="api-grid-elements")]
