"""Pages of the task ledger, for everybody who owns, keeps or watches over a task."""

from django.urls import include, path

from oversight.task_ledger import views

TASKS = [
    path("", views.tasks, name="list"),
    path("new/", views.new_task, name="new"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/<slug:action>/", views.task_step, name="step"),
]

urlpatterns = [path("tasks/", include((TASKS, "tasks")))]
