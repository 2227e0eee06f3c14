"""Lists a page at a time: ``{"items", "next_cursor"}``, by keys rather than by counting rows.

A cursor names the last row shown; it is signed, so nobody can make one up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from django.core import signing
from django.db.models import Q, QuerySet
from ninja import Query

from postroom.api.auth import Call
from postroom.api.errors import Problem

MAX_ROWS: Final = 200

Limit = Annotated[int, Query(50, ge=1, le=MAX_ROWS, description="Items in one answer.")]
Cursor = Annotated[
    str | None, Query(None, max_length=500, description="`next_cursor` of the answer before this one.")
]


def page(
    request: Call,
    found: QuerySet[Any],
    order: tuple[str, ...],
    show: Callable[[list[Any]], list[dict[str, Any]]],
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """One page of ``found`` by the fields of ``order`` (``-`` for falling), together unique."""
    salt = f"cursor:{request.path}:{request.caller.workspace.pk}"
    if cursor:
        found = found.filter(_after(order, _opened(cursor, salt, len(order))))
    rows = list(found.order_by(*order)[: limit + 1])
    shown = rows[:limit]
    more = len(rows) > limit
    last = [getattr(shown[-1], name.lstrip("-")) for name in order] if more else None
    return {"items": show(shown), "next_cursor": signing.dumps(last, salt=salt) if more else None}


def page_of_few(
    request: Call,
    keyed: Sequence[tuple[tuple[int, int], Any]],
    show: Callable[[list[Any]], list[dict[str, Any]]],
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """One page of things that are all at hand, each with its key, the keys rising."""
    salt = f"cursor:{request.path}:{request.caller.workspace.pk}"
    after = _opened(cursor, salt, 2) if cursor else None
    rest = [(key, thing) for key, thing in keyed if after is None or list(key) > after]
    shown = rest[:limit]
    more = len(rest) > limit
    return {
        "items": show([thing for _, thing in shown]),
        "next_cursor": signing.dumps(shown[-1][0], salt=salt) if more else None,
    }


def _opened(cursor: str, salt: str, count: int) -> list[Any]:
    try:
        values = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        raise Problem("invalid_cursor", "cursor") from None
    if not isinstance(values, list) or len(values) != count:
        raise Problem("invalid_cursor", "cursor")
    return values


def _after(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after the one with these values."""
    condition, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        beyond = Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        condition |= same & beyond
        same &= Q(**{field: value})
    return condition
