"""Pages of enquiries, for the desk under /work/ and for those who watch under /oversight/."""

from django.urls import URLPattern, include, path

from accounts.decorators import role_required
from applications.enquiries import views
from applications.enquiries.views import AT_WORK, WATCHED, Side


def pages(side: Side) -> list[URLPattern]:
    """What both sides have: the list, and the page of one."""
    may = role_required(*side.roles)
    return [
        path("", may(views.enquiries), {"side": side}, name="list"),
        path("<int:pk>/", may(views.enquiry), {"side": side}, name="one"),
    ]


STEP = path("<int:pk>/<slug:action>/", views.step, name="step")

urlpatterns = [
    path("work/enquiries/", include(([*pages(AT_WORK), STEP], AT_WORK.name))),
    path("oversight/enquiries/", include((pages(WATCHED), WATCHED.name))),
]
