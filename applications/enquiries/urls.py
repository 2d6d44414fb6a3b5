"""Pages of enquiries, for the desk under /work/ and for those who watch under /oversight/."""

from django.urls import include, path

from applications.enquiries.asking import at_counter
from applications.enquiries.views import AT_WORK, PAGES, WATCHED

STEPS = [path("new/", at_counter, name="new"), PAGES.steps()]

urlpatterns = [
    path("work/enquiries/", include(([*PAGES.urls(AT_WORK), *STEPS], AT_WORK.name))),
    path("oversight/enquiries/", include((PAGES.urls(WATCHED), WATCHED.name))),
]
