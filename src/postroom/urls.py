"""All addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("postroom.api.urls")),
    path("", include("postroom.web.routes")),
]

handler403 = "postroom.web.pages.errors.forbidden"
handler404 = "postroom.web.pages.errors.not_found"
handler500 = "postroom.web.pages.errors.failed"
