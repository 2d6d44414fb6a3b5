"""Pages of complaints about interruptions: for whoever complains under /interruptions/, the supply
company under /work/, and the regulator who decides under /oversight/."""

from django.urls import include, path

from oversight.interruptions.views import (
    AT_WORK,
    COMPANY_PAGE,
    OWN,
    OWN_PAGE,
    PAGES,
    WATCHED,
    complaining,
    follow,
)

OWN_ONES = [
    path("", complaining, name="new"),
    path("follow/", follow, name="follow"),
    *OWN_PAGE.urls(OWN),
    OWN_PAGE.steps(),
]
AT_COMPANY = [*COMPANY_PAGE.urls(AT_WORK), COMPANY_PAGE.steps()]
OF_REGULATOR = [*PAGES.urls(WATCHED), PAGES.steps()]

urlpatterns = [
    path("interruptions/", include((OWN_ONES, OWN.name))),
    path("work/interruptions/", include((AT_COMPANY, AT_WORK.name))),
    path("oversight/interruptions/", include((OF_REGULATOR, WATCHED.name))),
]
