from django.urls import path

from applications.advice import views as advice
from applications.corrections.views import decision
from applications.correspondence import views as correspondence
from applications.counter.receiving import receive
from applications.materials import views as materials
from applications.packages import views as packages
from applications.plans import views as plans
from applications.supply import views as supply
from applications.work import identity, line_works, permits, supplement, views

app_name = "work"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("search/", views.find, name="search"),
    path("counter/", receive, name="counter"),
    path("permits/<int:pk>/", permits.page, name="permit"),
    path("permits/<int:pk>/items/<int:item>/", supplement.page, name="supplement-item"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/act/", views.act, name="act"),
    path("cases/<str:number>/identity/", identity.page, name="identity"),
    path("cases/<str:number>/phone/", correspondence.phone, name="phone"),
    path("cases/<str:number>/calls/", correspondence.attempts, name="calls"),
    path("cases/<str:number>/messages/", correspondence.at_work, name="messages"),
    path("cases/<str:number>/messages/settle/", correspondence.settle, name="settle-messages"),
    path("cases/<str:number>/correction/", decision, name="correction"),
    path("cases/<str:number>/line-works/", line_works.page, name="line-works"),
    path("cases/<str:number>/package/", packages.package, name="package"),
    path("cases/<str:number>/package/advice/", advice.ask, name="advice"),
    path(
        "cases/<str:number>/package/advice/<int:pk>/withdraw/",
        advice.withdraw,
        name="withdraw-advice",
    ),
    path("cases/<str:number>/materials/", materials.order, name="order-materials"),
    path(
        "cases/<str:number>/materials/<uuid:ref>/cancel/", materials.cancel, name="cancel-materials"
    ),
    path("cases/<str:number>/supply/", supply.page, name="supply"),
    path("cases/<str:number>/supply/reserve/", supply.reserve, name="reserve-supply"),
    path("cases/<str:number>/reply_plan/", plans.reply, {"action": "reply_plan"}),
    path("cases/<str:number>/renew_plan/", plans.reply, {"action": "renew_plan"}),
    path("cases/<str:number>/<slug:action>/", views.step, name="step"),
]
