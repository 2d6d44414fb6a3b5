from django.urls import path

from reliability.following import api as following
from reliability.outages import api

urlpatterns = [
    path("outages/", api.outages, name="api-outages"),
    path("outages/<str:number>/", api.outage, name="api-outage"),
    path("outages/<str:number>/actions/<str:name>/", api.action, name="api-outage-action"),
    path("account/followings/", following.followings, name="api-followings"),
    path("account/followings/<int:pk>/", following.following, name="api-following"),
]
