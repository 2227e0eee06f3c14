"""Files that pages hand out: what a page shows, as CSV or JSON (E12)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

CSV: Final = "text/csv; charset=utf-8"
MARK: Final = "\ufeff"
"""A CSV begins with it: by it spreadsheets know UTF-8."""
_TYPES: Final = {"csv": CSV, "json": "application/json"}


def asked_format(request: HttpRequest) -> str:
    """``csv`` or ``json``, which it is unasked. Raises ``Http404``."""
    form = request.GET.get("format", "json")
    if form not in _TYPES:
        raise Http404
    return form


def handed_out(document: dict[str, Any], lines: Iterable[str], form: str, name: str) -> HttpResponse:
    """A file of this name without its ending: the document as JSON, or these lines as CSV."""
    return HttpResponse(
        MARK + "".join(lines) if form == "csv" else json.dumps(document, indent=2),
        content_type=_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
