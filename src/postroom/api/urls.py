"""The addresses of the API, every one of them behind the door."""

from __future__ import annotations

from django.urls import URLPattern, include, path, re_path

from postroom.api.application import api
from postroom.api.door import behind_door, unknown_route
from postroom.api.reference import page, script, style

_routes, _, _ = api.urls
_pages = [
    path("docs", page, name="docs"),
    path("docs.css", style, name="docs-style"),
    path("docs.js", script, name="docs-script"),
]
v1: list[URLPattern] = [behind_door(pattern) for pattern in (*_pages, *_routes)]  # type: ignore[arg-type]

app_name = "api"
urlpatterns = [path("v1/", include(v1)), re_path("", unknown_route)]
