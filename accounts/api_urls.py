from django.urls import path

from accounts import api

urlpatterns = [
    path("tokens/", api.tokens, name="api-tokens"),
    path("tokens/current/", api.current, name="api-current-token"),
]
