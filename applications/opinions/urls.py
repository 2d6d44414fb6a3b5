from django.urls import path

from applications.opinions import views

app_name = "opinion"
urlpatterns = [
    path("open/", views.open_it, name="open"),
    path("code/", views.code, name="code"),
    path("question/", views.question, name="question"),
    path("files/<uuid:ref>/", views.file, name="file"),
    path("link/<str:token>/", views.follow, name="follow"),
]
