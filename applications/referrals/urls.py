"""Pages of referrals: of the counter, of the other city's office, and of the customer."""

from django.urls import include, path

from applications.referrals.views import following, offices, receiving, work

RECEIPT = "<slug:number>/receipts/<int:seq>"
AT_WORK = [
    path("", work.referrals, name="list"),
    path("new/", work.choose, name="choose"),
    path("new/<int:pk>/", work.new, name="new"),
    path("offices/", offices.registered, name="offices"),
    path("offices/<int:pk>/end/", offices.end, name="end-office"),
    path("<slug:number>/", work.one, name="one"),
    path(f"{RECEIPT}/", work.receipt, name="receipt"),
    path(f"{RECEIPT}.json", work.receipt_json, name="receipt-json"),
    path(f"{RECEIPT}.pdf", work.receipt_pdf, name="receipt-pdf"),
    path("<slug:number>/<slug:action>/", work.step, name="step"),
]
RECEIVING = [
    path("open/", receiving.open_it, name="open"),
    path("code/", receiving.code, name="code"),
    path("package/", receiving.contents, name="package"),
    path("package/download/", receiving.download, name="download"),
    path("package/<slug:action>/", receiving.decide, name="decide"),
    path("link/<str:token>/", receiving.follow, name="follow"),
]
FOLLOWING = [
    path("", following.everything, name="all"),
    path("receipts/<int:seq>/", following.receipt, name="receipt"),
    path("receipts/<int:seq>.json", following.receipt_json, name="receipt-json"),
    path("receipts/<int:seq>.pdf", following.receipt_pdf, name="receipt-pdf"),
]

urlpatterns = [
    path("work/referrals/", include((AT_WORK, "referrals"))),
    path("referrals/", include((RECEIVING, "referral"))),
    path("progress/referral/", include((FOLLOWING, "referral-progress"))),
]
