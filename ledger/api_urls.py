from django.urls import path

from ledger import api

urlpatterns = [
    path("checkpoint", api.CheckpointView.as_view(), name="api-checkpoint"),
    path("entries/", api.EntriesView.as_view(), name="api-entries"),
]
