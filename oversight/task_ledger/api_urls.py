from django.urls import path

from oversight.task_ledger import api

urlpatterns = [
    path("tasks/", api.tasks),
    path("tasks/<int:pk>/", api.task),
    path("tasks/<int:pk>/actions/<str:name>/", api.task_action),
]
