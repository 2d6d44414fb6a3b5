from django.urls import path

from applications.reports import following, views

app_name = "reports"
urlpatterns = [
    path("", views.start, name="start"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("followed/", following.everything, name="progress"),
    path("<slug:number>/", views.one, name="one"),
]
