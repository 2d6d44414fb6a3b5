from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [path("<uuid:ref>/", views.open_document, name="open")]
