"""The portal's addresses, and what they are measured against through all the same layers: one that
answers two letters, and a plain form."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal import urls
from tools.bench import plain_form


def trivial(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    *urls.urlpatterns,
    path("bench/trivial/", trivial),
    path("bench/filing/", plain_form.filing),
    path("bench/filing/<int:pk>/", plain_form.filed, name="filed-plainly"),
]
