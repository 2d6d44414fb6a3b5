"""Pages of charges and payments: for the applicant's side under /account/, for the supply company
under /work/, for those who watch under /oversight/."""

from typing import Final

from django.urls import include, path

from accounts.decorators import role_required
from money.charges import views as charges
from money.charges.views import AT_WORK, OWN, WATCHED
from money.investments import views as investments
from money.payments import views as payments

own = role_required(*OWN.roles)
work = role_required(*AT_WORK.roles)
CASE: Final = "account/cases/<slug:number>/charges"
ONE: Final = "<int:pk>/"
PAYMENT: Final = f"{ONE}payments/<slug:order>/"

OF_APPLICANTS: Final = [
    path(ONE, own(charges.one), {"side": OWN}, name="one"),
    path(f"{ONE}pay/", own(payments.pay), {"side": OWN}, name="pay"),
    path(f"{PAYMENT}look/", own(payments.look), {"side": OWN}, name="look"),
]
OF_COMPANY: Final = [
    path("cases/<str:number>/charge/", charges.enter, name="enter"),
    path("cases/<str:number>/investment/", investments.spend, name="spend"),
    path("cases/<str:number>/investment/<int:line>/", investments.reverse, name="reverse"),
    path("payments/", payments.payments, name="payments"),
    path(f"charges/{ONE}", work(charges.one), {"side": AT_WORK}, name="one"),
    path(f"charges/{PAYMENT}look/", work(payments.look), {"side": AT_WORK}, name="look"),
    path(f"charges/{PAYMENT}<slug:action>/", work(payments.payment_step), name="payment"),
    path(
        f"charges/{ONE}refunds/<slug:refund>/<slug:action>/",
        work(payments.refund_step),
        name="refund",
    ),
    path(f"charges/{ONE}<slug:action>/", work(charges.step), {"side": AT_WORK}, name="step"),
]
OF_WATCHERS: Final = [
    path(ONE, role_required(*WATCHED.roles)(charges.one), {"side": WATCHED}, name="one")
]

urlpatterns = [
    path("", include("money.reconciliation.urls")),
    path(f"{CASE}/", include((OF_APPLICANTS, OWN.pages))),
    path("work/", include((OF_COMPANY, AT_WORK.pages))),
    path("oversight/charges/", include((OF_WATCHERS, WATCHED.pages))),
]
