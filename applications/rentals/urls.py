"""Pages of rentals, for the applicant's side under /account/ and for the supply company's under
/work/."""

from django.urls import include, path

from accounts.decorators import role_required
from applications.rentals import views
from applications.rentals.views import AT_WORK, OWN

own = role_required(*OWN.roles)
work = role_required(*AT_WORK.roles)
CASE, ONE = "account/cases/<slug:number>/rentals", "<int:pk>"

urlpatterns = [
    path(
        f"{CASE}/",
        include(
            (
                [
                    path("new/", own(views.ask), {"side": OWN}, name="ask"),
                    path(f"{ONE}/", own(views.one), {"side": OWN}, name="one"),
                    path(f"{ONE}/<slug:action>/", own(views.step), {"side": OWN}, name="step"),
                ],
                OWN.pages,
            )
        ),
    ),
    path(
        "work/",
        include(
            (
                [
                    path(
                        "cases/<str:number>/rentals/new/",
                        work(views.ask),
                        {"side": AT_WORK},
                        name="ask",
                    ),
                    path("rental/", views.rentals, name="list"),
                    path("rental/units/", views.units, name="units"),
                    path(f"rental/{ONE}/", work(views.one), {"side": AT_WORK}, name="one"),
                    path(
                        f"rental/{ONE}/<slug:action>/",
                        work(views.step),
                        {"side": AT_WORK},
                        name="step",
                    ),
                ],
                AT_WORK.pages,
            )
        ),
    ),
]
