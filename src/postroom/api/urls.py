"""The addresses of the API, every one of them behind the door."""

from __future__ import annotations

from django.urls import URLPattern, include, path, re_path

from postroom.api import reference
from postroom.api.application import api
from postroom.api.door import behind_door, unknown_route

_routes, _, _ = api.urls
_pages = [
    path("docs", reference.page, name="docs"),
    path("docs.css", reference.style, name="docs-style"),
    path("docs.js", reference.script, name="docs-script"),
]
v1: list[URLPattern] = [behind_door(pattern) for pattern in (*_pages, *_routes)]  # type: ignore[arg-type]

app_name = "api"
urlpatterns = [path("v1/", include(v1)), re_path("", unknown_route)]
