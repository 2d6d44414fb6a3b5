"""The desk of those who watch over the city's connections, /oversight/."""

from django.urls import path

from disclosure.oversight import views

app_name = "oversight"

urlpatterns = [
    path("", views.late, name="late"),
    path("late.csv", views.late_csv, name="late-csv"),
    path("rules/", views.rules, name="rules"),
    path("cases/<str:number>/", views.case, name="case"),
    path("permits/<int:pk>/", views.permit, name="permit"),
]
