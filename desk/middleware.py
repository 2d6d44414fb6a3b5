from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from desk import saved


class FirstFilter:
    """A list that is opened without an address of its own begins with the filter that its reader
    has chosen for it."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.view = view

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.view(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        if request.GET or request.method not in ("GET", "HEAD"):
            return None
        query = saved.first_for(request)
        return redirect(f"{request.path}?{query}") if query else None
