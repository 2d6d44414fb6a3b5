"""Pages of those who keep the published tables (mounted at /work/publish/)."""

from django.urls import path

from publishing import views

app_name = "publish"
urlpatterns = [
    path("", views.index, name="index"),
    path("drafts/<int:pk>/", views.draft, name="draft"),
    path("drafts/<int:pk>/change/", views.change, name="change"),
    path("drafts/<int:pk>/publish/", views.publish, name="publish"),
    path("drafts/<int:pk>/discard/", views.discard, name="discard"),
    path("<slug:kind>/", views.table, name="table"),
    path("<slug:kind>/template.csv", views.template_csv, name="template"),
    path("<slug:kind>/table.csv", views.table_csv, name="csv"),
    path("<slug:kind>/upload/", views.upload, name="upload"),
    path("<slug:kind>/row/", views.row, name="row"),
    path("<slug:kind>/row/<int:pk>/", views.row, name="correct"),
    path("<slug:kind>/row/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
