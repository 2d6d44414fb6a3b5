from django.urls import path

from applications.plans import views as plans
from applications.work import identity, line_works, permits, views

app_name = "work"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("permits/<int:pk>/", permits.page, name="permit"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/act/", views.act, name="act"),
    path("cases/<str:number>/identity/", identity.page, name="identity"),
    path("cases/<str:number>/line-works/", line_works.page, name="line-works"),
    path("cases/<str:number>/reply_plan/", plans.reply, {"action": "reply_plan"}),
    path("cases/<str:number>/renew_plan/", plans.reply, {"action": "renew_plan"}),
    path("cases/<str:number>/<slug:action>/", views.step, name="step"),
]
