"""The published record under /record/: `/record/<epoch>/` is the prefix of C2SP tlog-tiles."""

from django.urls import path

from ledger import folders

app_name = "ledger"
urlpatterns = [path("<path:path>", folders.published, name="published")]
