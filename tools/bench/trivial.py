"""The portal's addresses, and one that answers two letters through all the same layers."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal import urls


def trivial(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [*urls.urlpatterns, path("bench/trivial/", trivial)]
