"""Pages of follow-ups, for the lead under /work/ and for those who watch under /oversight/."""

from django.urls import include, path

from applications.follow_ups.views import AT_WORK, PAGES, WATCHED, identity

STEPS = [path("<int:pk>/identity/", identity, name="identity"), PAGES.steps()]

urlpatterns = [
    path("work/follow-ups/", include(([*PAGES.urls(AT_WORK), *STEPS], AT_WORK.name))),
    path("oversight/follow-ups/", include((PAGES.urls(WATCHED), WATCHED.name))),
]
