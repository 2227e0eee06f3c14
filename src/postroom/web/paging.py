"""Pages of long lists: where one ends stands in the address, so that they work without a script too."""

from __future__ import annotations

from django.http import Http404, HttpRequest

_MAX_DIGITS = 18


def cursor_of(request: HttpRequest, parts: int) -> tuple[int, ...] | None:
    """Read ``?before=1763752140.17``, so many numbers; ``None`` on the first page. Raises ``Http404``."""
    text = request.GET.get("before")
    if text is None:
        return None
    numbers = text.split(".")
    if len(numbers) != parts or not all(_is_number(number) for number in numbers):
        raise Http404
    return tuple(int(number) for number in numbers)


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) <= _MAX_DIGITS


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for the next rows only."""
    return bool(request.headers.get("HX-Request")) and "before" in request.GET
