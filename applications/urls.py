from django.urls import path

from applications.contracts import views as contracts
from applications.contracts.consent import sign_by_code
from applications.corrections.views import identity
from applications.correspondence.views import of_applicant, of_customer
from applications.enquiries import asking
from applications.enquiries.following import everything as all_of_question
from applications.licences.views import fetching, reusing
from applications.mandates import answering
from applications.mandates import views as mandates
from applications.plans import views as plans
from applications.receipts import render as receipts
from applications.views import (
    account,
    acting,
    apply,
    closing,
    correction,
    owndata,
    phone_sign_in,
    progress,
    recovery,
    uploads,
    visit,
)
from applications.waiting.views import begin_anew

app_name = "applications"
RECEIPT = "account/cases/<slug:number>/receipts/<int:seq>"

urlpatterns = [
    path("apply/", apply.start, name="apply"),
    path("apply/phone/", visit.phone, name="phone"),
    path("apply/code/", visit.code, name="code"),
    path("apply/return/", visit.come_back, name="return"),
    path("apply/return/<str:token>/", visit.follow, name="follow"),
    path("apply/<slug:number>/", apply.draft, name="draft"),
    path("apply/<slug:number>/questions/<slug:code>/", apply.question, name="question"),
    path("apply/<slug:number>/documents/", uploads.documents, name="documents"),
    path("apply/<slug:number>/check/", apply.check, name="check"),
    path("apply/<slug:number>/filed/", apply.filed, name="filed"),
    path("account/sign-in-by-phone/", phone_sign_in.phone, name="sign-in-phone"),
    path("account/sign-in-by-phone/code/", phone_sign_in.code, name="sign-in-code"),
    path("account/sign-in-by-phone/account/", phone_sign_in.account, name="sign-in-account"),
    path("account/password/forgotten/", recovery.forgotten, name="forgotten"),
    path("account/password/code/", recovery.code, name="forgotten-code"),
    path("account/password/new/", recovery.new, name="forgotten-new"),
    path("progress/", progress.progress, name="progress"),
    path("progress/ask/", progress.ask_code, name="progress-ask"),
    path("progress/code/", progress.code, name="progress-code"),
    path("progress/case/", progress.everything, name="progress-all"),
    path("progress/case/messages/", of_customer, name="progress-messages"),
    path("progress/question/", all_of_question, name="progress-question"),
    path("progress/case/online/", progress.go_online, name="go-online"),
    path("account/", account.account, name="account"),
    path("account/close/", closing.closing, name="close-account"),
    path("account/close/code/", closing.code, name="close-account-code"),
    path("offers/<str:token>/", answering.follow, name="follow-offer"),
    path("account/offer/", answering.offer, name="offer"),
    path("account/offer/code/", answering.offer_code, name="offer-code"),
    path("account/claim/", answering.claim, name="claim"),
    path("account/claim/code/", answering.claim_code, name="claim-code"),
    path("account/mandates/", mandates.mandates, name="mandates"),
    path("account/mandates/offer/", mandates.offer_mandate, name="offer-mandate"),
    path("account/mandates/ask/", mandates.ask_customer, name="ask-customer"),
    path("account/mandates/link/end/", mandates.end_link, name="end-link"),
    path("account/mandates/<int:mandate_id>/end/", mandates.end, name="end-mandate"),
    path("account/offers/<int:offer_id>/withdraw/", mandates.withdraw, name="withdraw-offer"),
    path("account/data/", owndata.page, name="data"),
    path("account/data/export/", owndata.export, name="data-export"),
    path("account/cases/<slug:number>/", account.case_page, name="case"),
    path(f"{RECEIPT}/", receipts.page, name="receipt"),
    path(f"{RECEIPT}.json", receipts.as_json, name="receipt-json"),
    path(f"{RECEIPT}.pdf", receipts.as_pdf, name="receipt-pdf"),
    path("account/cases/<slug:number>/contract/", contracts.page, name="contract"),
    path("account/cases/<slug:number>/contract/code/", sign_by_code, name="contract-code"),
    path("account/cases/<slug:number>/contract.pdf", contracts.as_pdf, name="contract-pdf"),
    path("account/cases/<slug:number>/identity/", identity, name="identity-correct"),
    path("account/cases/<slug:number>/plan/", plans.page, name="plan"),
    path("account/cases/<slug:number>/plan.pdf", plans.as_pdf, name="plan-pdf"),
    path("account/cases/<slug:number>/phone/", correction.phone, name="phone-correct"),
    path("account/cases/<slug:number>/phone/code/", correction.code, name="phone-code"),
    path("account/cases/<slug:number>/documents/<slug:code>/", uploads.document, name="document"),
    path("account/cases/<slug:number>/documents/<slug:code>/licence/", fetching, name="licence"),
    path("account/cases/<slug:number>/documents/<slug:code>/reuse/", reusing, name="reuse"),
    path("account/cases/<slug:number>/messages/", of_applicant, name="case-messages"),
    path("account/cases/<slug:number>/uploads/", uploads.begin_upload, name="uploads"),
    path("account/cases/<slug:number>/uploads/<uuid:ref>/", uploads.upload, name="upload"),
    path("account/cases/<slug:number>/enquiries/", asking.about_case, name="enquiries"),
    path("enquiries/", asking.general, name="ask"),
    path("enquiries/<slug:number>/", asking.question, name="question"),
    path("account/cases/<slug:number>/again/", begin_anew, name="begin-anew"),
    path("account/cases/<slug:number>/hand-over/", mandates.hand_over, name="hand-over"),
    path("account/cases/<slug:number>/<slug:action>/", acting.acting, name="act"),
]
