"""``/healthz`` and ``/readyz``: does the process live, and can it work. Anybody may ask, so they tell no more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from postroom.store.read.readiness import readiness


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing, so a database that is away does not get it restarted."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether it can work: 200, or 503 with what is missing."""
    found = readiness()
    age = found.worker_age
    document = {
        "ready": found.is_ready,
        "database": {"ok": found.database},
        "migrations": {"ok": found.up_to_date},
        "worker": {"ok": found.worker, "seen_seconds_ago": None if age is None else round(age)},
    }
    return JsonResponse(document, status=200 if found.is_ready else 503)
