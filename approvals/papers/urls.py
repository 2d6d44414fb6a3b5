from django.urls import path

from approvals.papers import views

app_name = "permits"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("<str:number>/", views.check, name="check"),
]
