"""Numbers in addresses and forms, and pages of long lists: where one ends stands in the address.

So they work without a script too.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest

_MAX_DIGITS = 18


def cursor_of(request: HttpRequest, parts: int) -> tuple[int, ...] | None:
    """Read ``?before=1763752140.17``, so many numbers; ``None`` on the first page. Raises ``Http404``."""
    text = request.GET.get("before")
    if text is None:
        return None
    numbers = text.split(".")
    if len(numbers) != parts or any(number_in(number.removeprefix("-")) is None for number in numbers):
        raise Http404
    return tuple(int(number) for number in numbers)


def number_in(text: str) -> int | None:
    """The number that a text is, of a row or a time; ``None``: it is none that a database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for the next rows only."""
    return bool(request.headers.get("HX-Request")) and "before" in request.GET
