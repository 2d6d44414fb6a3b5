from django.urls import path

from accounts import token_api

urlpatterns = [
    path("tokens/", token_api.tokens, name="api-tokens"),
    path("tokens/current/", token_api.current, name="api-current-token"),
]
