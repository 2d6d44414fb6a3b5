"""Addresses of cases under /api/v1/."""

from django.urls import path

from applications import api, uploads_api
from applications.advice import api as advice
from applications.appointments import api as appointments
from applications.contracts import views as contracts
from applications.corrections import api as corrections
from applications.correspondence import api as correspondence
from applications.counter import api as counter
from applications.enquiries import api as enquiries
from applications.field import api as field
from applications.follow_ups import api as follow_ups
from applications.grid import api as grid
from applications.licences import api as licences
from applications.mandates import api as mandates
from applications.materials import api as materials
from applications.packages import api as packages
from applications.plans import views as plans
from applications.receipts import render as receipts
from applications.referrals import api as referrals
from applications.rentals import api as rentals
from applications.supply import api as supply
from applications.waiting.views import api_resume

urlpatterns = [
    path("applications/", api.applications),
    path("applications/search/", api.applications_search),
    path("applications/<str:number>/", api.application),
    path("applications/<str:number>/documents/", api.case_documents),
    path("applications/<str:number>/documents/fetch/", licences.fetch_document),
    path("applications/<str:number>/documents/reuse/", licences.reuse_document),
    path("applications/<str:number>/uploads/", uploads_api.case_uploads),
    path("applications/<str:number>/uploads/<uuid:ref>/", uploads_api.case_upload),
    path("account/data/", api.own_data),
    path("account/parties/", mandates.parties),
    path("account/mandates/", mandates.mandates),
    path("account/mandates/<int:pk>/end/", mandates.end_mandate),
    path("account/offers/", mandates.open_offers),
    path("account/offers/<int:pk>/", mandates.withdraw_offer),
    path("applications/<str:number>/data/", api.case_data),
    path("applications/<str:number>/accesses/", api.case_accesses),
    path("applications/<str:number>/identity/", api.case_identity),
    path("applications/<str:number>/phone/", correspondence.case_phone),
    path("applications/<str:number>/calls/", correspondence.case_calls),
    path("applications/<str:number>/messages/", correspondence.case_messages),
    path("applications/<str:number>/messages/settle/", correspondence.settle_case_messages),
    path("applications/<str:number>/timeline/", api.case_timeline),
    path("applications/<str:number>/clocks/", api.case_clocks),
    path("applications/<str:number>/inspections/", api.case_inspections),
    path("applications/<str:number>/field-reports/", field.case_reports),
    path("applications/<str:number>/corrections/", corrections.corrections),
    path("applications/<str:number>/confirmations/", counter.ask),
    path("applications/<str:number>/confirmations/code/", counter.confirm),
    path("applications/<str:number>/counter/", counter.go_to_counter),
    path("applications/<str:number>/counter/code/", counter.ask_counter),
    path("applications/<str:number>/package/", packages.package),
    path("applications/<str:number>/package/advice/", advice.advices),
    path("applications/<str:number>/package/attachments/", packages.attachments),
    path("applications/<str:number>/package/attachments/<uuid:ref>/", packages.attachment),
    path("applications/<str:number>/supply/", supply.supply),
    path("applications/<str:number>/plan/", plans.api_plans),
    path("applications/<str:number>/plan.pdf", plans.api_pdf),
    path("applications/<str:number>/contract/", contracts.api_contract),
    path("applications/<str:number>/contract.pdf", contracts.api_pdf),
    path("applications/<str:number>/policy/", api.case_policy),
    path("applications/<str:number>/enquiries/", enquiries.ask_about),
    path("applications/<str:number>/resume/", api_resume),
    path("applications/<str:number>/appointments/", appointments.appointments),
    path("applications/<str:number>/appointments/times/", appointments.times),
    path("applications/<str:number>/appointments/<int:pk>/", appointments.appointment),
    path("applications/<str:number>/appointments/<int:pk>/contract/", appointments.contract),
    path(
        "applications/<str:number>/appointments/<int:pk>/actions/<str:name>/", appointments.action
    ),
    path("applications/<str:number>/rentals/", rentals.of_case),
    path("applications/<str:number>/rentals/<int:pk>/", rentals.rental),
    path("applications/<str:number>/rentals/<int:pk>/actions/<str:name>/", rentals.action),
    path("rentals/", rentals.rentals),
    path("applications/<str:number>/materials/", materials.orders),
    path("applications/<str:number>/materials/items/", materials.items),
    path("applications/<str:number>/materials/<uuid:ref>/actions/<str:name>/", materials.action),
    path("applications/<str:number>/actions/<str:name>/", api.action),
    path("supply-chain/events/", materials.events),
    path("ledger/receipts/<str:number>/", receipts.api_json),
    path("ledger/receipts/<str:number>.pdf", receipts.api_pdf),
    path("enquiries/", enquiries.enquiries),
    path("enquiries/counter/", enquiries.take_in),
    path("enquiries/<int:pk>/", enquiries.enquiry),
    path("enquiries/<int:pk>/actions/<str:name>/", enquiries.action),
    path("field/jobs/", field.jobs),
    path("field/reports/", field.reports),
    path("field/barcodes/", field.barcodes),
    path("follow-ups/", follow_ups.follow_ups),
    path("follow-ups/<int:pk>/", follow_ups.follow_up),
    path("follow-ups/<int:pk>/identity/", follow_ups.identity),
    path("follow-ups/<int:pk>/actions/<str:name>/", follow_ups.action),
    path("grid/elements/", grid.elements),
    path("grid/elements/<path:code>/", grid.element),
    path("grid/shortages/", grid.shortages),
    path("grid/customers/", grid.customers),
    path("referrals/", referrals.referrals),
    path("referrals/offices/", referrals.offices),
    path("referrals/<str:number>/", referrals.referral),
    path("referrals/<str:number>/actions/<str:name>/", referrals.action),
    path("line-works/", api.line_works_root),
    path("line-works/<int:pk>/changes/", api.change_line_works),
]
