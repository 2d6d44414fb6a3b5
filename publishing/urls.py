"""Pages of those who keep the published tables (mounted at /work/publish/)."""

from django.urls import path

from publishing.views import drafts, tables

app_name = "publish"
urlpatterns = [
    path("", tables.index, name="index"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/change/", drafts.change, name="change"),
    path("drafts/<int:pk>/upload/", drafts.upload_again, name="upload-again"),
    path("drafts/<int:pk>/changes/", drafts.changes, name="changes"),
    path("drafts/<int:pk>/draft.<str:ext>", drafts.draft_file, name="draft-file"),
    path("drafts/<int:pk>/offer/", drafts.offer, name="offer"),
    path("drafts/<int:pk>/take-back/", drafts.take_back, name="take-back"),
    path("drafts/<int:pk>/give-back/", drafts.give_back, name="give-back"),
    path("drafts/<int:pk>/publish/", drafts.publish, name="publish"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard"),
    path("<slug:kind>/", tables.table, name="table"),
    path("<slug:kind>/template.<str:ext>", tables.template_file, name="template"),
    path("<slug:kind>/table.<str:ext>", tables.table_file, name="file"),
    path("<slug:kind>/upload/", tables.upload, name="upload"),
    path("<slug:kind>/publications/<int:number>/undo/", tables.undo, name="undo"),
    path("<slug:kind>/row/", tables.row, name="row"),
    path("<slug:kind>/row/<int:pk>/", tables.row, name="correct"),
    path("<slug:kind>/row/<int:pk>/withdraw/", tables.withdraw, name="withdraw"),
]
