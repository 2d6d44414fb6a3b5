"""Pages of appointments, for the applicant's side under /account/ and for the supply company's
under /work/."""

from django.urls import include, path

from accounts.decorators import role_required
from applications.appointments import calendars, views
from applications.appointments.views import AT_WORK, OWN

own = role_required(*OWN.roles)
work = role_required(*AT_WORK.roles)
CASE, ONE = "account/cases/<slug:number>/appointments", "<int:pk>"

urlpatterns = [
    path(
        f"{CASE}/",
        include(
            (
                [
                    path("new/<slug:purpose>/", own(views.book), {"side": OWN}, name="book"),
                    path(f"{ONE}/", own(views.one), {"side": OWN}, name="one"),
                    path(f"{ONE}.ics", own(views.one_file), name="file"),
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
                        "cases/<str:number>/appointments/<slug:purpose>/",
                        work(views.book),
                        {"side": AT_WORK},
                        name="book",
                    ),
                    path("appointments/", calendars.calendar, name="calendar"),
                    path("appointments/week.ics", calendars.week_file, name="week-file"),
                    path("appointments/blocked/", calendars.block, name="block"),
                    path(f"appointments/blocked/{ONE}/", calendars.unblock, name="unblock"),
                    path(f"appointments/{ONE}/", work(views.one), {"side": AT_WORK}, name="one"),
                    path(f"appointments/{ONE}.ics", work(views.one_file), name="file"),
                    path(f"appointments/{ONE}/contract/", work(views.contract), name="contract"),
                    path(
                        f"appointments/{ONE}/<slug:action>/",
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
