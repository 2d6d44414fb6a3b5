from django.urls import path

from approvals import set_views, views
from approvals.advice import views as advice
from approvals.commitments import views as commitments
from approvals.opinions import views as opinions

app_name = "bureau"
urlpatterns = [
    path("", views.desk, name="list"),
    path("advice/", advice.desk, name="advice-list"),
    path("advice/<int:pk>/", advice.one, name="advice"),
    path("checks/", commitments.desk, name="checks"),
    path("sets/", set_views.list_page, name="sets"),
    path("sets/<int:pk>/chase/", set_views.chase, name="set-chase"),
    path("permits/<int:pk>/", views.permit, name="permit"),
    path("permits/<int:pk>/act/", views.act, name="act"),
    path("permits/<int:pk>/opinions/new/", opinions.ask, name="opinion-ask"),
    path(
        "permits/<int:pk>/opinions/<int:opinion>/<slug:action>/", opinions.act, name="opinion-act"
    ),
    path("permits/<int:pk>/<slug:action>/", views.step, name="step"),
]
