"""The door of what machines ask: ``/healthz``, ``/readyz``, ``/metrics``.

It stands before all others, so that no session, no host name and no database but their own decides the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from postroom.web.health import healthz, readyz
from postroom.web.metrics import metrics

Handler = Callable[[HttpRequest], HttpResponse]

PROBES: Final[dict[str, Handler]] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


class Probes:
    """Answers the probes; hands on everything else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        answer = probe(request)
        answer["Cache-Control"] = "no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
