"""Pages of differences, for the lead under /work/ and for those who watch under /oversight/."""

from django.urls import include, path

from money.reconciliation import views

WORK = [
    path("", views.at_work, name="list"),
    path("<int:pk>/", views.explaining, name="one"),
]
WATCHED = [path("", views.watched, name="list")]

urlpatterns = [
    path("work/payments/differences/", include((WORK, "reconciliation"))),
    path("oversight/differences/", include((WATCHED, "oversight-reconciliation"))),
]
