"""Pages of reports at the desks that work them."""

from django.urls import include, path

from reliability.reports.views import SIDES, urls

WHERE = ("work/reports/", "bureau/reports/", "oversight/reports/")

urlpatterns = [
    path(where, include((urls(pages), pages.at_work.name)))
    for where, pages in zip(WHERE, SIDES, strict=True)
]
