"""Pages of follow-ups, for the lead under /work/ and for those who watch under /oversight/."""

from django.urls import URLPattern, include, path

from accounts.decorators import role_required
from applications.follow_ups import views
from applications.follow_ups.views import AT_WORK, WATCHED, Side


def pages(side: Side) -> list[URLPattern]:
    """What both sides have: the list, and the page of one."""
    may = role_required(*side.roles)
    return [
        path("", may(views.follow_ups), {"side": side}, name="list"),
        path("<int:pk>/", may(views.follow_up), {"side": side}, name="one"),
    ]


STEPS = [
    path("<int:pk>/identity/", views.identity, name="identity"),
    path("<int:pk>/<slug:action>/", views.step, name="step"),
]

urlpatterns = [
    path("work/follow-ups/", include(([*pages(AT_WORK), *STEPS], AT_WORK.name))),
    path("oversight/follow-ups/", include((pages(WATCHED), WATCHED.name))),
]
