"""Pages of complaints about charges: for the applicant's side under /account/, the supply company
under /work/, and the regulator who decides under /oversight/."""

from django.urls import include, path

from money.complaints.views import (
    AT_WORK,
    COMPANY_PAGE,
    OWN,
    OWN_PAGE,
    PAGES,
    WATCHED,
    complaining,
)

NEW = path("cases/<slug:number>/charges/<int:pk>/complaint/", complaining, name="new")
OWN_ONES = path("complaints/", include([*OWN_PAGE.urls(OWN), OWN_PAGE.steps()]))
AT_COMPANY = [*COMPANY_PAGE.urls(AT_WORK), COMPANY_PAGE.steps()]
OF_REGULATOR = [*PAGES.urls(WATCHED), PAGES.steps()]

urlpatterns = [
    path("account/", include(([NEW, OWN_ONES], OWN.name))),
    path("work/complaints/", include((AT_COMPANY, AT_WORK.name))),
    path("oversight/complaints/", include((OF_REGULATOR, WATCHED.name))),
]
