"""Published tables for the programs of those who keep them (mounted at /api/v1/publish/)."""

from django.urls import path

from publishing import api, api_drafts

urlpatterns = [
    path("", api.tables),
    path("drafts/<int:pk>/", api_drafts.draft),
    path("drafts/<int:pk>/file/", api_drafts.upload_again),
    path("drafts/<int:pk>/changes/", api_drafts.changes),
    path("drafts/<int:pk>/draft.<str:ext>", api_drafts.draft_file),
    path("drafts/<int:pk>/publish/", api_drafts.publish),
    path("drafts/<int:pk>/offer/", api_drafts.offer),
    path("drafts/<int:pk>/take-back/", api_drafts.take_back),
    path("drafts/<int:pk>/give-back/", api_drafts.give_back),
    path("<slug:kind>/drafts/", api.drafts),
    path("<slug:kind>/to-check/", api.to_check),
    path("<slug:kind>/table.<str:ext>", api.table_file),
    path("<slug:kind>/rows/", api.rows),
    path("<slug:kind>/rows/<int:pk>/", api.row),
    path("<slug:kind>/rows/<int:pk>/withdraw/", api.withdraw),
    path("<slug:kind>/publications/", api.publications),
    path("<slug:kind>/publications/<int:number>/undo/", api.undo),
]
