from django.urls import path

from disclosure.oversight import api

urlpatterns = [path("late/", api.late), path("rules/", api.rules)]
