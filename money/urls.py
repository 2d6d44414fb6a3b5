"""Pages of charges, for the applicant's side under /account/ and the supply company's under
/work/."""

from typing import Final

from django.urls import include, path

from accounts.decorators import role_required
from money.charges import views
from money.charges.views import AT_WORK, OWN

own = role_required(*OWN.roles)
work = role_required(*AT_WORK.roles)
CASE: Final = "account/cases/<slug:number>/charges"
ONE: Final = "<int:pk>"

urlpatterns = [
    path(
        f"{CASE}/",
        include(([path(f"{ONE}/", own(views.one), {"side": OWN}, name="one")], OWN.pages)),
    ),
    path(
        "work/",
        include(
            (
                [
                    path("cases/<str:number>/charge/", views.enter, name="enter"),
                    path(f"charges/{ONE}/", work(views.one), {"side": AT_WORK}, name="one"),
                    path(
                        f"charges/{ONE}/<slug:action>/",
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
