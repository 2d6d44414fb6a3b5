from django.urls import path

from notifications import api

urlpatterns = [path("account/channels/", api.channels, name="api-channels")]
