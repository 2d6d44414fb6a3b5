"""Pages of those who watch (/oversight/), and of those who are to answer (/orders/, /signals/)."""

from django.urls import URLPattern, include, path

from approvals.commitments import views as commitments
from oversight.views import (
    charges,
    closings,
    explained,
    homes,
    late,
    lists,
    matters,
    statistics,
    suspensions,
)
from oversight.views.matters import FINDINGS, ORDERS, Desk


def watched(desk: Desk) -> list[URLPattern]:
    return [
        path("", matters.watched_list, {"desk": desk}, name="list"),
        path("<str:number>/", matters.watched_one, {"desk": desk}, name=desk.word),
        path("<str:number>/<slug:action>/", matters.step, {"desk": desk}, name="step"),
    ]


def own(desk: Desk) -> list[URLPattern]:
    return [
        path("", matters.own_list, {"desk": desk}, name="list"),
        path("<str:number>/", matters.own_one, {"desk": desk}, name=desk.word),
    ]


LATE = [
    path("", late.late, name="late"),
    path("late.csv", late.late_csv, name="late-csv"),
    path("figures/", lists.figures, name="figures"),
    path("cases/", lists.cases, name="cases"),
    path("permits/", lists.permits, name="permits"),
    path("search/", lists.find, name="search"),
    path("homes/", homes.homes, name="homes"),
    path("closings/", closings.closings, name="closings"),
    path("charges/", charges.charges, name="charges"),
    path("checks/", commitments.oversight, name="checks"),
    path("suspensions/", suspensions.suspensions, name="suspensions"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<str:period>/", statistics.revision, name="statistics-revision"),
    path("explained/", explained.explained, name="explained"),
    path("rules/", late.rules, name="rules"),
    path("cases/<str:number>/", late.case, name="case"),
    path("permits/<int:pk>/", late.permit, name="permit"),
]
NEW_ORDER = path("new/", matters.new_order, name="new")

urlpatterns = [
    path("", include("oversight.task_ledger.urls")),
    path("oversight/orders/", include(([NEW_ORDER, *watched(ORDERS)], ORDERS.watched))),
    path("oversight/signals/", include((watched(FINDINGS), FINDINGS.watched))),
    path("oversight/", include((LATE, "oversight"))),
    path("orders/", include((own(ORDERS), ORDERS.own))),
    path("signals/", include((own(FINDINGS), FINDINGS.own))),
]
