from django.urls import URLPattern, URLResolver, include, path

from core.schema import SchemaView
from desk import api
from notifications.views import stop
from portal import health, views

API: list[URLPattern | URLResolver] = [
    path("", include("accounts.api_urls")),
    path("", include("applications.api_urls")),
    path("", include("approvals.api_urls")),
    path("", include("money.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("reliability.api_urls")),
    path("", include("oversight.api_urls")),
    path("desk/", api.todo),
    path("desk/digest/", api.morning),
    path("ledger/", include("ledger.api_urls")),
    path("disclosure/", include("disclosure.api_urls")),
    path("", include("grid.map.api_urls")),
    path("publish/", include("publishing.api_urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("desk/", include("desk.urls")),
    path("styleguide/", include("tools.urls")),
    path("language/", views.language, name="language"),
    path("display/", views.display, name="display"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", include(API)),
    path("", include("applications.urls")),
    path("account/", include("accounts.urls")),
    path("account/messages/", include("notifications.urls")),
    path("stop/<str:token>/", stop, name="stop"),
    path("documents/", include("documents.urls")),
    path("record/", include("ledger.urls")),
    path("disclosure/", include("disclosure.urls")),
    path("", include("applications.enquiries.urls")),
    path("", include("applications.appointments.urls")),
    path("", include("applications.rentals.urls")),
    path("work/field/", include("applications.field.urls")),
    path("", include("applications.follow_ups.urls")),
    path("", include("applications.referrals.urls")),
    path("", include("applications.assignments.urls")),
    path("work/grid/", include("applications.grid.urls")),
    path("work/publish/", include("publishing.urls")),
    path("work/grid/", include("grid.map.urls")),
    path("", include("reliability.urls")),
    path("", include("money.urls")),
    path("", include("money.complaints.urls")),
    path("work/", include("applications.work.urls")),
    path("", include("oversight.interruptions.urls")),
    path("", include("oversight.orderly.urls")),
    path("", include("oversight.urls")),
    path("bureau/", include("approvals.urls")),
    path("permits/", include("approvals.papers.urls")),
    path("opinions/", include("applications.opinions.urls")),
]

handler400 = "portal.errors.bad_request"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.fault"
