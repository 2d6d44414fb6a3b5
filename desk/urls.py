from django.urls import path

from desk import views

app_name = "todo"

urlpatterns = [
    path("digest/", views.morning, name="digest"),
    path("together/", views.together, name="together"),
    path("filters/", views.filters, name="filters"),
    path("filters/new/", views.new_filter, name="new-filter"),
    path("filters/<int:pk>/", views.one_filter, name="filter"),
    path("filters/<int:pk>/delete/", views.delete_filter, name="delete-filter"),
]
