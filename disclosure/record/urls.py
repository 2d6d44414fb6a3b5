"""The public pages of the record (mounted at /disclosure/record/)."""

from django.urls import path

from disclosure.record import views

urlpatterns = [
    path("", views.index, name="record"),
    path("check/", views.check, name="record-check"),
    path("checkpoints/", views.checkpoints, name="record-checkpoints"),
    path("entries/", views.entries, name="record-entries"),
    path("entries/<int:index>/", views.entry, name="record-entry"),
]
