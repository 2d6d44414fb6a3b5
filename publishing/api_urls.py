"""Published tables for the programs of those who keep them (mounted at /api/v1/publish/)."""

from django.urls import path

from publishing import api

urlpatterns = [
    path("", api.tables),
    path("drafts/<int:pk>/", api.draft),
    path("drafts/<int:pk>/file/", api.upload_again),
    path("drafts/<int:pk>/changes/", api.changes),
    path("drafts/<int:pk>/draft.<str:ext>", api.draft_file),
    path("drafts/<int:pk>/publish/", api.publish),
    path("<slug:kind>/drafts/", api.drafts),
    path("<slug:kind>/table.<str:ext>", api.table_file),
    path("<slug:kind>/rows/", api.rows),
    path("<slug:kind>/rows/<int:pk>/", api.row),
    path("<slug:kind>/rows/<int:pk>/withdraw/", api.withdraw),
    path("<slug:kind>/publications/", api.publications),
    path("<slug:kind>/publications/<int:number>/undo/", api.undo),
]
