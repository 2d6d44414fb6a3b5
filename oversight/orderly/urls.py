"""Pages of orderly use, for those who watch under /oversight/, for the supply company under
/work/."""

from django.urls import include, path

from oversight.orderly import views

WATCHED = [
    path("", views.plans, name="list"),
    path("new/", views.new_plan, name="new"),
    path("<int:pk>/", views.plan, name="plan"),
    path("<int:pk>/<slug:action>/", views.plan_step, name="plan-step"),
    path("districts/<int:pk>/", views.district, name="district"),
    path("districts/<int:pk>/<slug:action>/", views.district_step, name="district-step"),
    path("executions/<int:pk>/", views.execution, name="execution"),
]
AT_COMPANY = [
    path("", views.executions, name="list"),
    path("new/", views.new_execution, name="new"),
    path("<int:pk>/", views.own_execution, name="execution"),
    path("<int:pk>/<slug:action>/", views.execution_step, name="step"),
]

urlpatterns = [
    path("oversight/orderly-use/", include((WATCHED, "orderly"))),
    path("work/orderly-use/", include((AT_COMPANY, "work-orderly"))),
]
