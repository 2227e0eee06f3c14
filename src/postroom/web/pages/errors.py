"""What is said where a page cannot be shown, and what to do then. Nothing of the request is repeated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from postroom.core.permissions import PERMISSIONS


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: names what the role would need."""
    needed = str(exception or "")
    shown = {"needed": needed, "opens": PERMISSIONS[needed]} if needed in PERMISSIONS else {}
    return render(request, "403.html", shown, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for what is not there and for what belongs to another workspace (W3)."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: without a database or a user, for either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
